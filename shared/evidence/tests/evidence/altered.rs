//! No single byte of a bundle can be changed unseen.

use evidence::bundle::Bundle;
use evidence::verify::verify;
use policy::Outcome;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::bundles::{Writer, bundle, long_ago, operation};

/// Before-states of all shapes that JSON has, with numbers and texts that are hard to write in one way only.
fn states() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..4).prop_map(|members| json!(members)),
        ]
    })
}

fn chain(control: &'static str) -> impl Strategy<Value = Writer> {
    prop::collection::vec((any::<bool>(), states()), 1..4).prop_map(move |steps| {
        steps.into_iter().fold(Writer::of(control, "phi-a"), |writer, (repairs, state)| {
            let writer = if repairs { writer.intent() } else { writer };
            writer.outcome(Outcome::Detected, |decided| decided.before = state)
        })
    })
}

fn bundles() -> impl Strategy<Value = Bundle> {
    let operations = (0..3).prop_map(|n| (0..n).fold(Writer::operations(), |w, _| w.append(operation(long_ago()))));
    (chain("buckets.tls-only"), chain("buckets.versioning"), operations).prop_map(|(a, b, c)| {
        let writers: Vec<_> = [a, b, c].into_iter().filter(|writer| !writer.records.is_empty()).collect();
        bundle(&writers)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_change_of_any_byte_is_a_defect(
        sound in bundles(), record: prop::sample::Index, place: prop::sample::Index, other in 1..=255_u8,
    ) {
        let report = verify(&sound);
        prop_assert_eq!((report.defects, report.notes), (vec![], vec![]));
        let mut changed = sound;
        let number = record.index(changed.records.len());
        let (key, bytes) = changed.records.iter_mut().nth(number).unwrap();
        let key = key.clone();
        let place = place.index(bytes.len());
        bytes[place] ^= other;
        let defects = verify(&changed).defects;
        prop_assert!(defects.iter().any(|defect| defect.to_string().ends_with(&key)), "{defects:?}");
    }
}

/// The same for every byte of some records, not a sample.
#[test]
fn each_byte_counts() {
    let sound = bundle(&[Writer::of("buckets.tls-only", "phi-a").intent().outcome(Outcome::Remediated, |_| ())]);
    for (key, bytes) in &sound.records {
        for place in 0..bytes.len() {
            let mut changed = Bundle { records: sound.records.clone(), heads: sound.heads.clone() };
            changed.records.get_mut(key).unwrap()[place] ^= 1;
            assert!(!verify(&changed).defects.is_empty(), "byte {place} of {key}");
        }
    }
}
