//! The proof on made-up examples.

use aws_smithy_mocks::{Rule, mock};
use policy::guardrails::{Observation, Step, Target};
use remediation::{Duty, Repair, WriteError};
use serde_json::{Value, json};

use super::fixtures::{answer, duty, enforced, error, got, guardrail, id};

const PROVE: Step = Step::Prove { version: Target::Draft };

/// Everything is found, or all but what one regex finds.
fn asked(blind_to: Option<&'static str>) -> Rule {
    mock!(aws_sdk_bedrockruntime::Client::apply_guardrail).then_http_response(move || {
        let found = json!({"type": "NAME", "match": "any", "action": "ANONYMIZED"});
        let regexes = ["DateOfBirth", "MRN", "NPI", "DEA"].into_iter().filter(|name| Some(*name) != blind_to);
        let wanted = policy::Baseline::parse(include_str!("../../../../baseline.toml")).unwrap().guardrails;
        let entry = |name: &str| {
            let pattern = &wanted.regexes.iter().find(|each| each.name == name).unwrap().pattern;
            json!({"name": name, "match": "any", "regex": pattern, "action": "BLOCKED"})
        };
        let regexes: Vec<Value> = regexes.map(entry).collect();
        let policy = json!({"piiEntities": [found], "regexes": regexes});
        let usage = json!({"topicPolicyUnits": 0, "contentPolicyUnits": 0, "wordPolicyUnits": 0,
            "sensitiveInformationPolicyUnits": 1, "sensitiveInformationPolicyFreeUnits": 1, "contextualGroundingPolicyUnits": 0});
        answer(200, &json!({"usage": usage, "action": "GUARDRAIL_INTERVENED", "outputs": [],
            "assessments": [{"sensitiveInformationPolicy": policy}]}))
    })
}

#[tokio::test]
async fn all_examples_are_asked_for_in_both_directions_and_once() {
    let (draft, all) = (got("DRAFT", guardrail("DRAFT", true)), asked(None));
    let duty = duty(&[&draft], &[&all]);
    duty.apply(&id("abc"), &PROVE).await.unwrap();
    let wanted = &duty.baseline;
    let examples = wanted.pii.len() + wanted.regexes.iter().map(|each| each.examples.len()).sum::<usize>();
    assert_eq!(all.num_calls(), 2 * examples);
    // Nothing has changed since.
    duty.apply(&id("abc"), &PROVE).await.unwrap();
    assert_eq!(all.num_calls(), 2 * examples);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_caught_is_named_by_the_baseline_s_name() {
    let (draft, blind) = (got("DRAFT", guardrail("DRAFT", true)), asked(Some("MRN")));
    let Err(WriteError::Refused { advice }) = duty(&[&draft], &[&blind]).apply(&id("abc"), &PROVE).await else {
        panic!()
    };
    assert!(advice.contains("examples of: MRN (input), MRN (output)"), "{advice}");
}

#[tokio::test]
async fn what_was_written_and_not_proven_is_still_to_be_done() {
    let (draft, configuration) =
        (got("DRAFT", guardrail("DRAFT", true)), json!([{"guardrailId": "abc", "guardrailVersion": "1"}]));
    let refused = mock!(aws_sdk_bedrockruntime::Client::apply_guardrail)
        .then_http_response(|| answer(403, &error("AccessDeniedException")));
    let rules = [&draft, &got("1", guardrail("1", true)), &enforced(configuration)];
    let duty = duty(&rules, &[&refused]);
    duty.progress(&id("abc"), |progress| progress.unproven = true);
    assert!(matches!(duty.apply(&id("abc"), &PROVE).await, Err(WriteError::Aws(_))));
    let Ok(Some(seen)) = duty.observe(&id("abc")).await else { panic!() };
    assert!(matches!(&seen, Observation::Guardrail(seen) if seen.unproven));
    assert_eq!(duty.assess(&id("abc"), &seen).len(), 1);
}
