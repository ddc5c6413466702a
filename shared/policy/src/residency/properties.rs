//! Over arbitrary profiles: a repair leaves nothing, and takes away nothing but what leads everywhere.

use proptest::prelude::*;

use super::tables::rules;
use super::*;
use crate::decision::Remedy;

fn destination() -> impl Strategy<Value = Destination> {
    prop_oneof![
        Just(Destination::Anywhere),
        Just(Destination::Unreadable),
        prop_oneof![Just("us-east-1"), Just("us-west-2"), Just("eu-west-1")]
            .prop_map(|name| Destination::Region(name.to_owned())),
    ]
}

fn after(seen: &Observation, step: &Step) -> Observation {
    match (seen, step) {
        (Observation::Profile { .. }, Step::DeleteProfile) => Observation::NoProfile,
        _ => seen.clone(),
    }
}

proptest! {
    #[test]
    fn one_pass_leaves_only_what_needs_a_person(
        destinations in prop::collection::vec(destination(), 0..4), delete in any::<bool>()
    ) {
        let rules = rules(delete, &[]);
        let mut state = Observation::Profile { destinations: destinations.clone() };
        for violation in assess(&state, &rules) {
            if let Remedy::Steps(steps) = violation.remedy {
                prop_assert!(delete && destinations.contains(&Destination::Anywhere), "nothing else is deleted");
                for step in steps {
                    state = after(&state, &step);
                }
            }
        }
        let left = assess(&state, &rules);
        prop_assert!(left.iter().all(|each| matches!(each.remedy, Remedy::Person(_))));
    }

    #[test]
    fn only_a_mode_that_is_said_lets_a_model_pass(modes in prop::collection::vec("[a-z_]{0,8}", 0..4)) {
        let allowed = modes.clone();
        let model = Model { id: "a.b".to_owned(), in_use: true, retention: Retention::Said { allowed } };
        let passes = assess(&Observation::Model(model), &rules(false, &[])).is_empty();
        prop_assert_eq!(passes, modes.iter().any(|mode| mode == "none"));
    }
}
