//! What is done to a sound bundle, and how the check names it: exactly that, and nothing else.

use chrono::TimeDelta;
use evidence::bundle::Bundle;
use evidence::record::parse_time;
use evidence::verify::{Defect, Note, verify};
use evidence::{Body, Record, Stream};
use policy::Outcome;

use crate::bundles::{EXPORTED, Writer, bundle, decided, function, long_ago, operation};

const CONTROL: &str = "buckets.tls-only";

/// Two chains of five records, and one of the operators'.
fn sound() -> Bundle {
    let operations = Writer::operations().append(operation(long_ago())).append(operation(long_ago()));
    bundle(&[Writer::of(CONTROL, "phi-a").lived(), Writer::of(CONTROL, "phi-b").lived(), operations])
}

fn key(number: u64) -> String {
    Stream::of(CONTROL, "phi-a").key(number)
}

fn defects(bundle: &Bundle) -> Vec<Defect> {
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

/// The bundle with a record, sealed anew, in the place of another.
fn forged(number: u64, change: impl FnOnce(&mut Record)) -> Bundle {
    let mut bundle = sound();
    let bytes = bundle.records.get_mut(&key(number)).unwrap();
    let mut record: Record = serde_json::from_slice(bytes).unwrap();
    change(&mut record);
    *bytes = record.seal().unwrap().bytes;
    bundle
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
fn a_record_of_another_resource_is_misplaced_even_if_it_says_that_it_belongs_there() {
    let other = Body::Outcome(decided(CONTROL, "phi-b", long_ago()));
    let bundle = forged(3, |record| record.body = other);
    assert_eq!(defects(&bundle), [Defect::Misplaced(key(3))]);
}

#[test]
fn a_forged_record_breaks_the_chain_at_itself_and_after_itself() {
    let bundle = forged(3, |record| record.chain.previous = Some("0".repeat(64)));
    assert_eq!(defects(&bundle), [Defect::Broken(key(3)), Defect::Broken(key(4))]);
    let bundle = forged(3, |record| record.chain.previous = None);
    assert_eq!(defects(&bundle), [Defect::Broken(key(3)), Defect::Broken(key(4))]);
    let bundle = forged(3, |record| record.function.version = "8".into());
    assert_eq!(defects(&bundle), [Defect::Broken(key(4))]);
    let bundle = forged(1, |record| record.chain.previous = Some("0".repeat(64)));
    assert_eq!(defects(&bundle), [Defect::Broken(key(1)), Defect::Broken(key(2))]);
    let bundle = forged(5, |record| record.function.version = "8".into());
    assert_eq!(defects(&bundle), [Defect::HeadDiffers(key(5))]);
    let bundle = Bundle { heads: None, ..forged(5, |record| record.function.version = "8".into()) };
    assert_eq!(defects(&bundle), [], "nothing but the heads could tell");
}

#[test]
fn an_intent_has_its_own_outcome_right_after_it() {
    let open = |writer: Writer| defects(&bundle(&[writer]));
    let writer = || Writer::of(CONTROL, "phi-a");
    assert_eq!(open(writer().intent()), [Defect::IntentWithoutOutcome(key(1))]);
    let twice = writer().intent().intent().outcome(Outcome::Remediated, |_| ());
    assert_eq!(open(twice), [Defect::IntentWithoutOutcome(key(1))]);
    let of_another = writer().intent().outcome(Outcome::Remediated, |decided| decided.intent_id = Some("x".into()));
    assert_eq!(open(of_another), [Defect::IntentWithoutOutcome(key(1))]);
}

#[test]
fn an_intent_that_may_still_be_carried_out_is_a_note() {
    let at = |minutes| {
        let mut writer = Writer::of(CONTROL, "phi-a").outcome(Outcome::Detected, |_| ());
        let head = writer.head();
        writer.at = parse_time(EXPORTED).unwrap() + TimeDelta::minutes(minutes);
        let mut bundle = bundle(&[writer.intent()]);
        bundle.heads.as_mut().unwrap().heads = vec![head];
        bundle
    };
    for minutes in [-14, 1] {
        let report = verify(&at(minutes));
        assert_eq!(report.defects, []);
        assert_eq!(report.notes, [Note::Running(key(2)), Note::AfterHead(key(2))]);
    }
    let open = [Defect::IntentWithoutOutcome(key(2))];
    assert_eq!(defects(&at(-15)), open, "no run lasts that long");
    assert_eq!(defects(&Bundle { heads: None, ..at(1) }), open, "nobody knows when this was exported");
    let mut known = at(1);
    known.heads.as_mut().unwrap().heads[0].sequence = 3;
    assert_eq!(defects(&known)[0], open[0], "the ledger knew more of it");
}

#[test]
fn what_the_ledger_did_not_know_is_noted() {
    let (old, new) = (Writer::of(CONTROL, "phi-a").lived(), Writer::of(CONTROL, "phi-b").lived());
    let mut later = bundle(&[old, new]);
    let heads = &mut later.heads.as_mut().unwrap().heads;
    let unknown = heads.pop().unwrap();
    let third: Record = serde_json::from_slice(&later.records[&key(4)]).unwrap();
    (heads[0].sequence, heads[0].sha256) = (3, third.chain.previous.unwrap());
    let report = verify(&later);
    assert_eq!(report.defects, []);
    assert_eq!(report.notes, {
        let mut notes = vec![Note::AfterHead(key(4)), Note::UnknownToLedger(unknown.stream.clone())];
        if Stream::of(CONTROL, "phi-a").as_str() > unknown.stream.as_str() {
            notes.reverse();
        }
        notes
    });
}

#[test]
fn a_recovered_outcome_is_noted() {
    let recovered = Writer::of(CONTROL, "phi-a")
        .intent()
        .outcome(Outcome::Failed, |decided| decided.recovered = Some("request-0".into()));
    let report = verify(&bundle(&[recovered]));
    assert_eq!(report.defects, []);
    assert_eq!(report.notes, [Note::Recovered { key: key(2), outcome: "failed".into() }]);
}

#[test]
fn what_is_no_record_is_foreign() {
    let record = sound().records[&key(1)].clone();
    let names =
        ["evidence/README".to_owned(), key(1).replace("00000001", "000000001"), key(0), key(1).replace('b', "B")];
    for name in names {
        let mut bundle = sound();
        bundle.records.insert(name.clone(), record.clone());
        let report = verify(&bundle);
        assert_eq!((report.records, report.defects), (12, vec![Defect::Foreign(name)]));
    }
    // Canonical, with a right digest, and yet no record: of another form, or not one at all.
    let bundle = forged(5, |record| record.schema = "phiward-evidence/1".into());
    assert_eq!(defects(&bundle), [Defect::Foreign(key(5))]);
    let mut bundle = sound();
    let mut value = serde_json::json!({"schema": "phiward-evidence/2"});
    value["sha256"] = evidence::canonical::digest(&value).unwrap().into();
    bundle.records.insert(key(5), evidence::canonical::canonical(&value).unwrap());
    assert_eq!(defects(&bundle), [Defect::Foreign(key(5))]);
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
