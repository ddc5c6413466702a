//! The duty at the HTTP seam: what an undo writes, and what it leaves.
//!
//! A mock client fails on every request that no rule of the test expects, so a list of rules without writes asserts that
//! nothing is written.

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::delete_bucket_encryption::DeleteBucketEncryptionOutput;
use aws_sdk_s3::operation::delete_bucket_lifecycle::DeleteBucketLifecycleOutput;
use aws_sdk_s3::operation::delete_bucket_ownership_controls::DeleteBucketOwnershipControlsOutput;
use aws_sdk_s3::operation::delete_bucket_policy::DeleteBucketPolicyOutput;
use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput;
use aws_sdk_s3::operation::get_bucket_policy::GetBucketPolicyOutput;
use aws_sdk_s3::operation::put_bucket_lifecycle_configuration::PutBucketLifecycleConfigurationOutput;
use aws_sdk_s3::operation::put_bucket_notification_configuration::PutBucketNotificationConfigurationOutput;
use aws_sdk_s3::operation::put_bucket_ownership_controls::PutBucketOwnershipControlsOutput;
use aws_sdk_s3::operation::put_bucket_policy::PutBucketPolicyOutput;
use aws_sdk_s3::operation::put_bucket_versioning::PutBucketVersioningOutput;
use aws_sdk_s3::operation::put_public_access_block::PutPublicAccessBlockOutput;
use aws_sdk_s3::primitives::SdkBody;
use aws_sdk_s3::types::{
    BucketVersioningStatus, EventBridgeConfiguration, ObjectOwnership, PublicAccessBlockConfiguration,
    QueueConfiguration, TransitionDefaultMinimumObjectSize,
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use policy::buckets::{PublicAccessBlock, Step};
use policy::sets::BucketSets;
use policy::{Baseline, Redacted, control};
use remediation::ledger::OrderAction;
use remediation::{DataKeyReader, Key, Repair, Restored, Undo, WriteError};

use crate::{Bucket, Buckets};

const ACCOUNT: &str = "111122223333";
const BUCKET: &str = "logs-a";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234";

fn duty(s3: &[&Rule]) -> Buckets {
    Buckets {
        s3: mock_client!(aws_sdk_s3, RuleMode::MatchAny, s3),
        sets: BucketSets::default(),
        data_key: DataKeyReader::with(KEY, mock_client!(aws_sdk_kms, RuleMode::MatchAny, &[])),
        baseline: Baseline::parse(include_str!("../../../baseline.toml")).unwrap().buckets,
        invocation_logs: Vec::new(),
        account: ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
    }
}

fn at() -> Bucket {
    Bucket::parse(BUCKET).unwrap()
}

async fn apply(step: &Step, s3: &[&Rule]) -> Result<(), WriteError> {
    duty(s3).apply(&at(), step).await
}

fn changed(result: &Result<(), WriteError>) -> bool {
    matches!(result, Err(WriteError::Changed(_)))
}

/// A rule for a request of this bucket, of the account that must own it, that is answered with nothing.
macro_rules! answers {
    ($operation:ident, $output:ident) => {
        answers!($operation, $output, request => request.bucket().is_some())
    };
    ($operation:ident, $output:ident, $request:ident => $matches:expr) => {
        mock!(Client::$operation)
            .match_requests(|$request| {
                ($request.bucket(), $request.expected_bucket_owner()) == (Some(BUCKET), Some(ACCOUNT)) && $matches
            })
            .then_output(|| $output::builder().build())
    };
}

#[tokio::test]
async fn settings_are_put_back_or_taken_away() {
    let no_encryption = answers!(delete_bucket_encryption, DeleteBucketEncryptionOutput);
    let no_ownership = answers!(delete_bucket_ownership_controls, DeleteBucketOwnershipControlsOutput);
    let ownership = answers!(put_bucket_ownership_controls, PutBucketOwnershipControlsOutput, request => {
        let rules = request.ownership_controls().map_or(&[][..], |controls| controls.rules());
        rules.iter().map(|rule| rule.object_ownership()).eq([&ObjectOwnership::ObjectWriter])
    });
    let suspended = answers!(put_bucket_versioning, PutBucketVersioningOutput, request => {
        request.versioning_configuration().and_then(|whole| whole.status()) == Some(&BucketVersioningStatus::Suspended)
    });
    let flags = PublicAccessBlock { ignore_public_acls: true, ..PublicAccessBlock::default() };
    let block = answers!(put_public_access_block, PutPublicAccessBlockOutput, request => {
        let flags = PublicAccessBlockConfiguration::builder().block_public_acls(false).ignore_public_acls(true);
        let flags = flags.block_public_policy(false).restrict_public_buckets(false).build();
        request.public_access_block_configuration() == Some(&flags)
    });
    let writer = Step::PutOwnership { ownership: "ObjectWriter".to_owned() };
    for (step, rule) in [
        (Step::DeleteEncryption, no_encryption),
        (Step::DeleteOwnership, no_ownership),
        (writer, ownership),
        (Step::SuspendVersioning, suspended),
        (Step::PutPublicAccessBlock { flags }, block),
    ] {
        assert_eq!(apply(&step, &[&rule]).await, Ok(()), "{step:?}");
        assert_eq!(rule.num_calls(), 1);
    }
}

#[tokio::test]
async fn versioning_that_s3_does_not_let_go_is_told() {
    let body = "<Error><Code>InvalidBucketState</Code></Error>".to_owned();
    let locked = mock!(Client::put_bucket_versioning).sequence().http_status(409, Some(body)).build();
    let refused = apply(&Step::SuspendVersioning, &[&locked]).await.unwrap_err();
    assert!(matches!(refused, WriteError::Refused { .. }), "{refused}");
}

#[tokio::test]
async fn a_policy_that_changed_meanwhile_is_neither_overwritten_nor_deleted() {
    let policy = |text: Option<&'static str>| {
        mock!(Client::get_bucket_policy)
            .then_output(move || GetBucketPolicyOutput::builder().set_policy(text.map(str::to_owned)).build())
    };
    let expected = Some(Redacted::new("{}".to_owned()));
    let step = Step::DeletePolicy { expected: expected.clone() };
    assert!(changed(&apply(&step, &[&policy(Some("{\"Statement\":[]}"))]).await));
    assert!(changed(&apply(&step, &[&policy(None)]).await));
    let put = Step::PutPolicy { expected, document: Redacted::new("{\"Id\":\"x\"}".to_owned()) };
    assert!(changed(&apply(&put, &[&policy(None)]).await));
    let delete = answers!(delete_bucket_policy, DeleteBucketPolicyOutput);
    assert_eq!(apply(&step, &[&policy(Some("{}")), &delete]).await, Ok(()));
    assert_eq!(delete.num_calls(), 1);
    assert_eq!(duty(&[]).document(&at(), &step), Some(Key::document("bucket-policy", BUCKET)));
}

