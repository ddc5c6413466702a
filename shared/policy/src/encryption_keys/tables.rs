//! What comes of each state of a key.

use serde_json::{Value, json};

use super::*;
use crate::decision::{Remedy, Violation};
use crate::redacted::Redacted;

const DAYS: u32 = 365;
const POLICY: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}]}"#;

/// A key as the template makes one.
fn good() -> Facts {
    Facts {
        state: "Enabled".to_owned(),
        manager: "CUSTOMER".to_owned(),
        spec: "SYMMETRIC_DEFAULT".to_owned(),
        origin: "AWS_KMS".to_owned(),
        replica_of: None,
        rotation: said(true, Some(365)),
        policy: Some(Redacted::new(POLICY.to_owned())),
    }
}

fn said(enabled: bool, days: Option<u32>) -> Rotation {
    Rotation::Said { enabled, days }
}

/// Each violation as its control's rule and what mends it: steps, or `person`.
fn plan(facts: Facts) -> Value {
    shown(assess(DAYS, &Observation::There(facts)))
}

fn shown(violations: Vec<Violation<Step>>) -> Value {
    let each = violations.into_iter().map(|violation| {
        let remedy = match violation.remedy {
            Remedy::Steps(steps) => json!(steps),
            Remedy::Person(_) => json!("person"),
        };
        json!([violation.control.id.trim_start_matches("encryption-keys."), remedy])
    });
    each.collect()
}

fn in_state(state: &str) -> Facts {
    Facts { state: state.to_owned(), ..good() }
}

#[test]
fn a_key_that_is_as_it_must_be_is_left_alone() {
    assert_eq!(plan(good()), json!([]));
    for rotation in [said(true, Some(90)), said(true, None)] {
        assert_eq!(plan(Facts { rotation, ..good() }), json!([]), "{rotation:?}");
    }
}

#[test]
fn each_state_is_mended_or_told() {
    let cancel = json!(["pending-deletion", [{"step": "cancel-deletion"}]]);
    let enable = json!(["enabled", [{"step": "enable"}]]);
    assert_eq!(plan(in_state("Disabled")), json!([enable]));
    for state in ["PendingDeletion", "PendingReplicaDeletion"] {
        // KMS says so of every key whose deletion is pending.
        let seen = Facts { rotation: said(false, None), ..in_state(state) };
        let rotate = json!(["rotation", [{"step": "enable-rotation", "days": 365, "hidden": true}]]);
        assert_eq!(plan(seen), json!([cancel, enable, rotate]), "{state}");
    }
    for state in ["PendingImport", "Unavailable", "Creating", "Updating", "BrandNew", "enabled", ""] {
        assert_eq!(plan(in_state(state)), json!([["enabled", "person"]]), "{state}");
    }
    assert!(Observation::There(good()).is_usable());
    for seen in [Observation::Gone, Observation::Closed, Observation::There(in_state("PendingDeletion"))] {
        assert!(!seen.is_usable(), "{seen:?}");
    }
    for seen in [Observation::Gone, Observation::Closed] {
        assert_eq!(shown(assess(DAYS, &seen)), json!([["enabled", "person"]]), "{seen:?}");
    }
}

#[test]
fn rotation_is_made_at_least_as_frequent_as_asked_and_never_less() {
    let step = |days: u32| json!([["rotation", [{"step": "enable-rotation", "days": days, "hidden": false}]]]);
    let cases = [
        (said(false, None), 365),
        (said(false, Some(365)), 365),
        (said(false, Some(90)), 90),
        (said(true, Some(2560)), 365),
        (said(true, Some(366)), 365),
    ];
    for (rotation, days) in cases {
        assert_eq!(plan(Facts { rotation, ..good() }), step(days), "{rotation:?}");
    }
    let off = Facts { rotation: said(true, None), ..good() };
    assert_eq!(shown(assess(90, &Observation::There(off))), step(90), "KMS's own period is 365 days");
}

#[test]
fn what_kms_does_not_rotate_is_told_or_no_concern() {
    let person = json!([["rotation", "person"]]);
    let off = Facts { rotation: said(false, None), ..good() };
    let none = Facts { rotation: Rotation::Unsupported, ..good() };
    for origin in ["EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE", "BRAND_NEW"] {
        assert_eq!(plan(Facts { origin: origin.to_owned(), ..none.clone() }), person, "{origin}");
    }
    assert_eq!(plan(none.clone()), person, "KMS rotates it not, and says not why");
    assert_eq!(plan(Facts { rotation: Rotation::Closed, ..good() }), person);
    assert_eq!(plan(Facts { manager: "AWS".to_owned(), ..off.clone() }), person);
    for spec in ["RSA_4096", "ECC_NIST_P256", "HMAC_256", "ML_DSA_65", "BRAND_NEW"] {
        assert_eq!(plan(Facts { spec: spec.to_owned(), ..none.clone() }), json!([]), "{spec}");
    }
    let replica = Facts { replica_of: Some("eu-west-1".to_owned()), ..off };
    assert_eq!(plan(replica.clone()), person);
    let pending = Facts { state: "PendingDeletion".to_owned(), ..replica };
    assert_eq!(plan(pending).as_array().unwrap().len(), 2, "its rotation is hidden");
}

#[test]
fn an_open_policy_is_told_by_the_number_of_the_statement_and_none_of_its_words() {
    let text = json!({"Statement": [
        {"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*"},
        {"Sid": "ForJaneDoe", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt"},
    ]});
    let seen = Facts { policy: Some(Redacted::new(text.to_string())), ..good() };
    let found = assess(DAYS, &Observation::There(seen));
    let [Violation { remedy: Remedy::Person(advice), .. }] = found.as_slice() else { panic!("one for a person") };
    assert!(advice.contains("statement 2") && !advice.contains("Jane"), "{advice}");
    for policy in [None, Some(Redacted::new("not a policy".to_owned()))] {
        assert_eq!(plan(Facts { policy, ..good() }), json!([["policy", "person"]]));
    }
}

#[test]
fn the_templates_own_policies_admit_nobody_unnamed() {
    let macie = json!({"Sid": "MacieReads", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalArn":
            "arn:aws:iam::111122223333:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"}}});
    let text = json!({ "Statement": [macie] }).to_string();
    assert_eq!(plan(Facts { policy: Some(Redacted::new(text)), ..good() }), json!([]));
}
