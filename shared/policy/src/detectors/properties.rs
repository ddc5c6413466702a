//! Properties over arbitrary states: a plan converges, and takes nothing from others.

use std::collections::BTreeMap;

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use super::config::{ConfigRecorder, Recorder};
use super::guardduty::{Detector, GuardDuty};
use super::macie::{Discovery, Identifier, Macie, Running};
use super::model::*;
use super::*;

fn word() -> impl Strategy<Value = String> {
    prop_oneof![Just("ENABLED"), Just("DISABLED"), Just("PAUSED"), Just("BRAND_NEW")].prop_map(str::to_owned)
}

fn identifiers() -> impl Strategy<Value = Vec<Identifier>> {
    let identifier =
        (any::<bool>(), 1u16..300, 0usize..2, 1i64..3, "[a-c]").prop_map(|(same, distance, ignore, threshold, id)| {
            let own = as_wanted(&id);
            let regex = if same { own.regex.clone() } else { "x".to_owned().into() };
            Identifier { regex, maximum_match_distance: distance, ignore_words: ignore, threshold, ..own }
        });
    vec(identifier, 0..3)
}

fn running() -> impl Strategy<Value = Running> {
    let own = (word(), btree_set("[a-e]", 0..4)).prop_map(|(status, includes)| Discovery::Own { status, includes });
    let discovery = prop_oneof![4 => own, 1 => Just(Discovery::Managed)];
    (discovery, identifiers()).prop_map(|(discovery, identifiers)| Running { discovery, identifiers })
}

fn observations() -> impl Strategy<Value = Observation> {
    let macie = prop_oneof![
        Just(Macie::Disabled),
        word().prop_map(|status| Macie::Suspended { status }),
        running().prop_map(Macie::Running),
    ];
    let status = option::of(prop_oneof![Just("Success"), Just("Failure"), Just("BrandNew")].prop_map(str::to_owned));
    let recorder =
        (any::<[bool; 3]>(), status).prop_map(|([service_linked, recording, all_supported], last_status)| Recorder {
            service_linked,
            recording,
            all_supported,
            last_status,
            ..recorder()
        });
    let config =
        (option::of(recorder), any::<bool>()).prop_map(|(recorder, channel)| ConfigRecorder { recorder, channel });
    let name = prop_oneof![Just("S3_DATA_EVENTS"), Just("AI_PROTECTION"), Just("EKS_AUDIT_LOGS"), Just("CLOUD_TRAIL")];
    let features = proptest::collection::btree_map(name.prop_map(str::to_owned), word(), 0..4);
    let detector = (word(), features).prop_map(|(status, features)| Detector { id: "d1".to_owned(), status, features });
    prop_oneof![
        macie.prop_map(Observation::Macie),
        config.prop_map(Observation::ConfigRecorder),
        option::of(detector).prop_map(|detector| Observation::GuardDuty(GuardDuty { detector })),
    ]
}

fn features(seen: &Observation) -> BTreeMap<String, String> {
    match seen {
        Observation::GuardDuty(GuardDuty { detector: Some(detector) }) => detector.features.clone(),
        _ => BTreeMap::new(),
    }
}

fn pass(seen: &mut Observation, hidden: &Running) {
    steps(&assess(&desired(), seen)).iter().for_each(|step| apply(seen, hidden, step));
}

proptest! {
    /// Invariant "Converges". What a suspended Macie holds is not seen before it is at work again, so there the repair's
    /// own event brings the second look.
    #[test]
    fn one_pass_leaves_only_what_needs_a_person(mut seen in observations(), hidden in running()) {
        let suspended = matches!(seen, Observation::Macie(Macie::Suspended { .. }));
        pass(&mut seen, &hidden);
        if suspended {
            prop_assert!(matches!(seen, Observation::Macie(Macie::Running(_))));
            pass(&mut seen, &hidden);
        }
        let left = steps(&assess(&desired(), &seen));
        prop_assert!(left.is_empty(), "{left:?} of {seen:?}");
    }

    /// Invariant "Never weakens": nothing is switched off, nothing of others is taken away or changed.
    #[test]
    fn nothing_that_others_set_is_lost(before in observations(), hidden in running()) {
        let mut after = before.clone();
        pass(&mut after, &hidden);
        prop_assert!(included(&before).is_subset(&included(&after)));
        let now = features(&after);
        for (name, status) in features(&before) {
            let wanted = desired().guardduty_features.contains(&name);
            prop_assert!(now[&name] == status || (wanted && now[&name] == ENABLED), "{name}");
        }
        if let (Observation::Macie(Macie::Running(before)), Observation::Macie(Macie::Running(after))) = (&before, &after) {
            prop_assert_eq!(&after.identifiers[..before.identifiers.len()], &before.identifiers[..]);
        }
        if let (Observation::ConfigRecorder(before), Observation::ConfigRecorder(after)) = (&before, &after) {
            let unlike = |recorder: &Recorder| Recorder { recording: true, ..recorder.clone() };
            prop_assert_eq!(before.recorder.as_ref().map(unlike), after.recorder.as_ref().map(unlike));
        }
    }
}
