//! What is found, and what is done about it.

use serde_json::{Value, json};

use super::document::{enforcement, same, to_update};
use super::observation::{Callers, Enforcement, GuardrailObservation, Observation, Version};
use super::plan::{Needs, needs};
use super::proof::{Direction, Found, misses, probes};
use super::question::stopped;
use super::samples::{ARN, baseline, configured, desired, document, numbered, seen, shipped, strong};
use super::step::{Step, Target};
use super::{absent, assess};
use crate::decision::{Remedy, Violation};
use crate::principals::{Access, Principal};

/// Each violation: its control, and its steps by name or what a person reads.
fn shown(violations: &[Violation<Step>]) -> Vec<String> {
    let step = |step: &Step| serde_json::to_value(step).unwrap()["step"].as_str().unwrap().to_owned();
    let rule = |id: &str| id.strip_prefix("guardrails.").unwrap().to_owned();
    let remedy = |remedy: &Remedy<Step>| match remedy {
        Remedy::Steps(steps) => steps.iter().map(step).collect::<Vec<_>>().join("+"),
        Remedy::Person(advice) => format!("? {advice}"),
    };
    violations.iter().map(|each| format!("{}: {}", rule(each.control.id), remedy(&each.remedy))).collect()
}

fn found(seen: &GuardrailObservation) -> Vec<String> {
    shown(&assess(&desired(&baseline(false)), seen))
}

fn weak() -> Value {
    json!({"piiEntities": [{"type": "NAME", "action": "ANONYMIZE"}]})
}

fn masking() -> Value {
    let mut filter = strong();
    filter["piiEntities"][2] = json!({"type": "US_SOCIAL_SECURITY_NUMBER", "action": "ANONYMIZE"});
    filter
}

fn update_of(violations: &[Violation<Step>]) -> Value {
    let Remedy::Steps(steps) = &violations.last().unwrap().remedy else { panic!() };
    let Some(Step::UpdateDraft { document, .. }) = steps.first() else { panic!() };
    serde_json::from_str(document.expose()).unwrap()
}

#[test]
fn what_is_strong_is_left_alone() {
    for enforced in [true, false] {
        assert_eq!(found(&seen(strong(), Some(strong()), enforced)), Vec::<String>::new());
    }
}

#[test]
fn a_weak_draft_is_drift_of_its_own_and_makes_no_version() {
    assert_eq!(found(&seen(weak(), Some(strong()), true)), ["draft: update-draft+prove"]);
    let unproven = GuardrailObservation { unproven: true, ..seen(strong(), Some(strong()), true) };
    assert_eq!(found(&unproven), ["draft: prove"]);
}

#[test]
fn a_weak_version_is_replaced_by_one_of_the_draft_which_is_enforced_last() {
    let both = ["sensitive-information: update-draft+prove+publish+prove+enforce", "draft: update-draft+prove"];
    assert_eq!(found(&seen(weak(), Some(weak()), true)), both);
    let unenforced = ["sensitive-information: update-draft+prove+publish", "draft: update-draft+prove"];
    assert_eq!(found(&seen(weak(), Some(weak()), false)), unenforced);
    assert_eq!(found(&seen(strong(), Some(weak()), false)), ["sensitive-information: prove+publish"]);
    assert_eq!(found(&seen(strong(), None, false)), ["sensitive-information: prove+publish"]);
}

#[test]
fn the_newest_version_is_enforced_where_it_does_all() {
    let newest =
        |filter| GuardrailObservation { newest: Some(numbered("4", filter)), ..seen(strong(), Some(weak()), true) };
    let violations = assess(&desired(&baseline(false)), &newest(strong()));
    assert_eq!(shown(&violations), ["sensitive-information: prove+enforce"]);
    let Remedy::Steps(steps) = &violations[0].remedy else { panic!() };
    let four = Target::Version("4".to_owned());
    assert_eq!(steps[1], Step::Enforce { arn: ARN.to_owned(), version: four, expected: Some(configured("1")) });
    assert_eq!(found(&newest(weak())), ["sensitive-information: prove+publish+prove+enforce"]);
}

