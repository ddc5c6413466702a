//! What is written, when KMS is not of one mind yet, and when it never will be. Time is the test's own.

use aws_sdk_kms::operation::cancel_key_deletion::CancelKeyDeletionOutput;
use aws_sdk_kms::operation::describe_key::DescribeKeyOutput;
use aws_sdk_kms::operation::enable_key::EnableKeyOutput;
use aws_sdk_kms::operation::enable_key_rotation::EnableKeyRotationOutput;
use aws_sdk_kms::operation::get_key_rotation_status::GetKeyRotationStatusOutput;
use aws_sdk_kms::types::{KeyMetadata, KeyState};
use aws_smithy_mocks::mock;
use policy::encryption_keys::Step;
use remediation::{Repair, WriteError};

use super::*;

const NOT_YET: &str = "KMSInvalidStateException";

fn enabled() -> Rule {
    mock!(Client::enable_key)
        .match_requests(|request| request.key_id() == Some(RECORDS))
        .sequence()
        .http_status(400, error(NOT_YET))
        .http_status(400, error(NOT_YET))
        .output(|| EnableKeyOutput::builder().build())
        .build()
}

fn never_enabled() -> Rule {
    mock!(Client::enable_key).sequence().http_status(400, error(NOT_YET)).repeatedly().build()
}

fn in_state(state: KeyState) -> Rule {
    mock!(Client::describe_key).then_output(move || {
        let metadata = KeyMetadata::builder().key_id("mrk-records").key_state(state.clone()).build().unwrap();
        DescribeKeyOutput::builder().key_metadata(metadata).build()
    })
}

fn status(enabled: bool, days: Option<i32>) -> GetKeyRotationStatusOutput {
    GetKeyRotationStatusOutput::builder().key_rotation_enabled(enabled).set_rotation_period_in_days(days).build()
}

fn said(enabled: bool, days: Option<i32>) -> Rule {
    mock!(Client::get_key_rotation_status).then_output(move || status(enabled, days))
}

fn rotates(days: i32) -> Rule {
    mock!(Client::enable_key_rotation)
        .match_requests(move |request| {
            request.rotation_period_in_days() == Some(days) && request.key_id() == Some(RECORDS)
        })
        .then_output(|| EnableKeyRotationOutput::builder().build())
}

async fn apply(step: Step, rules: &[&Rule]) -> Result<(), WriteError> {
    duty(rules).apply(&at(), &step).await
}

fn advice(result: Result<(), WriteError>) -> String {
    let Err(WriteError::Refused { advice }) = result else { panic!("{result:?}") };
    advice
}

#[tokio::test(start_paused = true)]
async fn a_step_that_comes_too_early_is_tried_again() {
    let enabled = enabled();
    assert_eq!(apply(Step::Enable, &[&enabled]).await, Ok(()));
    assert_eq!(enabled.num_calls(), 3);
    let cancelled = mock!(Client::cancel_key_deletion)
        .match_requests(|request| request.key_id() == Some(RECORDS))
        .sequence()
        .http_status(400, error(NOT_YET))
        .output(|| CancelKeyDeletionOutput::builder().build())
        .build();
    assert_eq!(apply(Step::CancelDeletion, &[&cancelled]).await, Ok(()));
    assert_eq!(cancelled.num_calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_whose_deletion_stays_pending_is_no_failure_and_any_other_is() {
    let pending = apply(Step::Enable, &[&never_enabled(), &in_state(KeyState::PendingDeletion)]).await;
    assert!(advice(pending).contains("encryption-keys.pending-deletion"));
    let begun = tokio::time::Instant::now();
    let failed = apply(Step::Enable, &[&never_enabled(), &in_state(KeyState::Disabled)]).await.unwrap_err();
    assert!(matches!(&failed, WriteError::Aws(error) if error.code == NOT_YET), "{failed}");
    assert!(!failed.to_string().contains("jane"), "{failed}");
    assert!((5..10).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_is_denied_is_not_tried_again() {
    let denied = mock!(Client::enable_key).sequence().http_status(400, error("AccessDeniedException")).build();
    assert!(matches!(apply(Step::Enable, &[&denied]).await, Err(WriteError::Aws(_))));
    assert_eq!(denied.num_calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_period_is_the_shorter_one_by_the_time_of_writing() {
    let step = |days| Step::EnableRotation { days, hidden: false };
    for (enabled, days, written) in [(false, None, 365), (false, Some(90), 90), (true, Some(2560), 365)] {
        let rotates = rotates(written);
        assert_eq!(apply(step(365), &[&said(enabled, days), &rotates]).await, Ok(()), "{enabled} {days:?}");
        assert_eq!(rotates.num_calls(), 1);
    }
    // Somebody else was faster: nothing is written.
    assert_eq!(apply(step(365), &[&said(true, Some(180))]).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn what_a_pending_deletion_has_hidden_is_waited_for() {
    let step = || Step::EnableRotation { days: 365, hidden: true };
    let returns = mock!(Client::get_key_rotation_status)
        .sequence()
        .output(|| status(false, None))
        .output(|| status(false, None))
        .output(|| status(true, Some(90)))
        .build();
    assert_eq!(apply(step(), &[&returns]).await, Ok(()));
    assert_eq!(returns.num_calls(), 3);
    let (off, rotates) = (said(false, None), rotates(365));
    assert_eq!(apply(step(), &[&off, &rotates]).await, Ok(()), "it was off before");
}

#[tokio::test(start_paused = true)]
async fn rotation_that_kms_refuses_for_good_is_told() {
    let step = || Step::EnableRotation { days: 365, hidden: false };
    let refuses =
        |code: &str| mock!(Client::enable_key_rotation).sequence().http_status(400, error(code)).repeatedly().build();
    let off = said(false, None);
    advice(apply(step(), &[&off, &refuses("UnsupportedOperationException")]).await);
    let disabled = refuses("DisabledException");
    advice(apply(step(), &[&off, &disabled, &in_state(KeyState::Disabled)]).await);
    let inconsistent = apply(step(), &[&off, &disabled, &in_state(KeyState::Enabled)]).await;
    assert!(matches!(inconsistent, Err(WriteError::Aws(_))), "{inconsistent:?}");
    let closed =
        mock!(Client::get_key_rotation_status).sequence().http_status(400, error("AccessDeniedException")).build();
    advice(apply(step(), &[&closed]).await);
}

#[test]
fn nothing_is_ever_undone() {
    let undo = remediation::Undo {
        action: remediation::ledger::OrderAction::Undo,
        control: &policy::control::ENCRYPTION_KEYS_ENABLED,
        before: serde_json::Value::Null,
        after: serde_json::Value::Null,
    };
    let restored = duty(&[]).undo(&at(), &undo, &policy::encryption_keys::Observation::Gone);
    assert!(matches!(restored, remediation::Restored::Refused(_)));
}
