//! The check of one chain, record by record.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Defect, Note, Report};
use crate::bundle::{Chain, Head};
use crate::canonical::{self, DIGEST};
use crate::record::{Body, Record, SCHEMA};
use crate::stream::Stream;

/// No invocation of a Lambda function lasts longer: an intent of that age is not just being carried out.
const LONGEST_RUN: TimeDelta = TimeDelta::minutes(15);

/// What the ledger knew.
pub(super) struct Ledger<'a> {
    /// The chain's last record; none: it did not know the chain, or nobody asked it.
    pub(super) head: Option<&'a Head>,
    /// When it was asked.
    pub(super) exported: Option<DateTime<Utc>>,
}

pub(super) struct Check<'a> {
    pub(super) stream: &'a Stream,
    pub(super) ledger: Ledger<'a>,
    pub(super) report: &'a mut Report,
}

/// What the next record is compared with.
#[derive(Default)]
struct Last {
    sequence: u64,
    /// Its digest; none: there is no record yet, or it can't be trusted, which is named already.
    sha256: Option<String>,
    intent: Option<Intent>,
}

/// An intent that waits for its outcome.
struct Intent {
    key: String,
    sequence: u64,
    id: String,
    recorded: DateTime<Utc>,
}

impl Check<'_> {
    pub(super) fn check(mut self, records: &Chain<'_>) {
        let mut last = Last::default();
        for (&sequence, bytes) in records {
            let key = self.stream.key(sequence);
            // After a gap nothing can be said of what came before: the gap itself is the defect.
            let adjacent = last.sequence + 1 == sequence;
            if !adjacent {
                let (first, last) = (self.stream.key(last.sequence + 1), self.stream.key(sequence - 1));
                self.report.defects.push(Defect::Missing { first, last });
            }
            let read = read(&key, bytes).and_then(|read| self.in_place(&key, sequence, read));
            let next = match read {
                Ok((record, sha256)) => {
                    if adjacent {
                        self.follows(&last, &key, &record);
                    }
                    self.note_recovery(&key, &record);
                    Last { sequence, sha256: Some(sha256), intent: intent(key, sequence, record) }
                }
                Err(defect) => {
                    self.report.defects.push(defect);
                    Last { sequence, sha256: None, intent: None }
                }
            };
            last = next;
            self.compare_with_head(&last);
        }
        self.end(last);
    }

    fn in_place(&self, key: &str, sequence: u64, read: (Record, String)) -> Result<(Record, String), Defect> {
        let (record, _) = &read;
        let home = match &record.body {
            Body::Intent(decided) | Body::Outcome(decided) => Stream::of(&decided.control.id, &decided.resource.id),
            Body::Operation(_) => Stream::operations(),
        };
        let said = (record.chain.stream.as_str(), record.chain.sequence);
        let right = said == (self.stream.as_str(), sequence) && home == *self.stream;
        if right { Ok(read) } else { Err(Defect::Misplaced(key.to_owned())) }
    }

    /// A record names the digest of the one before it, and the outcome of an intent comes right after it.
    fn follows(&mut self, last: &Last, key: &str, record: &Record) {
        let known = last.sha256.is_some() || last.sequence == 0;
        if known && record.chain.previous != last.sha256 {
            self.report.defects.push(Defect::Broken(key.to_owned()));
        }
        let Some(intent) = &last.intent else { return };
        let ended = matches!(&record.body, Body::Outcome(decided) if decided.intent_id.as_ref() == Some(&intent.id));
        if !ended {
            self.report.defects.push(Defect::IntentWithoutOutcome(intent.key.clone()));
        }
    }

    fn note_recovery(&mut self, key: &str, record: &Record) {
        let Body::Outcome(decided) = &record.body else { return };
        if decided.recovered.is_some() {
            let outcome = serde_json::to_value(decided.outcome).unwrap_or_default();
            let outcome = outcome.as_str().unwrap_or("unknown").to_owned();
            self.report.notes.push(Note::Recovered { key: key.to_owned(), outcome });
        }
    }

    fn compare_with_head(&mut self, last: &Last) {
        let Some(head) = self.ledger.head.filter(|head| head.sequence == last.sequence) else { return };
        if last.sha256.as_ref().is_some_and(|sha256| *sha256 != head.sha256) {
            self.report.defects.push(Defect::HeadDiffers(self.stream.key(last.sequence)));
        }
    }

    fn end(self, last: Last) {
        let head = self.ledger.head.map_or(0, |head| head.sequence);
        if let Some(intent) = last.intent {
            let young = self.ledger.exported.is_some_and(|exported| exported - intent.recorded < LONGEST_RUN);
            if young && intent.sequence > head {
                self.report.notes.push(Note::Running(intent.key));
            } else {
                self.report.defects.push(Defect::IntentWithoutOutcome(intent.key));
            }
        }
        if head > last.sequence {
            self.report.defects.push(Defect::TailLost { last_known: self.stream.key(head) });
        }
        if self.ledger.head.is_some() && head < last.sequence {
            self.report.notes.push(Note::AfterHead(self.stream.key(head + 1)));
        }
    }
}

fn intent(key: String, sequence: u64, record: Record) -> Option<Intent> {
    let Body::Intent(decided) = record.body else { return None };
    Some(Intent { key, sequence, id: record.record_id, recorded: decided.times.recorded })
}

/// The record and its digest, if its bytes are exactly what was written.
fn read(key: &str, bytes: &[u8]) -> Result<(Record, String), Defect> {
    let sound = || {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let sha256 = canonical::digest(&value).ok()?;
        let same = canonical::canonical(&value).ok()? == bytes && value.get(DIGEST)?.as_str()? == sha256;
        same.then_some((value, sha256))
    };
    let (value, sha256) = sound().ok_or_else(|| Defect::Altered(key.to_owned()))?;
    let record: Option<Record> = serde_json::from_value(value).ok();
    let record = record.filter(|record| record.schema == SCHEMA).ok_or_else(|| Defect::Foreign(key.to_owned()))?;
    Ok((record, sha256))
}
