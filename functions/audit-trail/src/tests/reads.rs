//! Reading: what is not there, what is not told, and what does not agree with itself.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::describe_trails::DescribeTrailsOutput;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use aws_sdk_cloudtrail::types::Trail as Described;
use aws_sdk_kms::operation::describe_key::DescribeKeyOutput;
use aws_sdk_kms::operation::get_key_policy::GetKeyPolicyOutput;
use aws_sdk_s3::operation::get_bucket_policy::GetBucketPolicyOutput;
use aws_smithy_mocks::mock;
use policy::audit_trail::{Observation, Selectors, Status, TrailBucket};
use remediation::{Duty, ReadError};

use super::*;

fn described(list: Vec<Described>) -> Rule {
    mock!(Client::describe_trails)
        .then_output(move || DescribeTrailsOutput::builder().set_trail_list(Some(list.clone())).build())
}

fn of(arn: &str, home: &str) -> Described {
    let name = arn.rsplit('/').next().unwrap();
    let made = Described::builder().name(name).trail_arn(arn).home_region(home).kms_key_id(KEY);
    made.is_multi_region_trail(true).include_global_service_events(true).log_file_validation_enabled(true).build()
}

fn status(arn: &'static str) -> Rule {
    mock!(Client::get_trail_status).match_requests(move |request| request.name() == Some(arn)).then_output(|| {
        GetTrailStatusOutput::builder()
            .is_logging(true)
            .latest_delivery_error("")
            .latest_delivery_attempt_time("2026-01-01T00:00:01Z")
            .build()
    })
}

fn selectors(arn: &'static str) -> Rule {
    mock!(Client::get_event_selectors)
        .match_requests(move |request| request.trail_name() == Some(arn))
        .then_output(|| GetEventSelectorsOutput::builder().event_selectors(everything()).build())
}