#[test]
fn no_version_takes_the_place_of_one_that_does_more() {
    let stronger: [fn(&mut Value); 5] = [
        |old| old["contentPolicy"]["filters"][0]["outputStrength"] = json!("MEDIUM"),
        |old| old["wordPolicy"]["words"] = json!([{"text": "Größe"}, {"text": "another"}]),
        |old| old["contextualGroundingPolicy"]["filters"][0]["threshold"] = json!(0.9),
        |old| old["sensitiveInformationPolicy"]["piiEntities"] = json!([{"type": "EMAIL", "action": "BLOCK"}]),
        |old| old["sensitiveInformationPolicy"]["regexes"] = json!([{"name": "x", "pattern": "x", "action": "SHRED"}]),
    ];
    for change in stronger {
        let mut seen = seen(strong(), Some(json!({})), true);
        let mut old = document(json!({}));
        change(&mut old);
        seen.in_force.as_mut().unwrap().text = super::samples::text(&old);
        let found = found(&seen);
        assert!(found[0].contains("? the version in force does less") && found.len() == 1, "{found:?}");
    }
}

#[test]
fn all_else_is_written_again_and_the_filter_only_grows() {
    let theirs = json!({
        "piiEntities": [{"type": "PIN", "action": "BLOCK", "new": 1}, {"type": "NAME", "action": "BLOCK", "inputEnabled": false}],
        "regexes": [{"name": "MRN", "pattern": "theirs", "action": "NONE"}],
    });
    let update = update_of(&assess(&desired(&baseline(false)), &seen(theirs, Some(strong()), true)));
    let mask = "ANONYMIZE";
    let added = |what: Value| {
        let mut entry = what;
        for (name, value) in [
            ("action", json!(mask)),
            ("inputAction", json!(mask)),
            ("inputEnabled", json!(true)),
            ("outputAction", json!(mask)),
            ("outputEnabled", json!(true)),
        ] {
            entry[name] = value;
        }
        entry
    };
    assert_eq!(
        update,
        json!({
            "name": "clinic", "description": "the clinic's",
            "topicPolicyConfig": {"topicsConfig": [{"name": "Tax", "definition": "Taxes", "type": "DENY"}], "tierConfig": {"tierName": "CLASSIC"}},
            "contentPolicyConfig": {"filtersConfig": [{"type": "HATE", "inputStrength": "HIGH", "outputStrength": "LOW"}]},
            "wordPolicyConfig": {"wordsConfig": [{"text": "Größe"}], "managedWordListsConfig": [{"type": "PROFANITY"}]},
            "sensitiveInformationPolicyConfig": {
                "piiEntitiesConfig": [
                    {"type": "PIN", "action": "BLOCK", "new": 1},
                    {"type": "NAME", "action": "BLOCK", "inputEnabled": true, "inputAction": mask},
                    added(json!({"type": "US_SOCIAL_SECURITY_NUMBER"})),
                ],
                "regexesConfig": [{"name": "MRN", "pattern": "theirs", "action": "NONE"},
                    added(json!({"name": "MRN-2", "pattern": "MRN [0-9]{8}"}))],
            },
            "contextualGroundingPolicyConfig": {"filtersConfig": [{"type": "GROUNDING", "threshold": 0.75}]},
            "crossRegionConfig": {"guardrailProfileIdentifier": "arn:p"},
            "blockedInputMessaging": "in", "blockedOutputsMessaging": "out",
            "kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/1",
        })
    );
}

#[test]
fn what_is_not_known_is_neither_written_nor_taken_for_strict() {
    let with = |name: &str, value: Value| {
        let mut seen = seen(weak(), Some(strong()), true);
        let mut draft = document(weak());
        draft[name] = value;
        seen.draft = super::samples::text(&draft);
        found(&seen)
    };
    for (name, value) in [("newPolicy", json!({"a": 1})), ("topicPolicy", json!({"more": [1]}))] {
        let found = with(name, value);
        assert!(found[0].contains("something might be lost") && found.len() == 1, "{found:?}");
    }
    let shred = json!({"piiEntities": [{"type": "NAME", "action": "SHRED"}]});
    assert!(
        found(&seen(shred, Some(strong()), true))[0]
            .contains("? what the guardrail does about NAME is not a known word")
    );
    assert!(with("status", json!("ASLEEP"))[1].contains("the working draft is ASLEEP"));
}

