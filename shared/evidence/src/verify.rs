//! The check of a bundle: hashes, chains, gaps, intents without outcome.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::bundle::{Bundle, Chain, Head};
use crate::canonical::{self, DIGEST};
use crate::record::SCHEMA;
use crate::stream::Stream;

/// What the check found.
#[derive(Debug, Default)]
pub struct Report {
    /// How many records there are.
    pub records: usize,
    /// How many chains.
    pub chains: usize,
    /// What must not be; none: the bundle is sound.
    pub defects: Vec<Defect>,
    /// What an auditor should know.
    pub notes: Vec<Note>,
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Not a record at all.
    Foreign(String),
    /// The bytes are not those that were written.
    Altered(String),
    /// It says that it is another link than the one that its key names.
    Misplaced(String),
    /// A record is missing.
    Missing(String),
    /// It does not follow from the record before it.
    Broken(String),
    /// Records after the last one here are missing.
    TailLost {
        /// The key of the record that the ledger knew last.
        last_known: String,
    },
    /// The record that the ledger knew last is another one.
    HeadDiffers(String),
    /// Nothing says how it ended.
    IntentWithoutOutcome(String),
}

/// Something that an auditor should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// No heads: the loss of a chain's last records would not show.
    TailUnproven,
    /// Records were written after the heads were exported, or their run has not ended.
    AfterHead(String),
    /// The ledger did not know this chain when the heads were exported.
    UnknownToLedger(String),
    /// A run was cut off; a later one has recorded how it ended.
    Recovered {
        /// The outcome's key.
        key: String,
        /// What it says.
        outcome: String,
    },
}

/// Checks a bundle.
#[must_use]
pub fn verify(bundle: &Bundle) -> Report {
    let (streams, foreign) = bundle.streams();
    let mut report = Report { records: bundle.records.len(), chains: streams.len(), ..Report::default() };
    report.defects.extend(foreign.into_iter().map(|key| Defect::Foreign(key.to_owned())));
    let mut heads: BTreeMap<&str, &Head> = BTreeMap::new();
    match &bundle.heads {
        Some(known) => heads.extend(known.heads.iter().map(|head| (head.stream.as_str(), head))),
        None => report.notes.push(Note::TailUnproven),
    }
    for (stream, records) in &streams {
        let head = heads.remove(stream.as_str());
        if head.is_none() && bundle.heads.is_some() {
            report.notes.push(Note::UnknownToLedger(stream.to_string()));
        }
        Check { stream, head, report: &mut report }.check(records);
    }
    // Chains of which nothing is left.
    for head in heads.into_values() {
        let last_known = format!("evidence/{}/{:08}.json", head.stream, head.sequence);
        report.defects.push(Defect::TailLost { last_known });
    }
    report
}

struct Check<'a> {
    stream: &'a Stream,
    head: Option<&'a Head>,
    report: &'a mut Report,
}

/// What the next record is compared with.
struct Last {
    sequence: u64,
    sha256: Option<String>,
    open_intent: Option<String>,
}

