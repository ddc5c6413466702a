//! Properties over arbitrary buckets: a plan converges in one pass, and weakens nothing.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::Baseline;
use crate::data_key::{self, DataKey, KeyObservation};
use crate::decision::Remedy;
use crate::invocation_logging::Delivery;
use crate::policy_document::PolicyDocument;
use crate::redacted::Redacted;
use crate::sets::BucketSet;

const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/1234";
const KEY_POLICY: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"bedrock.amazonaws.com"},"Action":"kms:GenerateDataKey","Resource":"*"}]}"#;

/// The data key in that state.
fn with_state(state: &str) -> KeyObservation {
    let key = data_key::usable(KEY_POLICY);
    KeyObservation { described: DataKey { state: state.to_owned(), ..key.described }, ..key }
}

pub(super) fn baseline(expire: Option<u32>) -> Baseline {
    let text = include_str!("../../../../baseline.toml");
    let line = expire.map_or_else(String::new, |days| format!("expire_after_days = {days}"));
    Baseline::parse(&text.replace("# expire_after_days = 2557", &line)).unwrap()
}

pub(super) fn desired(baseline: &Baseline) -> Desired<'_> {
    let place = ("logs-a", "bedrock", "aws", "us-east-1", "000000000000");
    let (bucket, prefix, partition, region, account) = place;
    Desired {
        bucket,
        partition,
        key_arn: KEY,
        region,
        baseline: &baseline.buckets,
        deliveries: vec![Delivery { bucket, prefix, partition, region, account }],
    }
}

/// What S3 does with a step.
pub(super) fn apply(seen: &mut BucketObservation, step: &Step) {
    match step {
        Step::PutEncryption { encryption } => seen.encryption = Some(encryption.clone()),
        Step::BlockPublicAccess => seen.public_access_block = PublicAccessBlock::ALL,
        Step::MakeAclPrivate => seen.grants.clear(),
        Step::EnforceBucketOwner => {
            assert!(!seen.grants.contains(&Grantee::PublicGroup), "S3 refuses while the ACL is public");
            seen.ownership = Some("BucketOwnerEnforced".to_owned());
        }
        Step::PutPolicy { expected, document } => {
            assert_eq!(*expected, seen.policy);
            seen.policy = Some(document.clone());
        }
        Step::AddStatement { statement } => {
            let policy = seen
                .policy
                .as_ref()
                .map_or_else(PolicyDocument::empty, |policy| PolicyDocument::parse(policy.expose()).unwrap());
            seen.policy = Some(Redacted::new(policy.with(statement.clone()).to_text()));
        }
        Step::EnableVersioning => seen.versioning.enabled = true,
        Step::AddExpiry { days } => seen.lifecycle.push(expiry_rule(*days)),
        Step::EnableEventBridge => seen.event_bridge = true,
        Step::DeleteEncryption => seen.encryption = None,
        Step::PutPublicAccessBlock { flags } => seen.public_access_block = *flags,
        Step::PutOwnership { ownership } => seen.ownership = Some(ownership.clone()),
        Step::DeleteOwnership => seen.ownership = None,
        Step::DeletePolicy { expected } => {
            assert_eq!(*expected, seen.policy);
            seen.policy = None;
        }
        Step::SuspendVersioning => seen.versioning.enabled = false,
        Step::RemoveExpiry { days } => {
            let at = seen.lifecycle.iter().position(|rule| *rule == expiry_rule(*days)).unwrap();
            seen.lifecycle.remove(at);
        }
        Step::DisableEventBridge => seen.event_bridge = false,
    }
}

fn encryptions() -> impl Strategy<Value = Option<Encryption>> {
    let algorithm = prop_oneof![Just("AES256"), Just("aws:kms"), Just("aws:kms:dsse"), Just("aws:brand-new")];
    let key = prop_oneof![Just(None), Just(Some(KEY)), Just(Some("1234")), Just(Some("alias/x"))];
    let some =
        (algorithm, key, any::<bool>(), any::<bool>()).prop_map(|(algorithm, key, bucket_key, blocks)| Encryption {
            algorithm: algorithm.to_owned(),
            key: key.map(str::to_owned),
            bucket_key,
            blocked_types: if blocks { vec!["SSE-C".to_owned()] } else { Vec::new() },
        });
    proptest::option::of(some)
}

