//! From any state: the plan, applied, leaves only what needs a person; nothing gets weaker; what others set stays.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::tables::{KEY, baseline, desired, right, usable};
use super::*;
use crate::baseline::RETENTION_DAYS;
use crate::decision::{Remedy, Violation};
use crate::redacted::Redacted;

/// What CloudWatch Logs does with a step.
fn apply(step: &Step, seen: &mut GroupObservation) {
    match step {
        Step::CreateGroup { .. } => panic!("it is there"),
        Step::AssociateKey { key_arn } => seen.key_arn = Some(key_arn.clone()),
        Step::PutRetention { days, .. } => seen.retention_days = Some(i32::try_from(*days).unwrap()),
        Step::PutDataProtection { expected, document } => {
            assert_eq!(&seen.data_protection, expected, "it was planned for another policy");
            accepted(document.expose());
            seen.data_protection = Some(document.clone());
            seen.data_protection_status = Some("ACTIVATED".to_owned());
        }
    }
}

/// What PutDataProtectionPolicy demands.
fn accepted(document: &str) {
    let policy: Value = serde_json::from_str(document).unwrap();
    let [audit, mask] = policy["Statement"].as_array().unwrap().as_slice() else { panic!("two statements") };
    assert!(audit["Operation"]["Audit"]["FindingsDestination"].is_object(), "{audit}");
    assert!(mask["Operation"]["Deidentify"]["MaskConfig"].is_object(), "{mask}");
    let (audited, masked) = (members(&audit["DataIdentifier"]), members(&mask["DataIdentifier"]));
    assert_eq!(audited, masked);
    let custom = members(&policy["Configuration"]["CustomDataIdentifier"]);
    assert!(custom.len() <= 10 && document.chars().count() <= 30_720);
    for listed in audited.iter().filter_map(Value::as_str).filter(|each| !each.starts_with("arn:")) {
        assert!(custom.iter().any(|each| each["Name"] == *listed), "{listed} is not defined");
    }
}

