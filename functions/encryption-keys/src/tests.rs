//! The duty at the HTTP seam. A mock client fails on every request that no rule of the test expects.

mod reads;
mod scopes;
mod writes;

use std::cell::Cell;

use aws_sdk_kms::Client;
use aws_smithy_mocks::{Rule, RuleMode, mock_client};
use aws_smithy_types::retry::RetryConfig;
use futures_util::future::LocalBoxFuture;
use remediation::journal::{Journal, Lines};
use remediation::{AwsError, Environment, SettingError, Settings};

use crate::key::Keys;
use crate::{EncryptionKeys, Key};

const OWN: &str = "arn:aws:kms:us-east-1:111122223333:key/0a0a0a0a-own";
const DATA: &str = "arn:aws:kms:us-east-1:111122223333:key/1b1b1b1b-data";
const RECORDS: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-records";

fn keys(further: &str) -> Result<Keys, SettingError> {
    let lookup = |name: &str| {
        let value = match name {
            "PHIWARD_OWN_KEY_ARN" => OWN,
            "PHIWARD_DATA_KEY_ARN" => DATA,
            "PHIWARD_KEY_ARNS" => further,
            "PHIWARD_ACCOUNT_ID" => "111122223333",
            "PHIWARD_PARTITION" => "aws",
            "AWS_REGION" => "us-east-1",
            "PHIWARD_MODE" => "enforce",
            "PHIWARD_MAX_RESOURCES_PER_HOUR" => "20",
            _ => "any",
        };
        (name != "PHIWARD_BASELINE_URI").then(|| value.to_owned())
    };
    let environment = Environment(&lookup);
    Keys::read(&environment, &Settings::read(&environment)?)
}

fn client(rules: &[&Rule]) -> Client {
    mock_client!(aws_sdk_kms, RuleMode::MatchAny, rules, |config| config.retry_config(RetryConfig::disabled()))
}

/// A journal that nothing is written into here.
struct Blank;

impl Lines for Blank {
    fn put(&self, line: String) -> LocalBoxFuture<'_, Result<(), AwsError>> {
        panic!("{line}");
    }
}

/// The duty; KMS answers by the rules.
fn duty(rules: &[&Rule]) -> EncryptionKeys {
    EncryptionKeys {
        kms: client(rules),
        keys: keys(RECORDS).unwrap(),
        rotation_days: 365,
        journal: Journal::to("nowhere".to_owned(), Blank),
        own_is_usable: Cell::new(false),
    }
}

fn at() -> Key {
    keys(RECORDS).unwrap().find(RECORDS).unwrap().clone()
}

/// An error as KMS writes it.
fn error(code: &str) -> Option<String> {
    Some(format!(r#"{{"__type": "{code}", "message": "arn:aws:kms:…: jane-doe"}}"#))
}
