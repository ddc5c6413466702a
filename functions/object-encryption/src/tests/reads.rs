//! Where it looks, and what it reads there.

use aws_sdk_kms::types::KeyState;
use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types::{ObjectLockLegalHoldStatus, StorageClass};
use aws_smithy_mocks::{Rule, mock};
use policy::Redacted;
use policy::object_encryption::{Facts, State};
use remediation::{Duty, ReadError, Scope, Signal};
use serde_json::json;

use super::fixtures::*;

async fn facts(version: Option<&str>, s3: &[&Rule], kms: &[&Rule]) -> Facts {
    let seen = duty(s3, kms).observe(&at(version)).await.unwrap().unwrap();
    let State::Shown(facts) = seen.state else { panic!("it is shown") };
    *facts
}

#[test]
fn only_objects_of_the_sets_are_looked_at() {
    let created = |bucket: &str| Signal::ObjectCreated {
        bucket: bucket.to_owned(),
        key: Redacted::new(KEY.to_owned()),
        version: Some("v1".to_owned()),
    };
    let duty = duty(&[], &[]);
    assert_eq!(duty.scope(&created(BUCKET)), Scope::These(vec![at(Some("v1"))]));
    for nowhere in ["plain-a", "phi-own", "phi-a--use1-az4--x-s3", "phi a"] {
        assert!(matches!(duty.scope(&created(nowhere)), Scope::Nothing(_)), "{nowhere}");
    }
    assert!(matches!(duty.scope(&Signal::Nothing("else")), Scope::Nothing(_)));
}

#[tokio::test]
async fn a_compliant_object_costs_one_head_request() {
    for algorithm in ["aws:kms", "aws:kms:dsse"] {
        let one = head(Some("v1"), shown(Some("v1"), algorithm, Some(DATA_KEY)));
        let duty = duty(&[&one], &[]);
        let seen = duty.observe(&at(Some("v1"))).await.unwrap().unwrap();
        assert_eq!((duty.assess(&at(Some("v1")), &seen), one.num_calls()), (vec![], 1));
        // What a record holds leads back to it.
        assert_eq!(duty.remembered(&serde_json::to_value(&seen).unwrap()), Some(at(Some("v1"))));
    }
}

#[test]
fn what_is_no_observation_leads_nowhere() {
    let duty = duty(&[], &[]);
    assert_eq!(duty.remembered(&json!({"bucket": BUCKET})), None);
    assert_eq!(duty.resource(&at(None).to_string()), None);
}

#[tokio::test]
async fn what_is_gone_a_delete_marker_or_outside_the_sets_is_nothing() {
    for status in [404, 405] {
        assert_eq!(duty(&[&no_head(status)], &[]).observe(&at(None)).await, Ok(None));
    }
    let outside = crate::Object::new("plain-a", Redacted::new(KEY.to_owned()), None).unwrap();
    assert_eq!(duty(&[], &[]).observe(&outside).await, Ok(None));
}

#[tokio::test]
async fn an_answer_that_tells_nothing_is_an_error_that_quotes_nothing() {
    let error = duty(&[&no_head(403)], &[]).observe(&at(None)).await.unwrap_err();
    assert!(
        matches!(&error, ReadError::Aws(error) if error.status == Some(403)) && !error.to_string().contains("jane")
    );
    let odd = head(None, shown(None, "AES256", None).set_content_length(None));
    assert!(matches!(duty(&[&odd], &[]).observe(&at(None)).await, Err(ReadError::Answer { .. })));
}

#[tokio::test]
async fn what_its_uploader_has_sealed_is_seen_as_sealed() {
    let duty = duty(&[&no_head(400)], &[]);
    let seen = duty.observe(&at(Some("v1"))).await.unwrap().unwrap();
    assert_eq!(seen.state, State::Sealed);
    assert_eq!(duty.assess(&at(Some("v1")), &seen).len(), 1);
}

#[tokio::test]
async fn the_key_is_described_only_where_it_is_to_be_used() {
    let wrong = head(Some("v1"), shown(Some("v1"), "AES256", None));
    let seen = facts(Some("v1"), &[&wrong], &[&describes(KeyState::Disabled)]).await;
    assert_eq!(seen.data_key.unwrap().state, "Disabled");
    let locked = shown(Some("v1"), "AES256", None).object_lock_legal_hold_status(ObjectLockLegalHoldStatus::On);
    assert!(facts(Some("v1"), &[&head(Some("v1"), locked)], &[]).await.locked);
    let denied = mock!(aws_sdk_kms::Client::describe_key)
        .sequence()
        .http_status(400, Some(json!({"__type": "AccessDeniedException", "message": KEY}).to_string()))
        .build();
    assert!(facts(Some("v1"), &[&wrong], &[&denied]).await.data_key.unwrap().state.contains("closed to Phiward"));
}

#[tokio::test]
async fn a_lock_that_has_ended_is_none() {
    let until =
        |at| shown(Some("v1"), "aws:kms", Some(DATA_KEY)).object_lock_retain_until_date(DateTime::from_secs(at));
    for (seconds, locked) in [(1000, false), (i64::from(u32::MAX), true)] {
        assert_eq!(facts(Some("v1"), &[&head(Some("v1"), until(seconds))], &[]).await.locked, locked);
    }
}

#[tokio::test]
async fn archived_data_is_known_and_what_was_restored_is_not_archived() {
    let glacier = || shown(None, "aws:kms", Some(DATA_KEY)).storage_class(StorageClass::Glacier);
    assert!(facts(None, &[&head(None, glacier())], &[]).await.archived);
    let restored = glacier().restore("ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2035 00:00:00 GMT\"");
    assert!(!facts(None, &[&head(None, restored)], &[]).await.archived);
}

#[tokio::test]
async fn whether_it_is_current_is_asked_only_of_what_is_to_be_copied() {
    let layered = || head(Some("v1"), shown(Some("v1"), "aws:kms:dsse", Some(FOREIGN)));
    let key = describes(KeyState::Enabled);
    for (newest, current) in [("v1", true), ("v2", false)] {
        let on_top = head(None, shown(Some(newest), "aws:kms", Some(DATA_KEY)));
        assert_eq!(facts(Some("v1"), &[&layered(), &on_top], &[&key]).await.current, Some(current));
    }
    // A delete marker lies above it.
    let marker = mock!(aws_sdk_s3::Client::head_object)
        .match_requests(|request| request.version_id().is_none())
        .sequence()
        .http_status(404, None)
        .build();
    assert_eq!(facts(Some("v1"), &[&layered(), &marker], &[&key]).await.current, Some(false));
    // A bucket that keeps no versions has nothing else.
    let plain = head(None, shown(None, "aws:kms:dsse", Some(FOREIGN)));
    assert_eq!(facts(None, &[&plain], &[&key]).await.current, Some(true));
}

#[tokio::test]
async fn what_was_written_before_its_bucket_kept_versions_is_found_beneath_a_newer_one() {
    let newer = head(None, shown(Some("v2"), "aws:kms", Some(DATA_KEY)));
    let ours = head(Some("null"), shown(Some("null"), "AES256", None));
    let seen = facts(None, &[&newer, &ours], &[&describes(KeyState::Enabled)]).await;
    assert_eq!(seen.version_id.as_deref(), Some("null"));
    let still = head(None, shown(Some("null"), "aws:kms", Some(DATA_KEY)));
    assert_eq!(facts(None, &[&still], &[]).await.version_id.as_deref(), Some("null"));
}