/// Both reads of the trail fail with this code.
fn refused(code: &'static str) -> [Rule; 2] {
    let body = move || format!(r#"{{"__type":"{code}","message":"x"}}"#);
    [
        mock!(Client::get_trail_status).sequence().http_status(400, Some(body())).repeatedly().build(),
        mock!(Client::get_event_selectors).sequence().http_status(400, Some(body())).repeatedly().build(),
    ]
}

async fn observe(duty: &AuditTrail, named: &str) -> Result<Observation, ReadError> {
    duty.observe(&trail(named)).await.map(Option::unwrap)
}

#[tokio::test]
async fn a_trail_is_read_with_three_calls_whatever_else_has_its_name() {
    let other = of("arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit", "eu-west-1");
    let rules = [described(vec![other, of(ARN, "us-east-1")]), status(ARN), selectors(ARN)];
    let seen = observe(&duty(&rules.each_ref()), "audit").await.unwrap();
    let found = seen.trail.unwrap();
    assert_eq!((found.arn.as_str(), found.key.as_deref(), seen.key, seen.bucket), (ARN, Some(KEY), None, None));
    assert_eq!(found.status, Some(Status { logging: true, attempted: Some(1_767_225_601), ..Status::default() }));
    assert!(matches!(found.selectors, Some(Selectors::Basic(list)) if list.len() == 1));
    assert_eq!(rules.each_ref().map(Rule::num_calls), [1, 1, 1]);
}

#[tokio::test]
async fn the_shadow_of_a_trail_is_read_by_the_arn_that_it_has_at_home() {
    const AWAY: &str = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit";
    let [no_status, no_selectors] = refused("TrailNotFoundException");
    let rules = [described(vec![of(AWAY, "eu-west-1")]), status(AWAY), selectors(AWAY), no_status, no_selectors];
    let seen = observe(&duty(&rules.each_ref()), "audit").await.unwrap();
    let found = seen.trail.unwrap();
    assert_eq!((found.arn.as_str(), found.home_region.as_str()), (AWAY, "eu-west-1"));
    assert!(found.status.is_some() && found.selectors.is_some());
}

#[tokio::test]
async fn what_an_organization_does_not_let_us_read_is_not_known() {
    const ORGANIZATION: &str = "arn:aws:cloudtrail:us-east-1:999999999999:trail/org";
    for code in ["AccessDeniedException", "TrailNotFoundException", "OperationNotPermittedException"] {
        let [no_status, no_selectors] = refused(code);
        let rules = [described(vec![of(ORGANIZATION, "us-east-1")]), no_status, no_selectors];
        let found = observe(&duty(&rules.each_ref()), ORGANIZATION).await.unwrap().trail.unwrap();
        assert_eq!((found.status, found.selectors), (None, None), "{code}");
    }
    let [no_status, no_selectors] = refused("AccessDeniedException");
    let own = [described(vec![of(ARN, "us-east-1")]), no_status, no_selectors];
    assert!(matches!(observe(&duty(&own.each_ref()), "audit").await, Err(ReadError::Aws(_))));
}

#[tokio::test]
async fn a_trail_that_is_not_listed_but_there_is_not_made_again() {
    let rules = [described(Vec::new()), status(ARN), selectors(ARN)];
    assert!(matches!(observe(&duty(&rules.each_ref()), "audit").await, Err(ReadError::Answer { .. })));
    for code in ["AccessDeniedException", "ThrottlingException"] {
        let [no_status, no_selectors] = refused(code);
        let rules = [described(Vec::new()), no_status, no_selectors];
        assert!(matches!(observe(&duty(&rules.each_ref()), "audit").await, Err(ReadError::Aws(_))), "{code}");
    }
}

fn key_rules(policy: Rule) -> [Rule; 2] {
    use aws_sdk_kms::types::{KeyMetadata, KeySpec, KeyState, KeyUsageType};
    let describe = mock!(aws_sdk_kms::Client::describe_key).then_output(|| {
        let metadata = KeyMetadata::builder().key_id("1234").key_state(KeyState::Enabled);
        let metadata = metadata.key_usage(KeyUsageType::EncryptDecrypt).key_spec(KeySpec::SymmetricDefault);
        DescribeKeyOutput::builder().key_metadata(metadata.build().unwrap()).build()
    });
    [describe, policy]
}

fn key_policy() -> Rule {
    mock!(aws_sdk_kms::Client::get_key_policy).then_output(|| GetKeyPolicyOutput::builder().policy("{}").build())
}

fn bucket_policy() -> Rule {
    mock!(aws_sdk_s3::Client::get_bucket_policy)
        .match_requests(|request| {
            (request.bucket(), request.expected_bucket_owner()) == (Some("trail-logs"), Some(ACCOUNT))
        })
        .then_output(|| GetBucketPolicyOutput::builder().policy("{}").build())
}

#[tokio::test]
async fn where_a_trail_is_to_be_made_again_its_key_and_bucket_are_looked_at() {
    let [no_status, no_selectors] = refused("TrailNotFoundException");
    let (gone, key, bucket) =
        ([described(Vec::new()), no_status, no_selectors], key_rules(key_policy()), bucket_policy());
    let mut duty = with(&gone.each_ref(), &key.each_ref(), &[&bucket]);
    let seen = observe(&duty, "audit").await.unwrap();
    assert_eq!(
        (seen.trail, seen.key.map(|key| key.described.state), seen.bucket.map(|bucket| bucket.problem)),
        (None, Some("Enabled".to_owned()), Some(None))
    );
    // Nothing hangs on them where it can't be made.
    duty.recreate = false;
    let seen = observe(&duty, "audit").await.unwrap();
    assert_eq!((seen.key, seen.bucket), (None, None));
    assert_eq!(bucket.num_calls(), 1);
}

#[tokio::test]
async fn a_bucket_that_cant_be_used_is_told() {
    for (code, status, word) in [
        ("NoSuchBucket", 404, "not there"),
        ("AccessDenied", 403, "closed to Phiward"),
        ("PermanentRedirect", 301, "another Region"),
    ] {
        let body = format!("<Error><Code>{code}</Code></Error>");
        let rule = mock!(aws_sdk_s3::Client::get_bucket_policy).sequence().http_status(status, Some(body)).build();
        let TrailBucket { problem, .. } = with(&[], &[], &[&rule]).observe_bucket("trail-logs").await.unwrap();
        assert!(problem.as_deref().is_some_and(|problem| problem.contains(word)), "{code}: {problem:?}");
    }
    let body = "<Error><Code>NoSuchBucketPolicy</Code></Error>".to_owned();
    let rule = mock!(aws_sdk_s3::Client::get_bucket_policy).sequence().http_status(404, Some(body)).build();
    let none = TrailBucket { name: "trail-logs".to_owned(), problem: None, policy: None };
    assert_eq!(with(&[], &[], &[&rule]).observe_bucket("trail-logs").await, Ok(none));
    let broken = mock!(aws_sdk_s3::Client::get_bucket_policy).sequence().http_status(500, None).repeatedly().build();
    assert!(with(&[], &[], &[&broken]).observe_bucket("trail-logs").await.is_err());
}
