//! Undo: what is put back is exactly the repaired control's part, or nothing is.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::convergence::{apply, baseline, desired, drifted, observations};
use super::*;
use crate::control::{self, Control};
use crate::decision::{Remedy, Violation};
use crate::redacted::Redacted;
use crate::sets::BucketSet;

const CONTROLS: [&Control; 7] = [
    &control::BUCKETS_KMS_ENCRYPTION,
    &control::BUCKETS_PUBLIC_ACCESS_BLOCK,
    &control::BUCKETS_ACLS_DISABLED,
    &control::BUCKETS_TLS_ONLY,
    &control::BUCKETS_VERSIONING,
    &control::BUCKETS_MINIMUM_RETENTION,
    &control::BUCKETS_EVENT_NOTIFICATIONS,
];

fn recorded(seen: &BucketObservation) -> Value {
    serde_json::to_value(seen).unwrap()
}

/// The parts of a bucket, in the order of the controls that they belong to.
fn parts(seen: &BucketObservation) -> [Value; 7] {
    let mut seen = seen.clone();
    seen.lifecycle.sort();
    let seen = recorded(&seen);
    let own = json!({"algorithm": "AES256", "key": null, "bucket_key": false, "blocked_types": []});
    let encryption = if seen["encryption"].is_null() { own } else { seen["encryption"].clone() };
    [
        encryption,
        seen["public_access_block"].clone(),
        json!([seen["ownership"], seen["grants"]]),
        seen["policy"].clone(),
        seen["versioning"]["enabled"].clone(),
        seen["lifecycle"].clone(),
        seen["event_bridge"].clone(),
    ]
}

fn repaired(before: &BucketObservation, baseline: &crate::Baseline) -> BucketObservation {
    let mut after = before.clone();
    for violation in assess(&desired(baseline), before) {
        if let Remedy::Steps(steps) = violation.remedy {
            steps.iter().for_each(|step| apply(&mut after, step));
        }
    }
    if after.ownership.as_deref() == Some("BucketOwnerEnforced") {
        after.grants.clear();
    }
    after
}

fn is_repair(step: &Step) -> bool {
    match step {
        Step::PutEncryption { .. }
        | Step::BlockPublicAccess
        | Step::MakeAclPrivate
        | Step::EnforceBucketOwner
        | Step::PutPolicy { .. }
        | Step::AddStatement { .. }
        | Step::EnableVersioning
        | Step::AddExpiry { .. }
        | Step::EnableEventBridge => true,
        Step::DeleteEncryption
        | Step::PutPublicAccessBlock { .. }
        | Step::PutOwnership { .. }
        | Step::DeleteOwnership
        | Step::DeletePolicy { .. }
        | Step::SuspendVersioning
        | Step::RemoveExpiry { .. }
        | Step::DisableEventBridge => false,
    }
}

proptest! {
    /// A record of any repair: its undo puts that part back and touches no other, and then it is done.
    #[test]
    fn an_undo_restores_its_part_and_no_other(before in observations(), expire in proptest::option::of(2192u32..4000), at in 0..7_usize) {
        let baseline = baseline(expire);
        let after = repaired(&before, &baseline);
        let (control, mut live) = (CONTROLS[at], after.clone());
        match undo(control, &recorded(&before), &recorded(&after), &live) {
            Ok(steps) => {
                prop_assert!(steps.len() <= 1);
                steps.iter().for_each(|step| apply(&mut live, step));
                for (part, (now, (was, repaired))) in parts(&live).into_iter().zip(parts(&before).into_iter().zip(parts(&after))).enumerate() {
                    prop_assert_eq!(now, if part == at { was } else { repaired });
                }
                prop_assert_eq!(undo(control, &recorded(&before), &recorded(&after), &live), Ok(Vec::new()));
                // What was put back can be taken back in the same way.
                let again = undo(control, &recorded(&after), &recorded(&live), &live);
                if let Ok(steps) = again {
                    steps.iter().for_each(|step| apply(&mut live, step));
                    prop_assert_eq!(&parts(&live)[at], &parts(&after)[at]);
                }
            }
            Err(_) => {
                let kept_out = before.set == BucketSet::Undeclared
                    || (at == 2 && !before.grants.is_empty())
                    || (at == 4 && before.versioning.mfa_delete)
                    || (at == 5 && before.set != BucketSet::LogDestination);
                prop_assert!(kept_out);
            }
        }
    }

    /// What somebody changed since is never written over.
    #[test]
    fn what_has_moved_on_stays(before in observations(), live in observations(), at in 0..7_usize) {
        let after = repaired(&before, &baseline(Some(2557)));
        let [was, left, is] = [&before, &after, &live].map(|seen| parts(seen)[at].clone());
        let steps = undo(CONTROLS[at], &recorded(&before), &recorded(&after), &live);
        prop_assert!(is == left || is == was || steps.is_err(), "{:?}", steps);
        prop_assert!(is != was || steps.is_err() || steps == Ok(Vec::new()), "{:?}", steps);
    }

    #[test]
    fn no_assessment_leads_to_a_step_of_an_undo(seen in observations(), expire in proptest::option::of(2192u32..4000)) {
        let baseline = baseline(expire);
        let of_an_undo = |violation: &Violation<Step>| {
            matches!(&violation.remedy, Remedy::Steps(steps) if steps.iter().any(|step| !is_repair(step)))
        };
        prop_assert!(!assess(&desired(&baseline), &seen).iter().any(of_an_undo));
    }

    #[test]
    fn a_record_is_read_as_it_was_written(seen in observations()) {
        prop_assert_eq!(&serde_json::from_value::<BucketObservation>(recorded(&seen)).unwrap(), &seen);
    }
}

