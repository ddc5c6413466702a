//! What is read of a key.

use aws_sdk_kms::operation::describe_key::DescribeKeyOutput;
use aws_sdk_kms::operation::get_key_policy::GetKeyPolicyOutput;
use aws_sdk_kms::operation::get_key_rotation_status::GetKeyRotationStatusOutput;
use aws_sdk_kms::types::{
    KeyManagerType, KeyMetadata, KeySpec, KeyState, MultiRegionConfiguration, MultiRegionKey, MultiRegionKeyType,
    OriginType,
};
use aws_smithy_mocks::mock;
use policy::Redacted;
use policy::encryption_keys::{Facts, Observation, Rotation};
use remediation::{Duty, Repair};

use super::*;

fn described(state: &'static str, related: Option<MultiRegionConfiguration>) -> Rule {
    mock!(Client::describe_key).match_requests(|request| request.key_id().is_some()).then_output(move || {
        let metadata = KeyMetadata::builder()
            .key_id("mrk-records")
            .key_state(KeyState::from(state))
            .key_manager(KeyManagerType::Customer)
            .key_spec(KeySpec::SymmetricDefault)
            .origin(OriginType::AwsKms)
            .set_multi_region_configuration(related.clone());
        DescribeKeyOutput::builder().key_metadata(metadata.build().unwrap()).build()
    })
}

fn rotation() -> Rule {
    let status =
        || GetKeyRotationStatusOutput::builder().key_rotation_enabled(true).rotation_period_in_days(90).build();
    mock!(Client::get_key_rotation_status).match_requests(|request| request.key_id().is_some()).then_output(status)
}

fn policy() -> Rule {
    let default =
        |request: &aws_sdk_kms::operation::get_key_policy::GetKeyPolicyInput| request.policy_name() == Some("default");
    mock!(Client::get_key_policy)
        .match_requests(default)
        .then_output(|| GetKeyPolicyOutput::builder().policy("{}").build())
}

async fn seen(rules: &[&Rule]) -> Observation {
    duty(rules).observe(&at()).await.unwrap().unwrap()
}

fn facts(seen: Observation) -> Facts {
    let Observation::There(facts) = seen else { panic!("{seen:?}") };
    facts
}

#[tokio::test]
async fn a_compliant_key_costs_three_reads() {
    let (described, rotation, policy) = (described("Enabled", None), rotation(), policy());
    let found = seen(&[&described, &rotation, &policy]).await;
    assert!(duty(&[]).assess(&at(), &found).is_empty());
    let expected = Facts {
        state: "Enabled".to_owned(),
        manager: "CUSTOMER".to_owned(),
        spec: "SYMMETRIC_DEFAULT".to_owned(),
        origin: "AWS_KMS".to_owned(),
        replica_of: None,
        rotation: Rotation::Said { enabled: true, days: Some(90) },
        policy: Some(Redacted::new("{}".to_owned())),
    };
    assert_eq!(facts(found), expected);
    assert_eq!([described.num_calls(), rotation.num_calls(), policy.num_calls()], [1, 1, 1]);
}

#[tokio::test]
async fn a_state_that_the_sdk_does_not_know_is_kept_as_kms_says_it() {
    let found = facts(seen(&[&described("BrandNew", None), &rotation(), &policy()]).await);
    assert_eq!(found.state, "BrandNew");
}

#[tokio::test]
async fn a_replica_has_its_rotation_from_its_primary_key() {
    let related = |kind: &str| {
        let primary = MultiRegionKey::builder().region("eu-west-1").build();
        Some(MultiRegionConfiguration::builder().multi_region_key_type(kind.into()).primary_key(primary).build())
    };
    for (kind, replica_of) in [("PRIMARY", None), ("REPLICA", Some("eu-west-1")), ("BRAND_NEW", Some("eu-west-1"))] {
        let found = facts(seen(&[&described("Enabled", related(kind)), &rotation(), &policy()]).await);
        assert_eq!(found.replica_of.as_deref(), replica_of, "{kind}");
    }
    assert_eq!(MultiRegionKeyType::Primary.as_str(), "PRIMARY");
}

#[tokio::test]
async fn a_key_that_is_gone_or_closed_is_told_and_no_error() {
    for (code, expected) in [("NotFoundException", Observation::Gone), ("AccessDeniedException", Observation::Closed)] {
        let described = mock!(Client::describe_key).sequence().http_status(400, error(code)).build();
        let rotation = mock!(Client::get_key_rotation_status).sequence().http_status(400, error(code)).build();
        let policy = mock!(Client::get_key_policy).sequence().http_status(400, error(code)).build();
        assert_eq!(seen(&[&described, &rotation, &policy]).await, expected);
    }
}

#[tokio::test]
async fn what_is_unsupported_or_denied_is_told_and_everything_else_is_an_error_without_its_message() {
    let rotation = |code: &str| mock!(Client::get_key_rotation_status).sequence().http_status(400, error(code)).build();
    let policy_fails = |code: &str| mock!(Client::get_key_policy).sequence().http_status(400, error(code)).build();
    for (code, expected) in
        [("UnsupportedOperationException", Rotation::Unsupported), ("AccessDeniedException", Rotation::Closed)]
    {
        let found = facts(seen(&[&described("Enabled", None), &rotation(code), &policy()]).await);
        assert_eq!(found.rotation, expected);
    }
    let denied = policy_fails("AccessDeniedException");
    assert_eq!(facts(seen(&[&described("Enabled", None), &super::reads::rotation(), &denied]).await).policy, None);
    for rules in [
        [rotation("KMSInvalidStateException"), policy()],
        [super::reads::rotation(), policy_fails("KMSInternalException")],
    ] {
        let failed = duty(&[&described("Enabled", None), &rules[0], &rules[1]]).observe(&at()).await.unwrap_err();
        assert!(!format!("{failed} {failed:?}").contains("jane"), "{failed}");
    }
}

#[tokio::test]
async fn the_journal_is_for_phiwards_own_key_as_long_as_that_one_is_of_no_use() {
    for (state, journalled) in [("Enabled", false), ("Disabled", true), ("PendingDeletion", true), ("BrandNew", true)] {
        let duty = duty(&[&described(state, None), &rotation(), &policy()]);
        let [own, other] = [OWN, RECORDS].map(|arn| duty.keys.find(arn).unwrap().clone());
        assert!(duty.journal(&own).is_some(), "not looked at yet");
        for at in [&own, &other] {
            duty.observe(at).await.unwrap();
        }
        assert_eq!((duty.journal(&own).is_some(), duty.journal(&other).is_some()), (journalled, false), "{state}");
    }
}
