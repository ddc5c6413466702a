//! Whatever a guardrail is like: one pass leaves only what needs a person, and makes nothing weaker.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::{prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};

use super::assess;
use super::covers::covers;
use super::filter::{entries, gaps};
use super::model::Model;
use super::samples::{baseline, desired, document};
use crate::decision::Remedy;

fn action() -> BoxedStrategy<Value> {
    prop_oneof![Just("NONE"), Just("ANONYMIZE"), Just("BLOCK"), Just("SHRED")].prop_map(|action| json!(action)).boxed()
}

fn entry(key: Value) -> BoxedStrategy<Value> {
    (action(), option::of(action()), option::of(action()), option::of(any::<bool>()))
        .prop_map(move |(action, input, output, enabled)| {
            let mut entry = key.clone();
            entry["action"] = action;
            for (name, value) in
                [("inputAction", input), ("outputAction", output), ("inputEnabled", enabled.map(Value::from))]
            {
                if let Some(value) = value {
                    entry[name] = value;
                }
            }
            entry
        })
        .boxed()
}

fn filter() -> BoxedStrategy<Value> {
    let pii = ["NAME", "US_SOCIAL_SECURITY_NUMBER", "EMAIL"].map(|kind| option::of(entry(json!({"type": kind}))));
    let ours = option::of(entry(json!({"name": "MRN", "pattern": "MRN [0-9]{8}"})));
    let changed = option::of(entry(json!({"name": "MRN-2", "pattern": "theirs"})));
    (pii, ours, changed, 0..10_usize)
        .prop_map(|(pii, ours, changed, more)| {
            let more =
                (0..more).map(|n| json!({"name": format!("n{n}"), "pattern": format!("n{n}"), "action": "BLOCK"}));
            let regexes: Vec<Value> = [ours, changed].into_iter().flatten().chain(more).take(10).collect();
            json!({"piiEntities": pii.into_iter().flatten().collect::<Vec<_>>(), "regexes": regexes})
        })
        .boxed()
}

fn guardrail() -> BoxedStrategy<Value> {
    (filter(), prop_oneof![Just("NONE"), Just("LOW"), Just("HIGH")], any::<bool>())
        .prop_map(|(filter, strength, topic)| {
            let mut document = document(filter);
            document["contentPolicy"]["filters"][0]["inputStrength"] = json!(strength);
            if !topic {
                document["topicPolicy"]["topics"][0]["name"] = json!("Other");
            }
            document
        })
        .boxed()
}

fn model() -> BoxedStrategy<Model> {
    (guardrail(), vec(guardrail(), 0..4), any::<bool>(), any::<bool>())
        .prop_map(|(draft, versions, first, full)| {
            let mut versions: Vec<(u32, Value)> = (1..).zip(versions).collect();
            if let Some((number, document)) = versions.last().cloned().filter(|_| full) {
                versions.extend((number + 1..=20).map(|number| (number, document.clone())));
            }
            let enforced = versions.first().map(|(number, _)| *number).filter(|_| first);
            Model::new(draft, versions, enforced)
        })
        .boxed()
}

proptest! {
    #[test]
    fn one_pass_leaves_only_what_needs_a_person(mut model in model(), block in any::<bool>(), enforce in any::<bool>()) {
        let baseline = baseline(block);
        let mut desired = desired(&baseline);
        desired.enforced = enforce;
        for violation in assess(&desired, &model.seen()) {
            if let Remedy::Steps(steps) = violation.remedy {
                steps.iter().for_each(|step| model.apply(step));
            }
        }
        let left = assess(&desired, &model.seen());
        prop_assert!(left.iter().all(|each| matches!(each.remedy, Remedy::Person(_))), "{left:?}");
    }

    #[test]
    fn nothing_that_others_set_is_lost(mut model in model(), block in any::<bool>(), enforce in any::<bool>()) {
        let baseline = baseline(block);
        let mut desired = desired(&baseline);
        desired.enforced = enforce;
        let before = model.seen();
        let draft = model.draft.clone();
        let in_force = model.enforced.and_then(|number| model.version(number).cloned());
        for violation in assess(&desired, &before) {
            if let Remedy::Steps(steps) = violation.remedy {
                steps.iter().for_each(|step| model.apply(step));
            }
        }
        prop_assert!(covers(&model.draft, &draft), "{} {draft}", model.draft);
        let (filter, old) = (&model.draft["sensitiveInformationPolicy"], &draft["sensitiveInformationPolicy"]);
        prop_assert!(gaps(Some(filter), &baseline).weak.len() <= gaps(Some(old), &baseline).weak.len());
        // Entries that the baseline doesn't speak of are there byte for byte.
        for entry in entries(Some(old), "piiEntities").iter().filter(|entry| entry["type"] == "EMAIL") {
            prop_assert!(entries(Some(filter), "piiEntities").contains(entry));
        }
        for entry in entries(Some(old), "regexes").iter().filter(|entry| entry["pattern"] != "MRN [0-9]{8}") {
            prop_assert!(entries(Some(filter), "regexes").contains(entry));
        }
        if let (Some(old), Some(number)) = (in_force, model.enforced) {
            let now = model.version(number).unwrap();
            prop_assert!(covers(now, &old) || now == &old);
        }
        prop_assert_eq!(&model.draft["wordPolicy"], &draft["wordPolicy"]);
    }
}