impl Check<'_> {
    fn check(mut self, records: &Chain<'_>) {
        let mut last = Last { sequence: 0, sha256: None, open_intent: None };
        for (sequence, bytes) in records {
            for missing in last.sequence + 1..*sequence {
                self.report.defects.push(Defect::Missing(self.stream.key(missing)));
            }
            let whole = last.sequence + 1 == *sequence;
            let key = self.stream.key(*sequence);
            let record = self.read(&key, bytes);
            let record = record.filter(|record| self.in_place(&key, *sequence, record));
            if let Some(record) = &record {
                let previous = record.pointer("/chain/previous").and_then(Value::as_str);
                let known = whole && (last.sha256.is_some() || last.sequence == 0);
                if known && previous != last.sha256.as_deref() {
                    self.report.defects.push(Defect::Broken(key.clone()));
                }
            }
            let open = last.open_intent.take();
            self.follow(open, &key, record.as_ref(), whole);
            let text = |name: &str| record.as_ref().and_then(|record| record.get(name)?.as_str()).map(str::to_owned);
            last = Last {
                sequence: *sequence,
                sha256: text(DIGEST),
                open_intent: (text("kind").as_deref() == Some("intent")).then_some(key),
            };
            self.compare_with_head(&last);
        }
        if let Some(intent) = last.open_intent {
            self.report.defects.push(Defect::IntentWithoutOutcome(intent));
        }
        match self.head {
            Some(head) if head.sequence > last.sequence => {
                self.report.defects.push(Defect::TailLost { last_known: self.stream.key(head.sequence) });
            }
            Some(head) if head.sequence < last.sequence => {
                self.report.notes.push(Note::AfterHead(self.stream.key(head.sequence + 1)));
            }
            _ => {}
        }
    }

    /// The record, if its bytes are exactly what was written.
    fn read(&mut self, key: &str, bytes: &[u8]) -> Option<Value> {
        let read = || {
            let record: Value = serde_json::from_slice(bytes).ok()?;
            let sound = record.get("schema")?.as_str()? == SCHEMA
                && canonical::canonical(&record).ok()? == bytes
                && record.get(DIGEST)?.as_str()? == canonical::digest(&record).ok()?;
            sound.then_some(record)
        };
        let record = read();
        if record.is_none() {
            self.report.defects.push(Defect::Altered(key.to_owned()));
        }
        record
    }

    fn in_place(&mut self, key: &str, sequence: u64, record: &Value) -> bool {
        let stream = record.pointer("/chain/stream").and_then(Value::as_str);
        let number = record.pointer("/chain/sequence").and_then(Value::as_u64);
        let right = stream == Some(self.stream.as_str()) && number == Some(sequence);
        if !right {
            self.report.defects.push(Defect::Misplaced(key.to_owned()));
        }
        right
    }

    /// An intent is followed by its outcome. What can't be read, or is missing, is named already.
    fn follow(&mut self, intent: Option<String>, key: &str, record: Option<&Value>, whole: bool) {
        let Some(record) = record else { return };
        let outcome = record.get("kind").and_then(Value::as_str) == Some("outcome");
        match intent {
            Some(intent) if whole && !outcome => self.report.defects.push(Defect::IntentWithoutOutcome(intent)),
            _ => {}
        }
        if outcome && record.get("recovered").is_some_and(Value::is_string) {
            let outcome = record.get("outcome").and_then(Value::as_str).unwrap_or("unknown").to_owned();
            self.report.notes.push(Note::Recovered { key: key.to_owned(), outcome });
        }
    }

    fn compare_with_head(&mut self, last: &Last) {
        let differs = self.head.is_some_and(|head| {
            head.sequence == last.sequence && last.sha256.as_ref().is_some_and(|sha256| *sha256 != head.sha256)
        });
        if differs {
            self.report.defects.push(Defect::HeadDiffers(self.stream.key(last.sequence)));
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign(key) => write!(f, "not a record: {key}"),
            Self::Altered(key) => write!(f, "altered (its bytes are not those that were written): {key}"),
            Self::Misplaced(key) => write!(f, "misplaced (it is the record of another place): {key}"),
            Self::Missing(key) => write!(f, "missing: {key}"),
            Self::Broken(key) => write!(f, "broken chain (it does not follow from the record before it): {key}"),
            Self::TailLost { last_known } => {
                write!(f, "missing at the end of the chain: the ledger knew {last_known}")
            }
            Self::HeadDiffers(key) => write!(f, "the ledger knew another record there: {key}"),
            Self::IntentWithoutOutcome(key) => write!(f, "intent without outcome: {key}"),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TailUnproven => {
                f.write_str("no heads.json: that no record is missing at the end of a chain is unproven")
            }
            Self::AfterHead(key) => {
                write!(f, "written after the heads were exported, or by a run that has not ended, from: {key}")
            }
            Self::UnknownToLedger(stream) => write!(f, "the ledger did not know the chain {stream}"),
            Self::Recovered { key, outcome } => write!(
                f,
                "a run was cut off between its intent and its outcome; a later one read the live state and recorded `{outcome}`: {key}"
            ),
        }
    }
}
