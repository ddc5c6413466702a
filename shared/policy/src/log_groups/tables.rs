//! Each rule by examples.

use serde_json::{Value, json};

use super::*;
use crate::baseline::{Baseline, LogGroups};
use crate::control::{self, Control};
use crate::data_key::{self, DataKey, KeyObservation};
use crate::decision::{Remedy, Violation};
use crate::globs::{Glob, PRINCIPAL};
use crate::principals::{Access, Principal};
use crate::redacted::Redacted;

pub(super) const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/1234";

pub(super) fn baseline() -> LogGroups {
    Baseline::parse(include_str!("../../../../baseline.toml")).unwrap().log_groups
}

pub(super) fn desired(baseline: &LogGroups) -> Desired<'_> {
    Desired {
        group: "/aws/bedrock/a",
        partition: "aws",
        region: "us-east-1",
        account: "000000000000",
        key_arn: KEY,
        baseline,
    }
}

pub(super) fn usable() -> KeyObservation {
    let policy = json!({"Statement": {"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"], "Resource": "*",
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:000000000000:log-group:*"}}}});
    data_key::usable(&policy.to_string())
}

/// A group that is right.
pub(super) fn right(baseline: &LogGroups) -> GroupObservation {
    GroupObservation {
        class: "STANDARD".to_owned(),
        key_arn: Some(KEY.to_owned()),
        key: None,
        retention_days: None,
        data_protection_status: Some("ACTIVATED".to_owned()),
        data_protection: Some(data_protection::fresh(&desired(baseline))),
    }
}

fn only(found: Vec<Violation<Step>>, control: &Control) -> Remedy<Step> {
    assert_eq!(found.iter().map(|each| each.control.id).collect::<Vec<_>>(), [control.id]);
    found.into_iter().next().unwrap().remedy
}

fn person(remedy: Remedy<Step>) -> String {
    match remedy {
        Remedy::Person(advice) => advice,
        Remedy::Steps(steps) => panic!("steps: {steps:?}"),
    }
}

#[test]
fn what_is_right_or_stricter_is_left_alone() {
    let baseline = baseline();
    let right = right(&baseline);
    for retention_days in [None, Some(2192), Some(3653)] {
        for class in ["STANDARD", "INFREQUENT_ACCESS"] {
            let seen = GroupObservation { class: class.to_owned(), retention_days, ..right.clone() };
            assert_eq!(assess(&desired(&baseline), &seen), []);
        }
    }
    let seen = GroupObservation { data_protection_status: None, ..right };
    assert_eq!(assess(&desired(&baseline), &seen), []);
}

#[test]
fn a_shorter_retention_is_raised_and_none_is_never_added() {
    let baseline = baseline();
    for expected in [1, 365, 1827, 0, -1] {
        let seen = GroupObservation { retention_days: Some(expected), ..right(&baseline) };
        let remedy = only(assess(&desired(&baseline), &seen), &control::LOG_GROUPS_MINIMUM_RETENTION);
        assert_eq!(remedy, Remedy::Steps(vec![Step::PutRetention { expected, days: 2192 }]));
    }
}

#[test]
fn only_the_data_key_counts_and_only_one_that_works_is_given() {
    let baseline = baseline();
    let with = |key_arn: Option<&str>, key| {
        let seen = GroupObservation { key_arn: key_arn.map(str::to_owned), key, ..right(&baseline) };
        only(assess(&desired(&baseline), &seen), &control::LOG_GROUPS_KMS_KEY)
    };
    for other in [None, Some("arn:aws:kms:us-east-1:000000000000:key/other"), Some("alias/phi")] {
        let associate = Step::AssociateKey { key_arn: KEY.to_owned() };
        assert_eq!(with(other, Some(usable())), Remedy::Steps(vec![associate]));
    }
    assert!(person(with(None, None)).contains("was not read"));
    let disabled =
        KeyObservation { described: DataKey { state: "Disabled".to_owned(), ..usable().described }, ..usable() };
    assert!(person(with(None, Some(disabled))).contains("is Disabled"));
    let broken = KeyObservation { policy: Redacted::new("?".to_owned()), ..usable() };
    assert!(person(with(None, Some(broken))).contains("can't be read"));
    for (from, to, missing) in [
        ("kms:Decrypt", "kms:Sign", "it kms:Decrypt under"),
        ("log-group:*", "log-group:/other/*", "kms:Encrypt, kms:Decrypt, kms:ReEncryptFrom"),
        ("logs.us-east-1", "logs.eu-west-1", "logs.us-east-1.amazonaws.com"),
    ] {
        let policy = usable().policy.expose().replace(from, to);
        let said = person(with(None, Some(KeyObservation { policy: Redacted::new(policy), ..usable() })));
        assert!(said.contains(missing), "{said}");
    }
}

#[test]
fn a_class_that_can_t_keep_or_mask_is_told() {
    let baseline = baseline();
    for class in ["DELIVERY", "BRAND_NEW", ""] {
        let seen = GroupObservation { class: class.to_owned(), ..right(&baseline) };
        let found = assess(&desired(&baseline), &seen);
        let controls: Vec<_> = found.iter().map(|each| each.control.id).collect();
        assert_eq!(controls, ["log-groups.minimum-retention", "log-groups.data-protection"], "{class}");
        assert!(found.iter().all(|each| matches!(&each.remedy, Remedy::Person(said) if said.contains("STANDARD"))));
    }
}

fn masking(seen: Option<&Value>) -> Remedy<Step> {
    let baseline = baseline();
    let data_protection = seen.map(|document| Redacted::new(document.to_string()));
    let seen = GroupObservation { data_protection, ..right(&baseline) };
    only(assess(&desired(&baseline), &seen), &control::LOG_GROUPS_DATA_PROTECTION)
}

fn written(remedy: Remedy<Step>) -> Value {
    match remedy {
        Remedy::Steps(steps) => match steps.as_slice() {
            [Step::PutDataProtection { document, .. }] => serde_json::from_str(document.expose()).unwrap(),
            steps => panic!("{steps:?}"),
        },
        Remedy::Person(advice) => panic!("{advice}"),
    }
}

#[test]
fn the_plan_for_a_group_that_masks_nothing() {
    let document = written(masking(None));
    let statements = document["Statement"].as_array().unwrap();
    assert_eq!(statements[0]["Operation"], json!({"Audit": {"FindingsDestination": {}}}));
    assert_eq!(statements[1]["Operation"], json!({"Deidentify": {"MaskConfig": {}}}));
    assert_eq!(statements[0]["DataIdentifier"], statements[1]["DataIdentifier"]);
    let listed = statements[0]["DataIdentifier"].as_array().unwrap();
    assert_eq!(listed.len(), 19);
    assert_eq!(listed[0], "arn:aws:dataprotection::aws:data-identifier/Address");
    assert_eq!(listed[17..], [json!("DateOfBirth"), json!("MRN")]);
    let names: Vec<_> = document["Configuration"]["CustomDataIdentifier"].as_array().unwrap().iter().collect();
    assert_eq!((names.len(), &names[1]["Name"]), (2, &json!("MRN")));
}

#[test]
fn what_others_have_put_into_it_stays_byte_for_byte() {
    let ip = "arn:aws:dataprotection::aws:data-identifier/IpAddress";
    let destination = json!({"S3": {"Bucket": "theirs"}, "CloudWatchLogs": {"LogGroup": "/theirs"}});
    let theirs = json!({
        "Version": "2021-06-01", "Description": "Ours — since 2023", "Name": "theirs",
        "Statement": [
            {"Sid": "a", "DataIdentifier": [ip, "Employee", "MRN"], "Operation": {"Audit": {"FindingsDestination": destination}}},
            {"Sid": "b", "DataIdentifier": [ip, "Employee", "MRN"], "Operation": {"Deidentify": {"MaskConfig": {}}}},
        ],
        "Configuration": {"CustomDataIdentifier": [
            {"Name": "Employee", "Regex": "E-\\d{9}"}, {"Name": "MRN", "Regex": "never"},
        ]},
    });
    let document = written(masking(Some(&theirs)));
    let mut kept = document.clone();
    for statement in kept["Statement"].as_array_mut().unwrap() {
        let listed = statement["DataIdentifier"].as_array().unwrap();
        assert_eq!(listed.len(), 3 + 19);
        assert_eq!(listed.last().unwrap(), "MRN-2", "their MRN is theirs");
        statement["DataIdentifier"] = json!(listed[..3]);
    }
    let defined = kept["Configuration"]["CustomDataIdentifier"].as_array_mut().unwrap();
    assert_eq!(defined.split_off(2).iter().map(|each| &each["Name"]).collect::<Vec<_>>(), ["DateOfBirth", "MRN-2"]);
    assert_eq!(kept.to_string(), theirs.to_string());
}

#[test]
fn a_policy_that_only_lacks_something_is_completed() {
    let right: Value = serde_json::from_str(right(&baseline()).data_protection.unwrap().expose()).unwrap();
    type Spoil = fn(&mut Value);
    let spoils: [(&str, Spoil); 6] = [
        ("no mask", |policy| drop(policy["Statement"].as_array_mut().unwrap().remove(1))),
        ("no audit", |policy| drop(policy["Statement"].as_array_mut().unwrap().remove(0))),
        ("one less to mask", |policy| drop(policy["Statement"][1]["DataIdentifier"].as_array_mut().unwrap().remove(3))),
        ("one less to audit", |policy| {
            drop(policy["Statement"][0]["DataIdentifier"].as_array_mut().unwrap().remove(3))
        }),
        ("nothing defined", |policy| drop(policy.as_object_mut().unwrap().shift_remove("Configuration"))),
        ("no statement", |policy| policy["Statement"] = json!([])),
    ];
    for (name, spoil) in spoils {
        let mut spoilt = right.clone();
        spoil(&mut spoilt);
        let document = written(masking(Some(&spoilt)));
        let statements = document["Statement"].as_array().unwrap();
        assert_eq!(statements.len(), 2, "{name}");
        assert!(statements[0]["Operation"].get("Audit").is_some(), "{name}: the audit comes first");
        assert_eq!(statements[0]["DataIdentifier"], statements[1]["DataIdentifier"], "{name}");
    }
}

#[test]
fn the_lists_may_be_in_another_order_or_partition_and_a_regex_under_another_name() {
    let mut other: Value = serde_json::from_str(right(&baseline()).data_protection.unwrap().expose()).unwrap();
    let renamed = other.to_string().replace("arn:aws:", "arn:aws-us-gov:").replace("\"MRN\"", "\"RecordNumber\"");
    other = serde_json::from_str(&renamed).unwrap();
    other["Statement"][1]["DataIdentifier"].as_array_mut().unwrap().reverse();
    let seen = GroupObservation { data_protection: Some(Redacted::new(other.to_string())), ..right(&baseline()) };
    assert_eq!(assess(&desired(&baseline()), &seen), []);
}

#[test]
fn a_policy_that_is_not_in_force_is_written_again() {
    let baseline = baseline();
    for status in ["DELETED", "ARCHIVED", "DISABLED", "BRAND_NEW"] {
        let seen = GroupObservation { data_protection_status: Some(status.to_owned()), ..right(&baseline) };
        let expected = seen.data_protection.clone();
        let document = expected.clone().unwrap();
        let remedy = only(assess(&desired(&baseline), &seen), &control::LOG_GROUPS_DATA_PROTECTION);
        assert_eq!(remedy, Remedy::Steps(vec![Step::PutDataProtection { expected, document }]), "{status}");
    }
}

#[test]
fn a_policy_that_can_t_be_understood_or_has_no_room_is_told_and_not_cut() {
    let audit = json!({"DataIdentifier": ["x"], "Operation": {"Audit": {"FindingsDestination": {}}}});
    let both = json!({"DataIdentifier": [], "Operation": {"Audit": {}, "Deidentify": {}}});
    for theirs in [
        json!([]),
        json!({}),
        json!({"Statement": {}}),
        json!({"Statement": [audit, audit]}),
        json!({"Statement": [both]}),
        json!({"Statement": [{"DataIdentifier": [1], "Operation": {"Audit": {}}}]}),
        json!({"Statement": [], "Configuration": {"CustomDataIdentifier": [{"Name": "x"}]}}),
        json!({"Statement": [], "Configuration": []}),
    ] {
        assert!(person(masking(Some(&theirs))).contains("can't be understood"), "{theirs}");
    }
    let custom: Vec<_> = (0..9).map(|n| json!({"Name": format!("n{n}"), "Regex": format!("r{n}")})).collect();
    let full = json!({"Statement": [audit], "Configuration": {"CustomDataIdentifier": custom}});
    assert!(person(masking(Some(&full))).contains("takes 10"));
    let long = json!({"Description": "x".repeat(30_000), "Statement": [audit]});
    assert!(person(masking(Some(&long))).contains("30720 characters"));
}

#[test]
fn a_group_that_is_gone_is_made_again_whole_and_its_loss_is_told() {
    let baseline = baseline();
    let found = absent(&desired(&baseline), &usable());
    assert_eq!((found.control.id, found.losses.len()), ("log-groups.present", 1));
    let document = data_protection::fresh(&desired(&baseline));
    let create = Step::CreateGroup { key_arn: KEY.to_owned() };
    assert_eq!(found.remedy, Remedy::Steps(vec![create, Step::PutDataProtection { expected: None, document }]));

    let disabled =
        KeyObservation { described: DataKey { state: "Disabled".to_owned(), ..usable().described }, ..usable() };
    assert!(person(absent(&desired(&baseline), &disabled).remedy).contains("is Disabled"));
    let report = LogGroups { recreate: false, ..baseline };
    assert!(person(absent(&desired(&report), &usable()).remedy).contains("does not say"));
}

#[test]
fn whoever_may_unmask_and_is_not_named_is_told() {
    let who = |name: &str, access| Principal { arn: format!("arn:aws:iam::000000000000:{name}"), access };
    let may = [Glob::of(&PRINCIPAL, "arn:aws:iam::000000000000:role/privacy/*").unwrap()];
    let officer = who("role/privacy/Officer", Access::Yes);
    assert_eq!(assess_unmask(std::slice::from_ref(&officer), &may), []);
    let found = assess_unmask(&[officer, who("role/Admin", Access::Yes), who("user/eve", Access::Perhaps)], &may);
    let said = person(only(found, &control::LOG_GROUPS_UNMASK));
    assert!(said.starts_with("2 may see"), "{said}");
    assert!(said.contains(":role/Admin, arn:aws:iam::000000000000:user/eve (perhaps). Deny"), "{said}");
    let many: Vec<_> = (0..25).map(|n| who(&format!("role/r{n:02}"), Access::Yes)).collect();
    let said = person(only(assess_unmask(&many, &[]), &control::LOG_GROUPS_UNMASK));
    assert!(said.contains("role/r19, and 5 more") && !said.contains("role/r20"), "{said}");
}

#[test]
fn the_question_knows_a_group_by_both_of_its_arns() {
    let groups = Glob::list_of(&crate::globs::LOG_GROUP, "/a/b,c-*").unwrap();
    let asked = question(&groups, "aws", "us-east-1", "000000000000");
    assert_eq!(asked.action, "logs:Unmask");
    assert_eq!(
        asked.resources[1],
        [
            "arn:aws:logs:us-east-1:000000000000:log-group:c-*:log-stream:*",
            "arn:aws:logs:us-east-1:000000000000:log-group:c-*",
        ]
    );
}

#[test]
fn policies_are_compared_by_what_they_say() {
    assert!(same(None, None) && same(Some("x"), Some("x")));
    assert!(same(Some(r#"{"a":1,"b":[2]}"#), Some(r#"{ "b": [2], "a": 1 }"#)));
    assert!(!same(Some("{}"), None) && !same(Some("x"), Some("y")) && !same(Some("[1]"), Some("[2]")));
}
