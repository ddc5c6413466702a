//! The duty at the HTTP seam: rare answers, races, and what is sent.
//!
//! A mock client fails on every request that no rule of the test expects, so a list of rules without writes asserts that
//! nothing is written.

mod reads;
mod scopes;
mod writes;

use std::cell::OnceCell;

use aws_sdk_bedrock::Client;
use aws_sdk_bedrock::operation::get_model_invocation_logging_configuration::GetModelInvocationLoggingConfigurationOutput;
use aws_sdk_bedrock::types::{CloudWatchConfig, LoggingConfig, S3Config};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use policy::invocation_logging::{CloudWatchDestination, S3Destination};
use policy::{Baseline, Redacted};

use super::*;

const ACCOUNT: &str = "111122223333";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234";
const ROLE: &str = "arn:aws:iam::111122223333:role/ops/bedrock-logs";
const GROUP: &str = "/aws/bedrock/logs";

fn named() -> Destinations {
    let place = |bucket: &str, prefix: &str| S3Destination {
        bucket: bucket.to_owned(),
        prefix: Redacted::new(prefix.to_owned()),
    };
    Destinations {
        s3: Some(place("logs-a", "bedrock")),
        cloudwatch: Some(CloudWatchDestination {
            group: GROUP.to_owned(),
            role_arn: ROLE.to_owned(),
            large_data: Some(place("logs-b", "")),
        }),
    }
}

/// Clients that answer by these rules and no others.
#[derive(Default)]
struct Aws<'a> {
    bedrock: &'a [&'a Rule],
    s3: &'a [&'a Rule],
    kms: &'a [&'a Rule],
    logs: &'a [&'a Rule],
    iam: &'a [&'a Rule],
}

fn duty(aws: &Aws<'_>) -> InvocationLogging {
    InvocationLogging {
        bedrock: mock_client!(aws_sdk_bedrock, RuleMode::MatchAny, aws.bedrock),
        s3: mock_client!(aws_sdk_s3, RuleMode::MatchAny, aws.s3),
        data_key: DataKeyReader::with(KEY, mock_client!(aws_sdk_kms, RuleMode::MatchAny, aws.kms)),
        iam: OnceCell::from(mock_client!(aws_sdk_iam, RuleMode::MatchAny, aws.iam)),
        logs: OnceCell::from(mock_client!(aws_sdk_cloudwatchlogs, RuleMode::MatchAny, aws.logs)),
        sdk: aws_types::SdkConfig::builder().build(),
        calls: CallCounter::default(),
        destinations: named(),
        baseline: Baseline::parse(include_str!("../../../../baseline.toml")).unwrap().invocation_logging,
        account: ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
    }
}

/// What AWS shows where everything is right.
fn right() -> LoggingConfig {
    let large = S3Config::builder().bucket_name("logs-b").build().unwrap();
    let group = CloudWatchConfig::builder().log_group_name(GROUP).role_arn(ROLE).large_data_delivery_s3_config(large);
    LoggingConfig::builder()
        .s3_config(S3Config::builder().bucket_name("logs-a").key_prefix("bedrock").build().unwrap())
        .cloud_watch_config(group.build().unwrap())
        .text_data_delivery_enabled(true)
        .image_data_delivery_enabled(true)
        .embedding_data_delivery_enabled(true)
        .video_data_delivery_enabled(true)
        .audio_data_delivery_enabled(true)
        .build()
}

/// The same but for what is changed.
fn with(mut config: LoggingConfig, change: impl FnOnce(&mut LoggingConfig)) -> LoggingConfig {
    change(&mut config);
    config
}

fn elsewhere() -> LoggingConfig {
    let theirs = S3Config::builder().bucket_name("theirs").build().unwrap();
    LoggingConfig::builder().s3_config(theirs).text_data_delivery_enabled(true).build()
}

/// Get answers these, one after the other, the last for ever.
fn configured(answers: Vec<Option<LoggingConfig>>) -> Rule {
    let last = answers.len() - 1;
    let mut rule = mock!(Client::get_model_invocation_logging_configuration).sequence();
    for (at, answer) in answers.into_iter().enumerate() {
        let times = if at == last { 100 } else { 1 };
        rule = rule
            .output(move || {
                GetModelInvocationLoggingConfigurationOutput::builder().set_logging_config(answer.clone()).build()
            })
            .times(times);
    }
    rule.build()
}