#[test]
fn over_ten_regexes_nothing_is_written() {
    let ten: Vec<Value> =
        (0..10).map(|n| json!({"name": n.to_string(), "pattern": n.to_string(), "action": "BLOCK"})).collect();
    let found = found(&seen(json!({"regexes": ten}), Some(strong()), true));
    assert!(found[0].starts_with("draft: ? the guardrail has no room") && found.len() == 1, "{found:?}");
}

#[test]
fn a_mask_becomes_a_block_only_as_opted_in_and_if_all_callers_may_apply_the_guardrail() {
    let seen = seen(masking(), Some(masking()), true);
    let found = found(&seen);
    assert!(found.iter().all(|each| each.contains("? the guardrail masks and does not block US_SOCIAL")), "{found:?}");
    let (no, yes) = (baseline(false), baseline(true));
    assert_eq!(needs(&desired(&no), &seen), Needs::default());
    assert_eq!(needs(&desired(&yes), &seen), Needs { versions: true, callers: true });
    let somebody = || vec![Principal { arn: "arn:aws:iam::111122223333:role/clinic".to_owned(), access: Access::Yes }];
    let with = |callers| {
        let seen = GuardrailObservation { callers: Some(callers), ..seen.clone() };
        shown(&assess(&desired(&yes), &seen))
    };
    for callers in
        [Callers { stopped: somebody(), ..Callers::default() }, Callers { unsure: somebody(), ..Callers::default() }]
    {
        assert!(with(callers)[0].contains("role/clinic"));
    }
    assert_eq!(with(Callers::default())[0], "sensitive-information: update-draft+prove+publish+prove+enforce");
}

#[test]
fn an_enforcement_is_made_only_as_opted_in_and_never_turned_to_another_guardrail() {
    let no = baseline(false);
    let asked = |seen: &GuardrailObservation| {
        let mut desired = desired(&no);
        desired.enforced = true;
        (needs(&desired, seen).callers, shown(&assess(&desired, seen)))
    };
    let mut seen = seen(strong(), Some(strong()), false);
    assert!(found(&seen).is_empty() && asked(&seen).0);
    assert!(asked(&seen).1[0].contains("? the guardrail was not enforced: who may apply it was not read"));
    seen.callers = Some(Callers::default());
    assert_eq!(asked(&seen).1, ["enforcement: prove+enforce"]);
    let reasoned = json!({"policies": ["arn:policy"]});
    let mut reasons = document(strong());
    reasons["automatedReasoningPolicy"] = reasoned;
    let reasoning = GuardrailObservation {
        in_force: Some(super::observation::Numbered { version: "1".to_owned(), text: super::samples::text(&reasons) }),
        ..seen.clone()
    };
    assert!(asked(&reasoning).1[0].contains("an automated-reasoning policy"));
    seen.enforcement = Enforcement::Another;
    assert!(!asked(&seen).0 && asked(&seen).1[0].contains("? the account enforces another guardrail"));
}

#[test]
fn only_a_version_of_ours_that_nothing_needs_makes_room() {
    let twenty = |ours: &[u32]| {
        let versions = (1..=20).map(|number| Version { number, ours: ours.contains(&number) }).collect();
        GuardrailObservation { versions: Some(versions), ..seen(strong(), Some(weak()), true) }
    };
    let violations = assess(&desired(&baseline(false)), &twenty(&[1, 7, 9]));
    let Remedy::Steps(steps) = &violations[0].remedy else { panic!() };
    assert_eq!(steps[1], Step::DeleteVersion { number: 7 });
    let none = shown(&assess(&desired(&baseline(false)), &twenty(&[1])));
    assert!(none[0].contains("? the guardrail has 20 versions"));
    assert!(Version::of(3, Some("Phiward baseline 0123")).ours && !Version::of(3, Some("theirs")).ours);
}