fn members(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn identifier() -> impl Strategy<Value = String> {
    let managed = prop::sample::select(vec!["Address", "Name", "Ssn-US", "IpAddress", "ZipCode-US"]);
    prop_oneof![
        managed.prop_map(|name| format!("arn:aws:dataprotection::aws:data-identifier/{name}")),
        prop::sample::select(vec!["DateOfBirth".to_owned(), "MRN".to_owned(), "Theirs".to_owned()]),
    ]
}

prop_compose! {
    fn policy()(
        listed in prop::collection::btree_set(identifier(), 0..6),
        statements in prop::sample::select(vec!["both", "audit", "mask", "none"]),
        description in prop::option::of("[a-zA-Z <>é]{0,20}"),
        destination in prop::sample::select(vec![json!({}), json!({"Firehose": {"DeliveryStream": "theirs"}})]),
        more in 0..9_usize,
        ours in any::<bool>(),
    ) -> Value {
        let mut policy = json!({"Name": "theirs", "Version": "2021-06-01", "Statement": []});
        if let Some(description) = description {
            policy["Description"] = json!(description);
        }
        let listed: Vec<String> = listed.into_iter().collect();
        let statement = |operation: Value| json!({"Sid": "x", "DataIdentifier": listed, "Operation": operation});
        if ["both", "audit"].contains(&statements) {
            let audit = statement(json!({"Audit": {"FindingsDestination": destination}}));
            policy["Statement"].as_array_mut().unwrap().push(audit);
        }
        if ["both", "mask"].contains(&statements) {
            let mask = statement(json!({"Deidentify": {"MaskConfig": {}}}));
            policy["Statement"].as_array_mut().unwrap().push(mask);
        }
        let custom = listed.iter().filter(|each| !each.starts_with("arn:"));
        let regex = |name: &str| baseline().custom_identifiers.iter()
            .find(|each| ours && each.name == name).map_or_else(|| "x[0-9]".to_owned(), |each| each.regex.clone());
        let mut defined: Vec<Value> = custom.map(|name| json!({"Name": name, "Regex": regex(name)})).collect();
        defined.extend((0..more).map(|n| json!({"Name": format!("more{n}"), "Regex": format!("r{n}")})));
        if !defined.is_empty() {
            policy["Configuration"] = json!({"CustomDataIdentifier": defined});
        }
        policy
    }
}

prop_compose! {
    fn group()(
        class in prop::sample::select(vec!["STANDARD", "INFREQUENT_ACCESS", "DELIVERY", "BRAND_NEW"]),
        key_arn in prop::option::of(prop::sample::select(vec![KEY, "arn:aws:kms:us-east-1:000000000000:key/other"])),
        works in any::<bool>(),
        retention_days in prop::option::of(prop::sample::select(RETENTION_DAYS.to_vec())),
        status in prop::option::of(prop::sample::select(vec!["ACTIVATED", "DELETED", "ARCHIVED", "DISABLED", "NEW"])),
        policy in prop_oneof![
            Just(None), Just(Some("not json".to_owned())), policy().prop_map(|policy| Some(policy.to_string()))],
    ) -> GroupObservation {
        let mut key = usable();
        if !works {
            key.described.state = "Disabled".to_owned();
        }
        GroupObservation {
            class: class.to_owned(),
            key: (key_arn != Some(KEY)).then_some(key),
            key_arn: key_arn.map(str::to_owned),
            retention_days: retention_days.map(|days| i32::try_from(days).unwrap()),
            data_protection_status: status.map(str::to_owned),
            data_protection: policy.map(Redacted::new),
        }
    }
}

fn steps(found: &[Violation<Step>]) -> Vec<Step> {
    let steps = found.iter().filter_map(|each| match &each.remedy {
        Remedy::Steps(steps) => Some(steps.clone()),
        Remedy::Person(_) => None,
    });
    steps.flatten().collect()
}

/// All that a policy says but for the lists, with what others listed and defined.
fn theirs(policy: &Value) -> (Value, Vec<Value>, Vec<Value>) {
    let mut rest = policy.clone();
    let mut listed = Vec::new();
    for statement in rest["Statement"].as_array_mut().unwrap() {
        listed.extend(members(&statement["DataIdentifier"]));
        statement["DataIdentifier"] = json!([]);
    }
    rest.as_object_mut().unwrap().shift_remove("Configuration");
    (rest, listed, members(&policy["Configuration"]["CustomDataIdentifier"]))
}

proptest! {
    #[test]
    fn one_pass_leaves_only_what_needs_a_person(seen in group()) {
        let baseline = baseline();
        let mut after = seen;
        for step in steps(&assess(&desired(&baseline), &after)) {
            apply(&step, &mut after);
        }
        let left = assess(&desired(&baseline), &after);
        prop_assert_eq!(steps(&left), vec![]);
    }

    #[test]
    fn nothing_gets_weaker_and_nothing_of_others_is_lost(seen in group()) {
        let baseline = baseline();
        let mut after = seen.clone();
        for step in steps(&assess(&desired(&baseline), &seen)) {
            apply(&step, &mut after);
        }
        let kept = |seen: &GroupObservation| seen.retention_days.unwrap_or(i32::MAX);
        prop_assert!(kept(&after) >= kept(&seen));
        prop_assert!(seen.key_arn.is_none() || after.key_arn.is_some());
        let read = |seen: &GroupObservation| seen.data_protection.as_ref()
            .and_then(|text| serde_json::from_str::<Value>(text.expose()).ok());
        if let Some(before) = read(&seen) {
            let after = read(&after).unwrap();
            let ((rest, listed, defined), (rest_after, listed_after, defined_after)) = (theirs(&before), theirs(&after));
            prop_assert!(listed.iter().all(|each| listed_after.contains(each)));
            prop_assert_eq!(&defined[..], &defined_after[..defined.len()]);
            if before["Statement"].as_array().unwrap().len() == 2 {
                prop_assert_eq!(rest.to_string(), rest_after.to_string());
            }
        }
    }

    #[test]
    fn what_is_right_stays_as_it_is(days in prop::sample::select(vec![None, Some(2192), Some(2557), Some(3653)])) {
        let baseline = baseline();
        let seen = GroupObservation { retention_days: days, ..right(&baseline) };
        prop_assert_eq!(assess(&desired(&baseline), &seen), vec![]);
    }
}
