//! How intents end, and what an auditor hears of runs that had not.

use chrono::TimeDelta;
use evidence::bundle::Bundle;
use evidence::record::parse_time;
use evidence::verify::{Defect, Note, verify};
use evidence::{Record, Stream};
use policy::Outcome;

use crate::bundles::{EXPORTED, Writer, bundle};
use crate::verify::{CONTROL, defects, key};

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