#[test]
fn a_deleted_guardrail_is_made_again_only_as_opted_in_and_never_called_fixed() {
    let baseline = baseline(false);
    let mut wanted = desired(&baseline);
    assert!(shown(&[absent(&wanted, None)])[0].contains("RecreateGuardrails"));
    wanted.recreate = true;
    let violation = absent(&wanted, None);
    assert_eq!(
        (shown(std::slice::from_ref(&violation)), violation.losses.len()),
        (vec!["present: create".to_owned()], 1)
    );
    assert!(
        shown(&[absent(&wanted, Some("new"))])[0].contains("? the guardrail is not there; new was made in its place")
    );
    let Remedy::Steps(steps) = &violation.remedy else { panic!() };
    let Step::Create { document } = &steps[0] else { panic!() };
    let document: Value = serde_json::from_str(document.expose()).unwrap();
    assert_eq!(document["name"], "phiward-abc");
    assert_eq!(document["sensitiveInformationPolicyConfig"]["regexesConfig"][0]["name"], "MRN");
}

#[test]
fn a_configuration_keeps_its_models_and_a_new_one_is_for_all() {
    let put = enforcement(Some(&configured("1")), ARN, "4").unwrap();
    assert_eq!(
        put,
        json!({"configId": "c1", "guardrailInferenceConfig": {"guardrailIdentifier": ARN, "guardrailVersion": "4",
        "modelEnforcement": {"includedModels": ["ALL"], "excludedModels": ["a.b"]}}})
    );
    let made = enforcement(None, ARN, "4").unwrap();
    assert_eq!(made["guardrailInferenceConfig"]["selectiveContentGuarding"]["messages"], "COMPREHENSIVE");
    assert_eq!(made.get("configId"), None);
    let mut odd = configured("1");
    odd.document = crate::Redacted::new(r#"{"configId":"c1","newMember":1}"#.to_owned());
    assert!(enforcement(Some(&odd), ARN, "4").unwrap_err().contains("newMember"));
}

#[test]
fn a_version_is_what_its_draft_was_but_for_its_own_texts() {
    let update = to_update(&document(strong())).unwrap();
    let version: Value = serde_json::from_str(numbered("3", strong()).text.document.expose()).unwrap();
    assert!(same(&version, &update) && !same(&document(weak()), &update));
}

#[test]
fn every_example_is_tried_in_both_directions_and_must_be_caught() {
    let shipped = shipped();
    let all = probes(&shipped);
    let examples = shipped.pii.len() + shipped.regexes.iter().map(|each| each.examples.len()).sum::<usize>();
    assert_eq!(all.len(), 2 * examples);
    let probe = all.iter().find(|probe| probe.name == "DateOfBirth" && probe.direction == Direction::Output).unwrap();
    let pattern = shipped.regexes[0].pattern.clone();
    let by = |what: &str, matched: &str, acts| Found { what: what.to_owned(), matched: matched.to_owned(), acts };
    assert!(probe.is_caught(&[by(&pattern, "", true)]) && probe.is_caught(&[by("AGE", &probe.text, true)]));
    assert!(!probe.is_caught(&[by(&pattern, "", false), by("AGE", "1980", true)]));
    assert_eq!(misses([probe, probe].into_iter()), "DateOfBirth (output)");
}

#[test]
fn who_may_use_models_and_not_apply_the_guardrail_would_be_stopped() {
    let who = |name: &str, access| Principal { arn: name.to_owned(), access };
    let invoking = ["a", "b", "c"].map(|name| who(name, Access::Yes));
    let callers = stopped(&invoking, &[who("a", Access::Yes), who("b", Access::Perhaps), who("d", Access::Yes)]);
    assert_eq!((callers.stopped, callers.unsure), (vec![who("c", Access::Yes)], vec![who("b", Access::Yes)]));
}

#[test]
fn an_observation_shows_documents_in_evidence_only() {
    let seen = seen(strong(), Some(strong()), true);
    assert!(!format!("{seen:?}").contains("Größe"));
    assert!(serde_json::to_string(&Observation::Guardrail(Box::new(seen))).unwrap().contains("Größe"));
}
