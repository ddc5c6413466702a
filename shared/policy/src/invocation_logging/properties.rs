//! From any state: the plan, applied, leaves only what needs a person, and nothing that is delivered is delivered no more.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::samples::*;
use super::*;
use crate::decision::{Remedy, Violation};
use crate::redacted::Redacted;

fn places() -> impl Strategy<Value = Option<S3Destination>> {
    let bucket = prop::sample::select(vec!["logs-a", "logs-b", "theirs"]);
    let prefix = prop::sample::select(vec!["", "bedrock", "Jane Doe 1970-01-01"]);
    prop::option::of((bucket, prefix).prop_map(|(bucket, prefix)| place(bucket, prefix)))
}

prop_compose! {
    fn destinations()(
        s3 in places(),
        name in prop::option::of(prop::sample::select(vec!["/aws/bedrock/a", "/theirs"])),
        large_data in places(),
    ) -> Destinations {
        Destinations { s3, cloudwatch: name.map(|name| group(name, large_data)) }
    }
}

fn modalities() -> impl Strategy<Value = BTreeSet<Modality>> {
    prop::collection::btree_set(prop::sample::select(Modality::ALL.to_vec()), 0..6)
}

prop_compose! {
    fn requisites()(
        acls in any::<bool>(), admitted in any::<bool>(), present in any::<bool>(), whole in 0..4_u8,
        trusted in prop::sample::select(vec![None, Some(Trusted::Yes), Some(Trusted::No)]),
    ) -> Requisites {
        let mut found = ready();
        // Else hardly ever everything would be right at once.
        if whole > 0 {
            return found;
        }
        found.buckets[0].acls_disabled = acls;
        if !admitted {
            found.buckets[1].policy = Some(Redacted::new(r#"{"Statement":[]}"#.to_owned()));
        }
        found.group = Some(LogGroup { present });
        found.role = Some(LogRole { trusted });
        found
    }
}

prop_compose! {
    fn observations()(
        configuration in prop::option::of(
            (destinations(), modalities()).prop_map(|(destinations, deliver)| Configuration { destinations, deliver })),
        requisites in requisites(),
    ) -> Observation {
        Observation { configuration, requisites: Some(requisites) }
    }
}

fn steps(found: &[Violation<Step>]) -> Vec<Step> {
    let steps = found.iter().filter_map(|each| match &each.remedy {
        Remedy::Steps(steps) => Some(steps.clone()),
        Remedy::Person(_) => None,
    });
    steps.flatten().collect()
}

/// What AWS does with the steps, each of which must be for what the one before it has left.
fn apply(steps: &[Step], seen: &Observation) -> Observation {
    let mut after = seen.clone();
    for step in steps {
        after.configuration = Some(step.applied_to(after.configuration.as_ref()).unwrap());
    }
    after
}

proptest! {
    /// Invariant "Converges", also where only some of the controls are enforced.
    #[test]
    fn one_pass_leaves_only_what_needs_a_person(
        seen in observations(), named in destinations(), deliver in modalities(),
    ) {
        prop_assume!(!named.is_empty());
        let mut seen = seen;
        if let Some(requisites) = &mut seen.requisites {
            requisites.buckets.retain(|bucket| named.buckets().contains(bucket.name.as_str()));
        }
        let desired = desired(&named, &deliver);
        let found = assess(&desired, &seen);
        let after = apply(&steps(&found), &seen);
        prop_assert_eq!(steps(&assess(&desired, &after)), vec![]);
        if found.iter().all(|each| matches!(each.remedy, Remedy::Steps(_))) {
            prop_assert_eq!(assess(&desired, &after), vec![]);
        }
        for each in &found {
            let alone = apply(&steps(std::slice::from_ref(each)), &seen);
            prop_assert!(assess(&desired, &alone).iter().all(|left| left.control.id != each.control.id
                || matches!(left.remedy, Remedy::Person(_))));
        }
    }

    /// Invariant "Never weakens".
    #[test]
    fn what_is_delivered_stays_delivered(seen in observations(), deliver in modalities()) {
        let named = named();
        let after = apply(&steps(&assess(&desired(&named, &deliver), &seen)), &seen);
        let delivered = |seen: &Observation| seen.configuration.as_ref().map(|live| live.deliver.clone()).unwrap_or_default();
        prop_assert!(delivered(&after).is_superset(&delivered(&seen)));
    }

    /// Whatever goes elsewhere is told, repaired or not; nothing told holds what somebody wrote into a prefix.
    #[test]
    fn every_other_place_is_told(seen in observations()) {
        let (named, deliver) = (named(), all());
        let found = assess(&desired(&named, &deliver), &seen);
        let told: String = found.iter().map(|each| match &each.remedy {
            Remedy::Steps(_) => each.losses.join(" "),
            Remedy::Person(advice) => advice.clone(),
        }).collect();
        if let Some(live) = &seen.configuration {
            let theirs = live.destinations.buckets().contains("theirs");
            prop_assert_eq!(theirs, told.contains("the bucket theirs,"), "{}", told);
            prop_assert_eq!(live.destinations.group() == Some("/theirs"), told.contains("the log group /theirs,"));
        }
        prop_assert!(!told.contains("Jane"));
    }
}
