//! Reading: nothing but the configuration where all is right, and what keeps logs from arriving where it is not.

use aws_sdk_cloudwatchlogs::operation::describe_log_groups::DescribeLogGroupsOutput;
use aws_sdk_cloudwatchlogs::types::LogGroup;
use aws_sdk_iam::operation::get_role::GetRoleOutput;
use aws_sdk_iam::types::Role;
use aws_sdk_s3::operation::get_bucket_encryption::GetBucketEncryptionOutput;
use aws_sdk_s3::operation::get_bucket_ownership_controls::GetBucketOwnershipControlsOutput;
use aws_sdk_s3::operation::get_bucket_policy::GetBucketPolicyOutput;
use aws_sdk_s3::types::{ObjectOwnership, OwnershipControls, OwnershipControlsRule};
use policy::invocation_logging::{Modality, Requisites, Trusted};

use super::*;

const TRUST: &str = "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22\
                     bedrock.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D";

fn group(names: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_cloudwatchlogs::Client::describe_log_groups)
        .match_requests(|request| request.log_group_name_prefix() == Some(GROUP))
        .then_output(move || {
            let groups = names.iter().map(|name| LogGroup::builder().log_group_name(*name).build()).collect();
            DescribeLogGroupsOutput::builder().set_log_groups(Some(groups)).build()
        })
}

fn role(arn: &'static str, trust: &'static str) -> Rule {
    mock!(aws_sdk_iam::Client::get_role)
        .match_requests(|request| request.role_name() == Some("bedrock-logs"))
        .then_output(move || {
            let created = aws_sdk_iam::primitives::DateTime::from_secs(0);
            let role = Role::builder().path("/ops/").role_name("bedrock-logs").role_id("A").arn(arn);
            let role = role.create_date(created).assume_role_policy_document(trust).build().unwrap();
            GetRoleOutput::builder().role(role).build()
        })
}

/// A bucket's policy and ownership, and no encryption of its own.
fn bucket() -> [Rule; 3] {
    let policy = mock!(aws_sdk_s3::Client::get_bucket_policy)
        .match_requests(|request| request.expected_bucket_owner() == Some(ACCOUNT))
        .then_output(|| GetBucketPolicyOutput::builder().policy("{}").build());
    let ownership = mock!(aws_sdk_s3::Client::get_bucket_ownership_controls)
        .match_requests(|request| request.expected_bucket_owner() == Some(ACCOUNT))
        .then_output(|| {
            let rule = OwnershipControlsRule::builder().object_ownership(ObjectOwnership::BucketOwnerEnforced);
            let controls = OwnershipControls::builder().rules(rule.build().unwrap()).build().unwrap();
            GetBucketOwnershipControlsOutput::builder().ownership_controls(controls).build()
        });
    let encryption =
        mock!(aws_sdk_s3::Client::get_bucket_encryption).then_output(|| GetBucketEncryptionOutput::builder().build());
    [policy, ownership, encryption]
}

/// S3's error for every request about a bucket.
fn refused(code: &str, status: u16) -> [Rule; 3] {
    let body = || Some(format!("<Error><Code>{code}</Code></Error>"));
    [
        mock!(aws_sdk_s3::Client::get_bucket_policy).sequence().http_status(status, body()).repeatedly().build(),
        mock!(aws_sdk_s3::Client::get_bucket_ownership_controls)
            .sequence()
            .http_status(status, body())
            .repeatedly()
            .build(),
        mock!(aws_sdk_s3::Client::get_bucket_encryption).sequence().http_status(status, body()).repeatedly().build(),
    ]
}

async fn looked_at(s3: &[Rule; 3], logs: &Rule, iam: &Rule) -> Result<Requisites, ReadError> {
    let [policy, ownership, encryption] = s3;
    let s3 = [policy, ownership, encryption];
    let duty =
        duty(&Aws { bedrock: &[&configured(vec![None])], s3: &s3, logs: &[logs], iam: &[iam], ..Aws::default() });
    let seen = duty.observe().await?;
    assert_eq!(seen.configuration, None);
    Ok(seen.requisites.unwrap())
}

