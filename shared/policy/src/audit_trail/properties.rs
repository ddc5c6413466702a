//! Properties over arbitrary trails: a plan converges in one pass, and nothing that was recorded is recorded no more.

use proptest::prelude::*;

use super::model::{events, recorded, repaired};
use super::samples::{ACCOUNT, ARN, KEY, PROJECT, S3, desired, key, right, seen};
use super::*;
use crate::data_key::DataKey;
use crate::decision::Remedy;

fn words() -> impl Strategy<Value = Option<String>> {
    let word = prop_oneof![4 => Just("All"), 2 => Just("ReadOnly"), 2 => Just("WriteOnly"), 1 => Just("Brandnew")];
    proptest::option::of(word.prop_map(str::to_owned))
}

fn resources() -> impl Strategy<Value = DataResource> {
    let resource_type = prop_oneof![Just(S3), Just("AWS::Lambda::Function"), Just("AWS::DynamoDB::Table")];
    let value = prop_oneof![
        Just("arn:aws:s3"),
        Just("arn:aws:s3:::b/jane"),
        Just("arn:aws:lambda"),
        Just("arn:aws:lambda:us-east-1:000000000000:function:f"),
        Just("arn:aws:dynamodb"),
    ];
    (resource_type, proptest::collection::vec(value, 0..3)).prop_map(|(resource_type, values)| DataResource {
        resource_type: resource_type.to_owned(),
        values: values.into_iter().map(Text::new).collect(),
    })
}

prop_compose! {
    fn basics()(
        read_write_type in words(),
        include_management_events in any::<Option<bool>>(),
        data_resources in proptest::collection::vec(resources(), 0..3),
        kms in any::<bool>(),
    ) -> BasicSelector {
        let exclude_management_event_sources = if kms { vec!["kms.amazonaws.com".to_owned()] } else { Vec::new() };
        BasicSelector { read_write_type, include_management_events, data_resources, exclude_management_event_sources }
    }
}

fn fields() -> impl Strategy<Value = FieldSelector> {
    let is = |field: &'static str, value: &'static str| Just(FieldSelector::is(field, value));
    let without = FieldSelector {
        field: "eventSource".to_owned(),
        not_equals: vec![Text::new("kms.amazonaws.com")],
        ..FieldSelector::default()
    };
    prop_oneof![
        is("readOnly", "true"),
        is("readOnly", "false"),
        is("resources.type", S3),
        is("resources.type", PROJECT),
        is("resources.ARN", "arn:aws:s3:::b/jane"),
        is("brandNew", "x"),
        Just(without),
    ]
}

fn advanced() -> impl Strategy<Value = AdvancedSelector> {
    let category = prop_oneof![Just("Management"), Just("Data"), Just("NetworkActivity")];
    (category, proptest::collection::vec(fields(), 0..3), any::<bool>()).prop_map(|(category, mut fields, named)| {
        fields.insert(0, FieldSelector::is("eventCategory", category));
        AdvancedSelector { name: named.then(|| Text::new("theirs")), fields }
    })
}

fn selectors() -> impl Strategy<Value = Selectors> {
    prop_oneof![
        proptest::collection::vec(basics(), 0..=MAX_BASIC).prop_map(Selectors::Basic),
        proptest::collection::vec(advanced(), 0..4).prop_map(Selectors::Advanced),
    ]
}

prop_compose! {
    fn trails()(
        flags in any::<[bool; 4]>(),
        key in prop_oneof![Just(None), Just(Some(KEY)), Just(Some("arn:aws:kms:us-east-1:000000000000:key/other"))],
        home in prop_oneof![4 => Just("us-east-1"), 1 => Just("eu-west-1")],
        owner in prop_oneof![4 => Just(ACCOUNT), 1 => Just("111122223333")],
        selectors in selectors(),
        started in proptest::option::of(Just(1)),
    ) -> TrailState {
        let [multi_region, global_events, file_validation, logging] = flags;
        TrailState {
            arn: ARN.replace(ACCOUNT, owner).replace("us-east-1", home),
            home_region: home.to_owned(),
            // CloudTrail takes no trail of all Regions without global services.
            global_events: global_events || multi_region,
            multi_region,
            file_validation,
            key: key.map(str::to_owned),
            status: Some(Status { logging, started, ..Status::default() }),
            selectors: Some(selectors),
            ..right()
        }
    }
}

fn types() -> impl Strategy<Value = Vec<String>> {
    proptest::sample::subsequence(vec![S3.to_owned(), PROJECT.to_owned()], 0..=2)
}

proptest! {
    /// Invariant "Converges": what a plan leaves needs a person.
    #[test]
    fn one_pass_leaves_only_what_needs_a_person(trail in proptest::option::of(trails()), types in types(), enabled in any::<bool>()) {
        let mut before = seen(trail);
        if !enabled {
            before.key = Some(crate::data_key::KeyObservation { described: DataKey { state: "Disabled".to_owned(), ..key().described }, ..key() });
        }
        let after = repaired(&before, &types);
        let left = assess(&desired(&types), &after);
        prop_assert!(left.iter().all(|violation| matches!(violation.remedy, Remedy::Person(_))), "{left:?}");
        prop_assert!(enabled || after.trail.is_none_or(|after| before.trail.is_some_and(|before| before.key == after.key)));
    }

    /// Invariant "Never weakens": what was recorded is recorded still, and no flag falls.
    #[test]
    fn nothing_that_was_recorded_is_lost(trail in trails(), types in types()) {
        let before = seen(Some(trail.clone()));
        let after = repaired(&before, &types).trail.unwrap();
        let (old, new) = (trail.selectors.as_ref().unwrap(), after.selectors.as_ref().unwrap());
        for event in events() {
            prop_assert!(!recorded(old, &event) || recorded(new, &event), "{event:?}");
        }
        prop_assert!(!trail.multi_region || after.multi_region);
        prop_assert!(!trail.global_events || after.global_events);
        prop_assert!(!trail.file_validation || after.file_validation);
        if !desired(&types).may_write(&trail) {
            prop_assert_eq!(trail, after);
        }
    }

    /// Others' selectors of data events, and of what is not known here, stay as they are and where they are.
    #[test]
    fn the_selectors_of_others_stay_as_they_are(selectors in selectors(), types in types()) {
        let widened = with_management_events(&selectors).and_then(|whole| with_data_events(&whole, &types, "aws"));
        match (&selectors, widened) {
            (Selectors::Basic(old), Ok(Selectors::Basic(new))) => {
                for (old, new) in old.iter().zip(&new) {
                    prop_assert_eq!(&old.data_resources, &new.data_resources);
                    prop_assert_eq!(old.include_management_events, new.include_management_events);
                    if old.include_management_events == Some(false) {
                        prop_assert_eq!(old, new);
                    }
                }
                prop_assert!(new.len() >= old.len() && new.len() <= MAX_BASIC);
            }
            (Selectors::Advanced(old), Ok(Selectors::Advanced(new))) => {
                for (old, new) in old.iter().zip(&new) {
                    prop_assert_eq!(&old.name, &new.name);
                    if !old.fields.iter().any(|field| field.lets("eventCategory", "Management")) {
                        prop_assert_eq!(old, new);
                    }
                }
            }
            (Selectors::Advanced(_), Ok(Selectors::Basic(_))) => prop_assert!(false, "never back to basic ones"),
            (Selectors::Basic(_), Ok(Selectors::Advanced(_))) => prop_assert!(types.contains(&PROJECT.to_owned())),
            (_, Err(_)) => {}
        }
    }
}