fn policies() -> impl Strategy<Value = Option<String>> {
    let statement = prop_oneof![
        Just(
            json!({"Sid": "Theirs", "Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs-a/*"})
        ),
        Just(
            json!({"Sid": "PhiwardTlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::logs-a"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
        ),
        Just(json!({"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "*"})),
        Just(
            json!({"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "*"})
        ),
    ];
    let list = proptest::collection::vec(statement, 0..4);
    proptest::option::of(
        list.prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}).to_string()),
    )
}

fn rules() -> impl Strategy<Value = Vec<LifecycleRule>> {
    let expiry = prop_oneof![Just(None), (1..4000).prop_map(|days| Some(Expiry::Days(days))), Just(Some(Expiry::Date))];
    let rule = (any::<bool>(), any::<bool>(), expiry, proptest::option::of(1..4000));
    let rule = rule.prop_map(|(enabled, whole_bucket, expiry, noncurrent_days)| LifecycleRule {
        id: Some(Redacted::new("theirs".to_owned())),
        enabled,
        whole_bucket,
        expiry,
        noncurrent_days,
    });
    proptest::collection::vec(rule, 0..3)
}

prop_compose! {
    pub(super) fn observations()(
        set in prop_oneof![Just(BucketSet::LogDestination), Just(BucketSet::Phi), Just(BucketSet::Undeclared)],
        encryption in encryptions(),
        flags in any::<[bool; 4]>(),
        ownership in prop_oneof![Just(None), Just(Some("ObjectWriter")), Just(Some("BucketOwnerEnforced")), Just(Some("BrandNew"))],
        grants in proptest::collection::vec(prop_oneof![Just(Grantee::PublicGroup), Just(Grantee::LogDelivery), Just(Grantee::Other)], 0..3),
        policy in policies(),
        public in any::<bool>(),
        enabled in any::<bool>(),
        mfa_delete in any::<bool>(),
        lifecycle in rules(),
        event_bridge in any::<bool>(),
        tagged_phi in any::<bool>(),
        key_state in prop_oneof![Just("Enabled"), Just("Disabled"), Just("PendingDeletion")],
    ) -> BucketObservation {
        let [block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets] = flags;
        BucketObservation {
            set,
            encryption,
            key: Some(with_state(key_state)),
            public_access_block: PublicAccessBlock { block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets },
            grants: if ownership == Some("BucketOwnerEnforced") { Vec::new() } else { grants },
            ownership: ownership.map(str::to_owned),
            policy: policy.map(Redacted::new),
            policy_is_public: Some(public),
            versioning: Versioning { enabled, mfa_delete },
            lifecycle,
            event_bridge,
            tagged_phi,
        }
    }
}

fn statements(policy: Option<&Redacted<String>>) -> Vec<Value> {
    let Some(policy) = policy else { return Vec::new() };
    PolicyDocument::parse(policy.expose()).unwrap().statements().cloned().map(Value::Object).collect()
}

proptest! {
    /// Invariant "Converges": what a plan leaves needs a person.
    #[test]
    fn one_pass_leaves_only_what_needs_a_person(mut seen in observations(), expire in proptest::option::of(2192u32..4000)) {
        let baseline = baseline(expire);
        for violation in assess(&desired(&baseline), &seen) {
            if let Remedy::Steps(steps) = violation.remedy {
                steps.iter().for_each(|step| apply(&mut seen, step));
            }
        }
        let left = assess(&desired(&baseline), &seen);
        prop_assert!(left.iter().all(|violation| matches!(violation.remedy, Remedy::Person(_))), "{left:?}");
    }

    /// Invariant "Never weakens": foreign parts stay, and nothing stricter than the baseline is lowered.
    #[test]
    fn nothing_that_others_set_is_lost(before in observations(), expire in proptest::option::of(2192u32..4000)) {
        let baseline = baseline(expire);
        let mut after = before.clone();
        let violations = assess(&desired(&baseline), &before);
        for violation in &violations {
            if let Remedy::Steps(steps) = &violation.remedy {
                steps.iter().for_each(|step| apply(&mut after, step));
            }
        }
        if before.set == BucketSet::Undeclared {
            prop_assert_eq!(&before, &after);
        }
        let (old, new) = (statements(before.policy.as_ref()), statements(after.policy.as_ref()));
        prop_assert_eq!(&new[..old.len()], &old[..]);
        prop_assert!(new.len() <= old.len() + 2);
        prop_assert_eq!(&after.lifecycle[..before.lifecycle.len()], &before.lifecycle[..]);
        if before.set == BucketSet::Phi {
            prop_assert_eq!(after.lifecycle.len(), before.lifecycle.len());
        }
        if let (Some(old), Some(new)) = (&before.encryption, &after.encryption) {
            prop_assert_eq!(&old.blocked_types, &new.blocked_types);
            prop_assert!(old.algorithm != "aws:kms:dsse" || new.algorithm == "aws:kms:dsse");
        }
        prop_assert!(!before.versioning.enabled || after.versioning.enabled);
        prop_assert!(!before.event_bridge || after.event_bridge);
    }

    /// A key that is not usable is never set.
    #[test]
    fn an_unusable_key_is_never_set(seen in observations()) {
        let baseline = baseline(None);
        let usable = seen.key.as_ref().unwrap().described.state == "Enabled";
        let sets = assess(&desired(&baseline), &seen).into_iter().any(|violation| {
            matches!(violation.remedy, Remedy::Steps(steps) if steps.iter().any(|step| matches!(step, Step::PutEncryption { .. })))
        });
        prop_assert!(usable || !sets);
    }
}

pub(super) fn drifted() -> BucketObservation {
    BucketObservation {
        set: BucketSet::LogDestination,
        encryption: Some(Encryption {
            algorithm: "AES256".to_owned(),
            key: None,
            bucket_key: false,
            blocked_types: vec!["SSE-C".to_owned()],
        }),
        key: Some(with_state("Enabled")),
        public_access_block: PublicAccessBlock::default(),
        ownership: Some("ObjectWriter".to_owned()),
        grants: vec![Grantee::PublicGroup],
        policy: None,
        policy_is_public: None,
        versioning: Versioning::default(),
        lifecycle: vec![LifecycleRule {
            id: None,
            enabled: true,
            whole_bucket: true,
            expiry: Some(Expiry::Days(30)),
            noncurrent_days: None,
        }],
        event_bridge: false,
        tagged_phi: false,
    }
}

fn plan(seen: &BucketObservation) -> Value {
    let baseline = baseline(None);
    assess(&desired(&baseline), seen)
        .into_iter()
        .map(|violation| match violation.remedy {
            Remedy::Steps(steps) => json!({"control": violation.control.id, "steps": steps}),
            Remedy::Person(advice) => json!({"control": violation.control.id, "person": advice}),
        })
        .collect()
}

#[test]
fn the_plan_for_a_bucket_with_everything_wrong() {
    insta::assert_json_snapshot!(plan(&drifted()));
}

#[test]
fn log_targets_that_accept_sse_s3_only_are_excluded_with_a_reason() {
    let mut seen = drifted();
    seen.grants = vec![Grantee::LogDelivery];
    let acl = plan(&seen);
    seen.ownership = Some("BucketOwnerEnforced".to_owned());
    seen.grants.clear();
    let policy = |principal: Value| {
        let statement = json!([{"Effect": "Allow", "Principal": principal, "Action": "s3:PutObject", "Resource": "*"}]);
        Some(Redacted::new(json!({ "Statement": statement }).to_string()))
    };
    for (principal, logs) in [
        (json!({"Service": "logging.s3.amazonaws.com"}), "server access logs"),
        (json!({"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}), "load balancer access logs"),
        (json!({"AWS": "arn:aws:iam::127311923021:root"}), "load balancer access logs"),
        (json!({"AWS": "127311923021"}), "load balancer access logs"),
    ] {
        seen.policy = policy(principal);
        let text = plan(&seen).to_string();
        assert!(text.contains(logs) && !text.contains("put-encryption"), "{text}");
    }
    let text = acl.to_string();
    assert!(!text.contains("put-encryption") && !text.contains("enforce-bucket-owner"), "{text}");
}

#[test]
fn a_key_that_shuts_a_writer_out_is_reported() {
    let mut seen = drifted();
    let statement = json!([{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:*", "Resource": "*"}]);
    seen.policy = Some(Redacted::new(json!({ "Statement": statement }).to_string()));
    let text = plan(&seen).to_string();
    assert!(text.contains("does not let cloudtrail.amazonaws.com write") && !text.contains("put-encryption"), "{text}");
}

#[test]
fn a_policy_without_room_and_a_public_one_are_reported() {
    let mut seen = drifted();
    let long = json!([{"Sid": "x".repeat(MAX_POLICY_BYTES - 200), "Effect": "Deny"}]);
    seen.policy = Some(Redacted::new(json!({ "Statement": long }).to_string()));
    assert!(plan(&seen).to_string().contains("no room"));
    seen.policy = Some(Redacted::new(json!({ "Statement": [] }).to_string()));
    seen.policy_is_public = Some(true);
    assert!(plan(&seen).to_string().contains("grants public access"));
}