#[tokio::test]
async fn a_statement_is_added_to_the_policy_that_is_there_then() {
    let policy = |text: Option<&'static str>| {
        mock!(Client::get_bucket_policy)
            .then_output(move || GetBucketPolicyOutput::builder().set_policy(text.map(str::to_owned)).build())
    };
    let statement = serde_json::json!({"Sid": "Ours", "Effect": "Allow"});
    let step = Step::AddStatement { statement: statement.as_object().unwrap().clone() };
    for (there, expected) in [
        (None, r#"{"Version":"2012-10-17","Statement":[{"Sid":"Ours","Effect":"Allow"}]}"#),
        (Some(r#"{"Statement":{"Sid":"x"}}"#), r#"{"Statement":[{"Sid":"x"},{"Sid":"Ours","Effect":"Allow"}]}"#),
    ] {
        let put = mock!(Client::put_bucket_policy)
            .match_requests(move |request| request.policy() == Some(expected))
            .then_output(|| PutBucketPolicyOutput::builder().build());
        assert_eq!(apply(&step, &[&policy(there), &put]).await, Ok(()));
        assert_eq!(put.num_calls(), 1);
    }
    assert_eq!(apply(&step, &[&policy(Some(r#"{"Statement":[{"Sid":"Ours","Effect":"Allow"}]}"#))]).await, Ok(()));
    assert!(changed(&apply(&step, &[&policy(Some("[]"))]).await));
    assert_eq!(duty(&[]).document(&at(), &step), Some(Key::document("bucket-policy", BUCKET)));
}

/// A lifecycle as S3 writes it: Phiward's rule with what others may have put into it, and others' rules.
fn lifecycle(inside: &str, beside: &str) -> Rule {
    let body = format!(
        "<LifecycleConfiguration><Rule><ID>phiward-expiry</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter>\
         <Expiration><Days>2557</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>2557</NoncurrentDays>\
         </NoncurrentVersionExpiration>{inside}</Rule>{beside}</LifecycleConfiguration>"
    );
    let sized = move || HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body.clone()));
    mock!(Client::get_bucket_lifecycle_configuration).then_http_response(move || {
        let mut response = sized();
        response.headers_mut().insert("x-amz-transition-default-minimum-object-size", "varies_by_storage_class");
        response
    })
}

const THEIRS: &str = "<Rule><ID>theirs</ID><Status>Enabled</Status><Filter><Prefix>tmp/</Prefix></Filter><Transition>\
                      <Days>30</Days><StorageClass>GLACIER</StorageClass></Transition></Rule>";

#[tokio::test]
async fn only_the_rule_that_was_added_is_removed() {
    let step = Step::RemoveExpiry { days: 2557 };
    let put = answers!(put_bucket_lifecycle_configuration, PutBucketLifecycleConfigurationOutput, request => {
        let rules = request.lifecycle_configuration().map_or(&[][..], |whole| whole.rules());
        rules.len() == 1 && rules[0].id() == Some("theirs") && rules[0].transitions().len() == 1
            && request.transition_default_minimum_object_size()
                == Some(&TransitionDefaultMinimumObjectSize::VariesByStorageClass)
    });
    assert_eq!(apply(&step, &[&lifecycle("", THEIRS), &put]).await, Ok(()));
    assert_eq!(put.num_calls(), 1);
    let delete = answers!(delete_bucket_lifecycle, DeleteBucketLifecycleOutput);
    assert_eq!(apply(&step, &[&lifecycle("", ""), &delete]).await, Ok(()));
    assert_eq!(delete.num_calls(), 1);
}

#[tokio::test]
async fn a_rule_that_others_have_changed_stays() {
    let step = Step::RemoveExpiry { days: 2557 };
    let transition = "<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>";
    let abort =
        "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
    for inside in [transition, abort] {
        assert!(changed(&apply(&step, &[&lifecycle(inside, THEIRS)]).await));
    }
    assert!(changed(&apply(&Step::RemoveExpiry { days: 30 }, &[&lifecycle("", THEIRS)]).await));
}

#[tokio::test]
async fn eventbridge_is_switched_off_and_other_notifications_stay() {
    let read = mock!(Client::get_bucket_notification_configuration).then_output(|| {
        let queue = QueueConfiguration::builder().queue_arn("arn:aws:sqs:us-east-1:111122223333:theirs");
        let queue = queue.set_events(Some(Vec::new())).build().unwrap();
        GetBucketNotificationConfigurationOutput::builder()
            .queue_configurations(queue)
            .event_bridge_configuration(EventBridgeConfiguration::builder().build())
            .build()
    });
    let put = answers!(put_bucket_notification_configuration, PutBucketNotificationConfigurationOutput, request => {
        request.notification_configuration().is_some_and(|whole| {
            whole.event_bridge_configuration().is_none() && whole.queue_configurations().len() == 1
        })
    });
    assert_eq!(apply(&Step::DisableEventBridge, &[&read, &put]).await, Ok(()));
    assert_eq!(put.num_calls(), 1);
}

#[test]
fn a_release_is_another_duty_s_and_an_undo_is_planned_from_the_record() {
    use policy::buckets::{BucketObservation, Versioning};
    use policy::sets::BucketSet;
    let before = BucketObservation {
        set: BucketSet::Phi,
        encryption: None,
        key: None,
        public_access_block: PublicAccessBlock::default(),
        ownership: None,
        grants: Vec::new(),
        policy: None,
        policy_is_public: None,
        versioning: Versioning::default(),
        lifecycle: Vec::new(),
        event_bridge: false,
        tagged_phi: true,
    };
    let after = BucketObservation { event_bridge: true, ..before.clone() };
    let record = |seen: &BucketObservation| serde_json::to_value(seen).unwrap();
    let order = |action| Undo {
        action,
        control: &control::BUCKETS_EVENT_NOTIFICATIONS,
        before: record(&before),
        after: record(&after),
    };
    let duty = duty(&[]);
    let undo = |action, live| duty.undo(&at(), &order(action), live);
    assert_eq!(undo(OrderAction::Undo, &after), Restored::Steps(vec![Step::DisableEventBridge]));
    assert_eq!(undo(OrderAction::Undo, &before), Restored::Already { reviewed: None });
    assert!(matches!(undo(OrderAction::Release, &after), Restored::Refused(_)));
}
