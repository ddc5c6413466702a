//! Properties over arbitrary histories of a key: a plan converges in one pass, weakens nothing, and deletes nothing.

use proptest::prelude::*;

use super::model::{Model, desired, models, usable};
use super::*;
use crate::data_key::DataKey;
use crate::decision::Remedy;

fn steps(model: &Model, at: usize, key: &DataKey) -> Vec<Step> {
    match assess(&desired(), &model.observe(at, key)).map(|violation| violation.remedy) {
        Some(Remedy::Steps(steps)) => steps,
        Some(Remedy::Person(_)) | None => Vec::new(),
    }
}

fn layers(facts: &Facts) -> u8 {
    match facts.encryption.algorithm.as_deref() {
        Some("aws:kms:dsse") => 3,
        Some("aws:kms") => 2,
        Some(_) => 1,
        None => 0,
    }
}

proptest! {
    /// Invariant "Converges": what a plan leaves needs a person.
    #[test]
    fn one_pass_leaves_only_what_needs_a_person((mut model, at) in models()) {
        let plan = steps(&model, at, &usable());
        plan.iter().for_each(|step| model.apply(at, step));
        prop_assert_eq!(steps(&model, at, &usable()), []);
        // What readers get by a copy is right, also where the version beneath it stays as it was.
        if matches!(plan[..], [Step::CopyInPlace { .. }]) {
            prop_assert_eq!(assess(&desired(), &model.observe(model.versions.len() - 1, &usable())), None);
        }
    }

    /// Invariant "Never weakens": every other version stays byte for byte, and readers get what they got before.
    #[test]
    fn nothing_is_deleted_weakened_or_forgotten((before, at) in models()) {
        let mut after = before.clone();
        let plan = steps(&before, at, &usable());
        plan.iter().for_each(|step| after.apply(at, step));
        prop_assert!(after.versions.len() >= before.versions.len());
        for (index, old) in before.versions.iter().enumerate() {
            let replaced = index == at && (!before.keeps_versions || matches!(plan[..], [Step::UpdateEncryption { .. }]));
            prop_assert!(replaced || after.versions[index] == *old);
        }
        let (old, new) = (before.versions.last().unwrap(), after.versions.last().unwrap());
        prop_assert!(layers(new) >= layers(old));
        let same = Facts { version_id: old.version_id.clone(), encryption: old.encryption.clone(), ..new.clone() };
        prop_assert_eq!(&same, old);
    }

    /// A key that can't be used is never used.
    #[test]
    fn an_unusable_key_is_never_used((model, at) in models()) {
        let disabled = DataKey { state: "Disabled".to_owned(), ..usable() };
        prop_assert_eq!(steps(&model, at, &disabled), []);
        let unread = model.observe(at, &usable());
        let State::Shown(mut facts) = unread.state else { return Err(TestCaseError::fail("it is shown")) };
        (facts.data_key, facts.current) = (None, None);
        let unread = ObjectObservation { state: State::Shown(facts), ..unread };
        let planned = assess(&desired(), &unread);
        prop_assert!(planned.is_none_or(|violation| matches!(violation.remedy, Remedy::Person(_))));
    }
}
