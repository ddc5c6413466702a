//! What is read of a guardrail, and what is made of rare answers.

use aws_smithy_mocks::{Rule, mock};
use policy::guardrails::{Enforcement, Observation};
use remediation::{Duty, ReadError};
use serde_json::{Value, json};

use super::fixtures::{answer, duty, enforced, error, got, guardrail, id, listed};

async fn observed(rules: &[&Rule]) -> Result<Observation, ReadError> {
    duty(rules, &[]).observe(&id("abc")).await.map(Option::unwrap)
}

fn configuration(guardrail: &str) -> Value {
    json!([{"configId": "c1", "guardrailId": guardrail, "guardrailVersion": "3"}])
}

#[tokio::test]
async fn an_enforced_guardrail_costs_three_reads_and_another_four() {
    let (draft, three) = (got("DRAFT", guardrail("DRAFT", true)), got("3", guardrail("3", true)));
    let Ok(Observation::Guardrail(seen)) = observed(&[&draft, &three, &enforced(configuration("abc"))]).await else {
        panic!()
    };
    assert!(matches!(&seen.enforcement, Enforcement::This(configured) if configured.version == "3"));
    assert_eq!((seen.versions, seen.in_force.unwrap().version), (None, "3".to_owned()));
    let rules = [&draft, &three, &enforced(configuration("other")), &listed(&["DRAFT", "1", "3"])];
    let Ok(Observation::Guardrail(seen)) = observed(&rules).await else { panic!() };
    assert_eq!((seen.enforcement, seen.in_force.unwrap().version), (Enforcement::Another, "3".to_owned()));
    assert_eq!(seen.versions.unwrap().len(), 2);
}

#[tokio::test]
async fn a_weak_version_that_is_enforced_has_the_newest_read_too() {
    let rules = [
        &got("DRAFT", guardrail("DRAFT", true)),
        &got("3", guardrail("3", false)),
        &got("10", guardrail("10", true)),
        &enforced(configuration("abc")),
        &listed(&["10", "DRAFT", "3"]),
    ];
    let Ok(Observation::Guardrail(seen)) = observed(&rules).await else { panic!() };
    assert_eq!((seen.in_force.unwrap().version.as_str(), seen.newest.unwrap().version.as_str()), ("3", "10"));
}

#[tokio::test]
async fn one_that_is_gone_or_going_is_not_there() {
    let gone = mock!(aws_sdk_bedrock::Client::get_guardrail)
        .then_http_response(|| answer(404, &error("ResourceNotFoundException")));
    let mut leaving = guardrail("DRAFT", true);
    leaving["status"] = json!("DELETING");
    let all = |name: &'static str| {
        mock!(aws_sdk_bedrock::Client::list_guardrails)
            .match_requests(|request| request.guardrail_identifier().is_none())
            .then_http_response(move || {
                let summary = json!({"id": "new", "arn": "a", "status": "READY", "name": name, "version": "DRAFT",
                    "createdAt": "2026-10-05T09:00:00Z", "updatedAt": "2026-10-05T09:00:00Z"});
                answer(200, &json!({"guardrails": [summary]}))
            })
    };
    for draft in [gone, got("DRAFT", leaving)] {
        for (name, made_again) in [("theirs", None), ("phiward-abc", Some("new".to_owned()))] {
            let seen = observed(&[&draft, &enforced(json!([])), &all(name)]).await;
            assert_eq!(seen, Ok(Observation::Absent { made_again }));
        }
    }
}

#[tokio::test]
async fn what_can_t_be_read_is_an_error_without_aws_s_words() {
    let refused = mock!(aws_sdk_bedrock::Client::get_guardrail)
        .then_http_response(|| answer(403, &error("AccessDeniedException")));
    let read = observed(&[&refused, &enforced(json!([]))]).await.unwrap_err().to_string();
    assert!(read.contains("bedrock:GetGuardrail failed: AccessDeniedException") && !read.contains("quotes"), "{read}");
    let draft = got("DRAFT", guardrail("DRAFT", true));
    let odd = enforced(json!([{"configId": "c1", "guardrailId": "abc"}]));
    assert!(observed(&[&draft, &odd]).await.unwrap_err().to_string().contains("it names no version"));
}