#[tokio::test]
async fn where_all_is_right_nothing_else_is_read() {
    let get = configured(vec![Some(right())]);
    let duty = duty(&Aws { bedrock: &[&get], ..Aws::default() });
    let seen = Duty::observe(&duty, &Configuration).await.unwrap().unwrap();
    assert_eq!(duty.assess(&Configuration, &seen), vec![]);
    assert_eq!((get.num_calls(), seen.requisites), (1, None));
}

#[tokio::test]
async fn what_nothing_is_said_of_is_not_delivered() {
    let live = with(right(), |config| {
        config.audio_data_delivery_enabled = None;
        config.text_data_delivery_enabled = Some(false);
    });
    let read = configuration::read(live);
    assert_eq!(read.destinations, named());
    assert_eq!(read.deliver, [Modality::Image, Modality::Embedding, Modality::Video].into());
}

#[tokio::test]
async fn destinations_are_looked_at_before_a_change() {
    let found = looked_at(&bucket(), &group(&[GROUP]), &role(ROLE, TRUST)).await.unwrap();
    let names: Vec<_> = found.buckets.iter().map(|bucket| bucket.name.as_str()).collect();
    assert_eq!(names, ["logs-a", "logs-b"]);
    assert!(
        found.buckets.iter().all(|bucket| bucket.acls_disabled && bucket.problem.is_none() && bucket.key.is_none())
    );
    assert_eq!((found.group.unwrap().present, found.role.unwrap().trusted), (true, Some(Trusted::Yes)));
    assert_eq!(found.key, None);
}

#[tokio::test]
async fn a_group_whose_name_only_begins_so_is_another_one() {
    let found = looked_at(&bucket(), &group(&["/aws/bedrock/logs2"]), &role(ROLE, TRUST)).await.unwrap();
    assert!(!found.group.unwrap().present);
}

#[tokio::test]
async fn a_role_with_another_path_is_another_one() {
    let other = role("arn:aws:iam::111122223333:role/bedrock-logs", TRUST);
    let found = looked_at(&bucket(), &group(&[GROUP]), &other).await.unwrap();
    assert_eq!(found.role.unwrap().trusted, None);
    let found = looked_at(&bucket(), &group(&[GROUP]), &role(ROLE, "%zz")).await.unwrap();
    assert_eq!(found.role.unwrap().trusted, Some(Trusted::No));
}

#[tokio::test]
async fn a_role_that_is_gone_or_closed_is_told_and_any_other_error_fails() {
    let error = |code: &str, status: u16| {
        let body = format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>");
        mock!(aws_sdk_iam::Client::get_role).sequence().http_status(status, Some(body)).repeatedly().build()
    };
    for code in ["NoSuchEntity", "AccessDenied"] {
        let found = looked_at(&bucket(), &group(&[GROUP]), &error(code, 404)).await.unwrap();
        assert_eq!(found.role.unwrap().trusted, None, "{code}");
    }
    assert!(looked_at(&bucket(), &group(&[GROUP]), &error("ServiceFailure", 500)).await.is_err());
}

#[tokio::test]
async fn a_bucket_that_can_not_be_used_says_why_and_any_other_error_fails() {
    for (code, status, expected) in [
        ("NoSuchBucket", 404, "is not there"),
        ("AccessDenied", 403, "another account's"),
        ("PermanentRedirect", 301, "another Region"),
    ] {
        let found = looked_at(&refused(code, status), &group(&[GROUP]), &role(ROLE, TRUST)).await.unwrap();
        assert!(found.buckets.iter().all(|bucket| bucket.problem.as_ref().is_some_and(|why| why.contains(expected))));
    }
    assert!(looked_at(&refused("InternalError", 500), &group(&[GROUP]), &role(ROLE, TRUST)).await.is_err());
}
