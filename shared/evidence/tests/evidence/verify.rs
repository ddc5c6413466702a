//! What is done to a sound bundle, and how the check names it: exactly that, and nothing else.

use evidence::bundle::Bundle;
use evidence::verify::{Defect, Note, verify};
use evidence::{Record, Stream};

use crate::bundles::{Writer, bundle, function, long_ago, operation};

pub(crate) const CONTROL: &str = "buckets.tls-only";

/// Two chains of five records, and one of the operators'.
pub(crate) fn sound() -> Bundle {
    let operations = Writer::operations().append(operation(long_ago())).append(operation(long_ago()));
    bundle(&[Writer::of(CONTROL, "phi-a").lived(), Writer::of(CONTROL, "phi-b").lived(), operations])
}

pub(crate) fn key(number: u64) -> String {
    Stream::of(CONTROL, "phi-a").key(number)
}

pub(crate) fn defects(bundle: &Bundle) -> Vec<Defect> {
    verify(bundle).defects
}

fn without(numbers: &[u64]) -> Bundle {
    let mut bundle = sound();
    for number in numbers {
        bundle.records.remove(&key(*number)).unwrap();
    }
    bundle
}

fn missing(first: u64, last: u64) -> Defect {
    Defect::Missing { first: key(first), last: key(last) }
}

fn tail_lost() -> Defect {
    Defect::TailLost { last_known: key(5) }
}

#[test]
fn a_sound_bundle_has_neither_defects_nor_notes() {
    let report = verify(&sound());
    assert_eq!((report.records, report.chains), (12, 3));
    assert_eq!((report.defects, report.notes), (vec![], vec![]));
}

#[test]
fn other_bytes_are_altered() {
    let text = |bundle: &Bundle| String::from_utf8(bundle.records[&key(3)].clone()).unwrap();
    let alter = |change: &dyn Fn(String) -> String| {
        let mut bundle = sound();
        let changed = change(text(&bundle));
        assert_ne!(changed, text(&bundle));
        bundle.records.insert(key(3), changed.into_bytes());
        assert_eq!(defects(&bundle), [Defect::Altered(key(3))]);
    };
    alter(&|text| text.replace("\"duty\":\"buckets\"", "\"duty\":\"bucketz\""));
    alter(&|text| text.replace("\"duty\":", "\"duty\": "));
    alter(&|text| text + "\n");
    alter(&|text| text.replace("164.312(e)(1)", "164.312(e)(2)"));
    alter(&|text| text.replacen("\"n\":0.1", "\"n\":0.10", 1));
    alter(&|text| text.replacen("\"n\":0.1", "\"n\":0.2", 1));
    alter(&|text| text.replacen("\"after\":null,", "\"after\":null,\"after\":null,", 1));
    alter(&|text| text.replace("\"after\":null,", ""));
    alter(&|text| text.replace('{', "["));
    alter(&|_| String::new());
    alter(&|_| "{}".to_owned());
}

#[test]
fn what_is_removed_is_missing() {
    assert_eq!(defects(&without(&[1])), [missing(1, 1)]);
    assert_eq!(defects(&without(&[2])), [missing(2, 2)]);
    assert_eq!(defects(&without(&[4])), [missing(4, 4)]);
    assert_eq!(defects(&without(&[2, 3])), [missing(2, 3)]);
    assert_eq!(defects(&without(&[1, 3])), [missing(1, 1), missing(3, 3)]);
    // The intent before it is no defect of its own that could be told: whether it had its outcome is not to be seen.
    assert_eq!(defects(&without(&[5])), [Defect::IntentWithoutOutcome(key(4)), tail_lost()]);
    assert_eq!(defects(&without(&[4, 5])), [tail_lost()]);
    assert_eq!(defects(&without(&[1, 2, 3, 4, 5])), [tail_lost()]);
}

#[test]
fn without_heads_a_lost_end_does_not_show_and_the_check_says_so() {
    for removed in [&[4, 5][..], &[1, 2, 3, 4, 5]] {
        let report = verify(&Bundle { heads: None, ..without(removed) });
        assert_eq!((report.defects, report.notes), (vec![], vec![Note::TailUnproven]));
    }
}

#[test]
fn records_in_each_others_place_are_misplaced() {
    let mut bundle = sound();
    let (second, third) = (bundle.records[&key(2)].clone(), bundle.records[&key(3)].clone());
    bundle.records.insert(key(2), third);
    bundle.records.insert(key(3), second);
    assert_eq!(defects(&bundle), [Defect::Misplaced(key(2)), Defect::Misplaced(key(3))]);
}

#[test]
fn a_copy_at_another_place_is_misplaced() {
    let mut bundle = sound();
    let after = bundle.records[&key(5)].clone();
    bundle.records.insert(key(6), after.clone());
    assert_eq!(defects(&bundle), [Defect::Misplaced(key(6))]);
    let elsewhere = Stream::of(CONTROL, "phi-c").key(1);
    let mut bundle = sound();
    bundle.records.insert(elsewhere.clone(), after);
    assert_eq!(defects(&bundle), [Defect::Misplaced(elsewhere)]);
}

#[test]
fn a_number_beyond_all_measure_is_one_gap() {
    let mut bundle = sound();
    let stream = Stream::of(CONTROL, "phi-a");
    let far = stream.key(u64::MAX - 1);
    bundle.records.insert(far.clone(), vec![]);
    let gap = Defect::Missing { first: key(6), last: stream.key(u64::MAX - 2) };
    assert_eq!(defects(&bundle), [gap, Defect::Altered(far)]);
}

#[test]
fn records_of_other_code_are_chained_all_the_same() {
    let mut record = Record::new(&Stream::operations(), 1, None, operation(long_ago()), function());
    record.function.name = "phiward-operate".into();
    let records = [(Stream::operations().key(1), record.seal().unwrap().bytes)].into();
    let report = verify(&Bundle { records, heads: None });
    assert_eq!((report.defects, report.notes), (vec![], vec![Note::TailUnproven]));
}
