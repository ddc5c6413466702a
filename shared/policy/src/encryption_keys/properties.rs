//! Properties over arbitrary keys: a plan converges in one pass, and weakens nothing.

use proptest::prelude::*;

use super::*;
use crate::decision::Remedy;
use crate::redacted::Redacted;

/// A key, and what KMS hides of it while its deletion is pending.
#[derive(Clone, Debug)]
struct Model {
    facts: Facts,
    rotation: Rotation,
}

impl Model {
    fn is_pending(&self) -> bool {
        self.facts.state.starts_with("Pending") && self.facts.state.ends_with("Deletion")
    }

    /// What KMS says of it.
    fn seen(&self) -> Observation {
        let rotation = match self.rotation {
            Rotation::Said { .. } if self.is_pending() => Rotation::Said { enabled: false, days: None },
            other => other,
        };
        Observation::There(Facts { rotation, ..self.facts.clone() })
    }

    /// What KMS does with a step, and what `apply` asks it before.
    fn apply(&mut self, step: &Step) {
        match step {
            Step::CancelDeletion => {
                assert!(self.is_pending(), "KMS refuses what is not pending deletion");
                self.facts.state = "Disabled".to_owned();
            }
            Step::Enable => {
                assert_eq!(self.facts.state, "Disabled", "KMS refuses");
                self.facts.state = "Enabled".to_owned();
            }
            Step::EnableRotation { days, .. } => {
                assert_ne!(self.facts.state, "Disabled", "KMS refuses");
                if !self.rotation.at_least_every(*days) {
                    self.rotation = Rotation::Said { enabled: true, days: Some(self.rotation.period(*days)) };
                }
            }
        }
    }
}

fn rotations() -> impl Strategy<Value = Rotation> {
    let said =
        (any::<bool>(), proptest::option::of(90u32..2561)).prop_map(|(enabled, days)| Rotation::Said { enabled, days });
    prop_oneof![4 => said, 1 => Just(Rotation::Unsupported), 1 => Just(Rotation::Closed)]
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(words).prop_map(str::to_owned)
}

prop_compose! {
    fn models()(
        state in one_of(&["Enabled", "Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport", "Unavailable", "BrandNew"]),
        manager in one_of(&["CUSTOMER", "CUSTOMER", "AWS"]),
        spec in one_of(&["SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT", "RSA_2048", "HMAC_256", "BRAND_NEW"]),
        origin in one_of(&["AWS_KMS", "AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "BRAND_NEW"]),
        replica in any::<bool>(),
        rotation in rotations(),
        policy in proptest::option::of(one_of(&["", r#"{"Statement":[]}"#, r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"kms:*"}}"#])),
    ) -> Model {
        let replica_of = replica.then(|| "eu-west-1".to_owned());
        let policy = policy.map(Redacted::new);
        Model { facts: Facts { state, manager, spec, origin, replica_of, rotation, policy }, rotation }
    }
}

proptest! {
    /// Invariant "Converges": what a plan leaves needs a person.
    #[test]
    fn one_pass_leaves_only_what_needs_a_person(mut model in models(), days in 90u32..2561) {
        let before = model.clone();
        for violation in assess(days, &model.seen()) {
            if let Remedy::Steps(steps) = violation.remedy {
                steps.iter().for_each(|step| model.apply(step));
            }
        }
        let left = assess(days, &model.seen());
        prop_assert!(left.iter().all(|violation| matches!(violation.remedy, Remedy::Person(_))), "{left:?}");

        // Invariant "Never weakens": what rotates often enough stays so, and a policy stays whatever it is.
        if let Rotation::Said { enabled: true, days: Some(old) } = before.rotation {
            prop_assert!(model.rotation.at_least_every(old), "{before:?} became {model:?}");
        }
        prop_assert_eq!(&model.facts.policy, &before.facts.policy);
        prop_assert!(before.facts.state != "Enabled" || model.facts.state == "Enabled");
    }

    /// Invariant "Fail closed": only a key that KMS calls enabled passes.
    #[test]
    fn a_key_without_violation_is_enabled_and_its_policy_was_read(model in models(), days in 90u32..2561) {
        if assess(days, &model.seen()).is_empty() {
            prop_assert_eq!(&model.facts.state, "Enabled");
            prop_assert!(model.facts.policy.is_some());
            prop_assert!(model.facts.spec != "SYMMETRIC_DEFAULT" || model.rotation.at_least_every(days));
        }
    }
}
