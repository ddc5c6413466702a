//! Isolations: merged into what is there, and only if that is what the plan was made for.

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_bucket_policy::GetBucketPolicyOutput;
use aws_sdk_s3::operation::get_object_tagging::GetObjectTaggingOutput;
use aws_sdk_s3::operation::put_bucket_policy::PutBucketPolicyOutput;
use aws_sdk_s3::operation::put_object_tagging::PutObjectTaggingOutput;
use aws_sdk_s3::types::Tag;
use aws_smithy_mocks::{Rule, mock};
use policy::quarantine::{State, Step};
use policy::{Redacted, Remedy, quarantine};
use remediation::{Duty, Repair, WriteError};

use super::fixtures::*;

fn policy(text: &'static str) -> Rule {
    mock!(Client::get_bucket_policy).then_output(move || GetBucketPolicyOutput::builder().policy(text).build())
}

fn no_policy() -> Rule {
    mock!(Client::get_bucket_policy).sequence().http_status(404, xml("NoSuchBucketPolicy")).repeatedly().build()
}

fn tagged(value: &'static str) -> Rule {
    mock!(Client::get_object_tagging).match_requests(|request| request.version_id() == Some("v1")).then_output(
        move || {
            let tag = Tag::builder().key("owner").value(value).build().unwrap();
            GetObjectTaggingOutput::builder().tag_set(tag).build().unwrap()
        },
    )
}

fn tag(key: &str, value: &str) -> quarantine::Tag {
    quarantine::Tag { key: key.to_owned().into(), value: value.to_owned().into() }
}

fn deny() -> Step {
    let before = Some(Redacted::new("{}".to_owned()));
    Step::DenyIsolated { bucket: BUCKET.to_owned(), before, after: Redacted::new("{\"Statement\":[]}".to_owned()) }
}

fn isolate() -> Step {
    let after = vec![tag("owner", "ward-7"), tag("phiward-isolated", "true")];
    Step::TagIsolated { object: object(), before: vec![tag("owner", "ward-7")], after }
}

async fn apply(step: &Step, s3: &[&Rule]) -> Result<(), WriteError> {
    duty(&[], s3).apply(&id(), step).await
}

fn changed(result: &Result<(), WriteError>) -> bool {
    matches!(result, Err(WriteError::Changed(_)))
}

async fn plan(s3: &[&Rule]) -> (Vec<Step>, Vec<String>) {
    let finding = finding_in(BUCKET);
    let duty = duty(&[&finding], s3);
    let seen = duty.observe(&id()).await.unwrap().unwrap();
    assert!(matches!(seen.state, State::Outside(_)));
    let (mut steps, mut person) = (Vec::new(), Vec::new());
    for violation in duty.assess(&id(), &seen) {
        match violation.remedy {
            Remedy::Steps(more) => steps.extend(more),
            Remedy::Person(advice) => person.push(advice),
        }
    }
    (steps, person)
}

#[tokio::test]
async fn an_object_that_phiward_cannot_read_is_isolated() {
    // 400 is S3's answer for an object whose key the requester would have to send.
    for status in [400, 403] {
        let (versioning, version, refused) = (versioning(), version(ETAG, true), no_head(BUCKET, status));
        let (absent, tags, no_policy) = (no_head(OURS, 404), tagged("ward-7"), no_policy());
        let (steps, person) = plan(&[&versioning, &version, &refused, &absent, &tags, &no_policy]).await;
        assert!(matches!(steps.as_slice(), [Step::DenyIsolated { before: None, .. }, Step::TagIsolated { .. }]));
        assert_eq!(person.len(), 1);
    }
}

#[tokio::test]
async fn where_not_even_tags_can_be_read_a_person_is_called() {
    let forbidden = mock!(Client::get_object_tagging).sequence().http_status(403, xml("AccessDenied")).build();
    let (versioning, version, refused) = (versioning(), version(ETAG, true), no_head(BUCKET, 403));
    let (absent, no_policy) = (no_head(OURS, 404), no_policy());
    let (steps, person) = plan(&[&versioning, &version, &refused, &absent, &forbidden, &no_policy]).await;
    assert_eq!(steps, []);
    assert_eq!(person.len(), 2);
}

#[tokio::test]
async fn a_policy_that_changed_meanwhile_is_not_overwritten() {
    assert!(changed(&apply(&deny(), &[&policy("{\"Version\":\"2012-10-17\"}")]).await));
    assert!(changed(&apply(&deny(), &[&no_policy()]).await));
    let put = mock!(Client::put_bucket_policy)
        .match_requests(|request| {
            request.policy() == Some("{\"Statement\":[]}") && request.expected_bucket_owner() == Some(ACCOUNT)
        })
        .then_output(|| PutBucketPolicyOutput::builder().build());
    assert_eq!(apply(&deny(), &[&policy("{}"), &put]).await, Ok(()));
    assert_eq!(put.num_calls(), 1);
}

#[tokio::test]
async fn tags_are_put_only_on_those_bytes_and_over_those_tags() {
    let put = mock!(Client::put_object_tagging)
        .match_requests(|request| {
            let keys: Vec<_> =
                request.tagging().map_or(&[][..], |tagging| tagging.tag_set()).iter().map(Tag::key).collect();
            request.version_id() == Some("v1") && keys == ["owner", "phiward-isolated"]
        })
        .then_output(|| PutObjectTaggingOutput::builder().build());
    assert!(changed(&apply(&isolate(), &[&versioning(), &version("other", true)]).await));
    assert!(changed(&apply(&isolate(), &[&versioning(), &version(ETAG, true), &tagged("ward-8")]).await));
    assert_eq!(apply(&isolate(), &[&versioning(), &version(ETAG, true), &tagged("ward-7"), &put]).await, Ok(()));
    assert_eq!(put.num_calls(), 1);
}
