//! What is written, and what is not when something is otherwise by then.

use aws_smithy_mocks::{Rule, mock};
use policy::Redacted;
use policy::guardrails::{Configured, Step, Target, to_update};
use remediation::{Repair, WriteError};
use serde_json::{Value, json};

use super::fixtures::{answer, duty, enforced, error, got, guardrail, id, listed};

const ARN: &str = "arn:aws:bedrock:us-east-1:111122223333:guardrail/abc";

async fn apply(step: &Step, rules: &[&Rule]) -> Result<(), WriteError> {
    duty(rules, &[]).apply(&id("abc"), step).await
}

fn update(from: &Value, to: &Value) -> Step {
    let document = Redacted::new(to_update(to).unwrap().to_string());
    Step::UpdateDraft { expected: Redacted::new(from.to_string()), document }
}

fn publish(what: &Value) -> Step {
    Step::Publish {
        expected: Redacted::new(to_update(what).unwrap().to_string()),
        description: "Phiward baseline 1".to_owned(),
    }
}

#[tokio::test]
async fn a_draft_that_changed_meanwhile_is_not_written() {
    let (weak, strong) = (guardrail("DRAFT", false), guardrail("DRAFT", true));
    let mut other = weak.clone();
    other["description"] = json!("changed");
    let result = apply(&update(&weak, &strong), &[&got("DRAFT", other)]).await;
    assert_eq!(result, Err(WriteError::Changed("the guardrail's working draft")));
    // It is so already: nothing is written either.
    assert_eq!(apply(&update(&weak, &strong), &[&got("DRAFT", strong.clone())]).await, Ok(()));
}

#[tokio::test]
async fn what_bedrock_refuses_for_good_is_for_a_person() {
    let (weak, strong) = (guardrail("DRAFT", false), guardrail("DRAFT", true));
    for (code, status, for_good) in [
        ("ValidationException", 400, true),
        ("ServiceQuotaExceededException", 400, true),
        ("AccessDeniedException", 403, false),
        ("ConflictException", 409, false),
    ] {
        let put = mock!(aws_sdk_bedrock::Client::update_guardrail)
            .match_requests(|request| request.guardrail_identifier() == Some("abc"))
            .then_http_response(move || answer(status, &error(code)));
        let result = apply(&update(&weak, &strong), &[&got("DRAFT", weak.clone()), &put]).await.unwrap_err();
        assert_eq!(matches!(result, WriteError::Refused { .. }), for_good, "{code}");
        assert!(!result.to_string().contains("quotes"));
    }
}

#[tokio::test]
async fn a_version_that_says_the_same_is_taken() {
    let draft = guardrail("DRAFT", true);
    let rules = [&got("DRAFT", draft.clone()), &got("4", guardrail("4", true)), &listed(&["DRAFT", "2", "4"])];
    let duty = duty(&rules, &[]);
    duty.apply(&id("abc"), &publish(&draft)).await.unwrap();
    assert_eq!(duty.number(&id("abc"), &Target::Published), Ok("4".to_owned()));
    let weak = [&got("DRAFT", guardrail("DRAFT", false))];
    assert!(matches!(apply(&publish(&draft), &weak).await, Err(WriteError::Changed(_))));
}

#[tokio::test]
async fn a_version_is_never_deleted_without_its_number() {
    for (code, status) in [("ResourceNotFoundException", 404), ("ResourceInUseException", 400)] {
        let delete = mock!(aws_sdk_bedrock::Client::delete_guardrail)
            .match_requests(|request| request.guardrail_version() == Some("7"))
            .then_http_response(move || answer(status, &error(code)));
        let result = apply(&Step::DeleteVersion { number: 7 }, &[&delete]).await;
        assert_eq!(matches!(result, Err(WriteError::Refused { .. })), code == "ResourceInUseException", "{result:?}");
    }
}

fn configured(version: &str) -> (Configured, Value) {
    let document = json!({"configId": "c1", "guardrailId": "abc", "guardrailVersion": version});
    let kept = Redacted::new(document.to_string());
    (Configured { id: Some("c1".to_owned()), version: version.to_owned(), document: kept }, document)
}

#[tokio::test]
async fn a_configuration_is_pointed_to_a_version_that_is_ready_and_only_if_it_is_what_was_planned_for() {
    let (expected, shown) = configured("1");
    let enforce = |expected| Step::Enforce { arn: ARN.to_owned(), version: Target::Version("4".to_owned()), expected };
    let four = got("4", guardrail("4", true));
    for now in [json!([]), json!([configured("2").1]), json!([{"guardrailId": "other", "guardrailVersion": "1"}])] {
        let result = apply(&enforce(Some(expected.clone())), &[&four, &enforced(now)]).await;
        assert_eq!(result, Err(WriteError::Changed("the account's enforced configuration")));
    }
    assert_eq!(apply(&enforce(Some(expected.clone())), &[&four, &enforced(json!([configured("4").1]))]).await, Ok(()));
    let mut failed = guardrail("4", true);
    failed["status"] = json!("FAILED");
    let result = apply(&enforce(Some(expected.clone())), &[&got("4", failed), &enforced(json!([shown.clone()]))]).await;
    assert!(matches!(result, Err(WriteError::Refused { .. })));
    let put = mock!(aws_sdk_bedrock::Client::put_enforced_guardrail_configuration)
        .then_http_response(|| answer(200, &json!({"configId": "c1"})));
    assert_eq!(apply(&enforce(Some(expected)), &[&four, &enforced(json!([shown])), &put]).await, Ok(()));
    assert_eq!(put.num_calls(), 1);
}

#[tokio::test]
async fn a_guardrail_of_that_name_was_made_already() {
    let step = Step::Create { document: Redacted::new(json!({"name": "phiward-abc"}).to_string()) };
    for (code, status, done) in [("ConflictException", 409, true), ("AccessDeniedException", 403, false)] {
        let create =
            mock!(aws_sdk_bedrock::Client::create_guardrail).then_http_response(move || answer(status, &error(code)));
        assert_eq!(apply(&step, &[&create]).await.is_ok(), done, "{code}");
    }
}
