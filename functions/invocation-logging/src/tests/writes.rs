//! Writing: the configuration is sent whole, made from what is there right before, and what Bedrock refuses is told.

use std::collections::BTreeSet;

use aws_sdk_bedrock::operation::put_model_invocation_logging_configuration::PutModelInvocationLoggingConfigurationOutput;
use policy::invocation_logging::Modality;

use super::*;

fn put(expected: LoggingConfig) -> Rule {
    mock!(Client::put_model_invocation_logging_configuration)
        .match_requests(move |request| request.logging_config() == Some(&expected))
        .then_output(|| PutModelInvocationLoggingConfigurationOutput::builder().build())
}

fn refusal(code: &str, status: u16, times: usize) -> Rule {
    let refused = mock!(Client::put_model_invocation_logging_configuration).sequence();
    let body = format!(r#"{{"__type":"{code}","message":"Failed to validate permissions"}}"#);
    let refused = refused.http_status(status, Some(body)).times(times);
    refused.output(|| PutModelInvocationLoggingConfigurationOutput::builder().build()).repeatedly().build()
}

fn enable() -> Step {
    Step::Enable { destinations: named(), deliver: Modality::ALL.into() }
}

async fn apply(step: &Step, rules: &[&Rule]) -> Result<(), WriteError> {
    duty(&Aws { bedrock: rules, ..Aws::default() }).apply(&Configuration, step).await
}

#[tokio::test]
async fn logging_is_switched_on_with_every_kind_of_data_named() {
    let sent = put(right());
    assert_eq!(apply(&enable(), &[&configured(vec![None]), &sent]).await, Ok(()));
    let some = with(right(), |config| config.video_data_delivery_enabled = Some(false));
    let deliver = BTreeSet::from([Modality::Text, Modality::Image, Modality::Embedding, Modality::Audio]);
    let step = Step::Enable { destinations: named(), deliver };
    let sent_some = put(some);
    assert_eq!(apply(&step, &[&configured(vec![None]), &sent_some]).await, Ok(()));
    assert_eq!((sent.num_calls(), sent_some.num_calls()), (1, 1));
}

#[tokio::test]
async fn a_redirection_ends_and_what_is_delivered_stays() {
    let expected = with(right(), |config| {
        config.image_data_delivery_enabled = Some(false);
        config.embedding_data_delivery_enabled = Some(false);
        config.video_data_delivery_enabled = Some(false);
        config.audio_data_delivery_enabled = Some(false);
    });
    let step = Step::Redirect { expected: configuration::read(elsewhere()).destinations, destinations: named() };
    let sent = put(expected);
    assert_eq!(apply(&step, &[&configured(vec![Some(elsewhere())]), &sent]).await, Ok(()));
    assert_eq!(sent.num_calls(), 1);
}

#[tokio::test]
async fn more_is_delivered_where_it_goes_now() {
    let expected = with(elsewhere(), |config| {
        config.image_data_delivery_enabled = Some(false);
        config.embedding_data_delivery_enabled = Some(false);
        config.video_data_delivery_enabled = Some(false);
        config.audio_data_delivery_enabled = Some(true);
    });
    let sent = put(expected);
    let step = Step::Deliver { deliver: [Modality::Audio].into() };
    assert_eq!(apply(&step, &[&configured(vec![Some(elsewhere())]), &sent]).await, Ok(()));
}

#[tokio::test]
async fn what_has_changed_meanwhile_is_left_alone() {
    let changed = Err(WriteError::Changed("the configuration of invocation logging"));
    assert_eq!(apply(&enable(), &[&configured(vec![Some(elsewhere())])]).await, changed);
    let redirect = Step::Redirect { expected: Destinations::default(), destinations: named() };
    assert_eq!(apply(&redirect, &[&configured(vec![Some(elsewhere())])]).await, changed);
    // Somebody else has put it right.
    let redirect = Step::Redirect { expected: configuration::read(elsewhere()).destinations, destinations: named() };
    assert_eq!(apply(&redirect, &[&configured(vec![Some(right())])]).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_passes_is_waited_for() {
    let refused = refusal("ValidationException", 400, 2);
    assert_eq!(apply(&enable(), &[&configured(vec![None]), &refused]).await, Ok(()));
    assert_eq!(refused.num_calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn while_it_waits_others_are_seen() {
    let refused = refusal("ValidationException", 400, 1);
    let ended = apply(&enable(), &[&configured(vec![None, Some(elsewhere())]), &refused]).await;
    assert_eq!(ended, Err(WriteError::Changed("the configuration of invocation logging")));
    assert_eq!(refused.num_calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_stays_is_told() {
    let refused = refusal("ValidationException", 400, 100);
    let ended = apply(&enable(), &[&configured(vec![None]), &refused]).await;
    assert!(matches!(ended, Err(WriteError::Refused { advice }) if advice.contains("does not take the destinations")));
    assert_eq!(refused.num_calls(), 4);
}

#[tokio::test(start_paused = true)]
async fn any_other_error_is_a_failure() {
    let refused = refusal("AccessDeniedException", 403, 100);
    let ended = apply(&enable(), &[&configured(vec![None]), &refused]).await;
    assert!(matches!(ended, Err(WriteError::Aws(error)) if error.code == "AccessDeniedException"));
    assert_eq!(refused.num_calls(), 1);
}

#[test]
fn nothing_is_undone() {
    let order = Undo {
        action: remediation::ledger::OrderAction::Undo,
        control: &policy::control::INVOCATION_LOGGING_ENABLED,
        before: serde_json::json!({}),
        after: serde_json::json!({}),
    };
    let live = Observation { configuration: None, requisites: None };
    assert!(matches!(duty(&Aws::default()).undo(&Configuration, &order, &live), Restored::Refused(_)));
}