/// A bucket with everything wrong that an undo can put back, and the same repaired.
fn repair() -> (BucketObservation, BucketObservation) {
    let theirs = LifecycleRule {
        id: Some(Redacted::new("theirs".to_owned())),
        enabled: true,
        whole_bucket: false,
        expiry: None,
        noncurrent_days: Some(3000),
    };
    let before = BucketObservation { grants: Vec::new(), lifecycle: vec![theirs], ..drifted() };
    let after = repaired(&before, &baseline(Some(2557)));
    (before, after)
}

#[test]
fn every_part_is_put_back_by_one_step() {
    let (before, after) = repair();
    let flags = PublicAccessBlock::default();
    let encryption = before.encryption.clone().unwrap();
    let expected = [
        Step::PutEncryption { encryption },
        Step::PutPublicAccessBlock { flags },
        Step::PutOwnership { ownership: "ObjectWriter".to_owned() },
        Step::DeletePolicy { expected: after.policy.clone() },
        Step::SuspendVersioning,
        Step::RemoveExpiry { days: 2557 },
        Step::DisableEventBridge,
    ];
    for (control, step) in CONTROLS.into_iter().zip(expected) {
        let steps = undo(control, &recorded(&before), &recorded(&after), &after);
        assert_eq!(steps, Ok(vec![step]), "{}", control.id);
    }
}

#[test]
fn what_was_not_set_is_taken_away_again() {
    let (mut before, after) = repair();
    (before.encryption, before.ownership) = (None, None);
    let plan = |control| undo(control, &recorded(&before), &recorded(&after), &after);
    assert_eq!(plan(&control::BUCKETS_KMS_ENCRYPTION), Ok(vec![Step::DeleteEncryption]));
    assert_eq!(plan(&control::BUCKETS_ACLS_DISABLED), Ok(vec![Step::DeleteOwnership]));
    // S3 shows its own encryption where none is set.
    let own = Encryption { algorithm: "AES256".to_owned(), key: None, bucket_key: false, blocked_types: Vec::new() };
    let live = BucketObservation { encryption: Some(own), ..after.clone() };
    let steps = undo(&control::BUCKETS_KMS_ENCRYPTION, &recorded(&before), &recorded(&after), &live);
    assert_eq!(steps, Ok(Vec::new()));
}

#[test]
fn an_earlier_policy_is_put_back_as_it_was_however_s3_shows_what_is_there() {
    let (mut before, mut after) = repair();
    let theirs = r#"{"Statement":{"Effect":"Allow","Sid":"Theirs"}}"#.to_owned();
    before.policy = Some(Redacted::new(theirs));
    after = BucketObservation { policy: repaired(&before, &baseline(None)).policy, ..after };
    let mut live = after.clone();
    live.policy = live.policy.map(|text| Redacted::new(text.expose().replace(r#""s3:*""#, r#"["s3:*"]"#)));
    assert_ne!(live.policy, after.policy);
    let steps = undo(&control::BUCKETS_TLS_ONLY, &recorded(&before), &recorded(&after), &live);
    let step = Step::PutPolicy { expected: live.policy, document: before.policy.unwrap() };
    assert_eq!(steps, Ok(vec![step]));
}

#[test]
fn what_can_not_be_put_back_exactly_is_refused_with_its_reason() {
    let (before, after) = repair();
    let check = |control, before: &Value, after: &Value, live: &BucketObservation, word: &str| {
        let refused = undo(control, before, after, live).unwrap_err();
        assert!(refused.contains(word), "{word}: {refused}");
    };
    let (was, left) = (recorded(&before), recorded(&after));
    let granted = recorded(&BucketObservation { grants: vec![Grantee::PublicGroup], ..before.clone() });
    check(&control::BUCKETS_ACLS_DISABLED, &granted, &left, &after, "ACL granted");
    let mfa = Versioning { enabled: true, mfa_delete: true };
    let live = BucketObservation { versioning: mfa, ..after.clone() };
    check(&control::BUCKETS_VERSIONING, &was, &left, &live, "MFA Delete");
    let fewer = recorded(&BucketObservation { lifecycle: Vec::new(), ..before.clone() });
    check(&control::BUCKETS_MINIMUM_RETENTION, &fewer, &left, &after, "differ by more");
    let phi = BucketObservation { set: BucketSet::Phi, lifecycle: Vec::new(), ..after.clone() };
    check(&control::BUCKETS_MINIMUM_RETENTION, &was, &left, &phi, "no log destination");
    let undeclared = BucketObservation { set: BucketSet::Undeclared, ..after.clone() };
    check(&control::BUCKETS_TLS_ONLY, &was, &left, &undeclared, "none of the deployment's sets");
    check(&control::BUCKETS_DATA_CLASS, &was, &left, &after, "nothing to undo");
    check(&control::QUARANTINE_PHI_OUTSIDE, &was, &left, &after, "nothing to undo");
    check(&control::BUCKETS_TLS_ONLY, &json!({"set": "phi"}), &left, &after, "as this version");
    let live = BucketObservation { policy: Some(Redacted::new("{}".to_owned())), ..after.clone() };
    check(&control::BUCKETS_TLS_ONLY, &was, &left, &live, "moved on");
}
