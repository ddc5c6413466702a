//! The check of a bundle: digests, chains, gaps, intents without outcome.

mod chain;
mod finding;

use std::collections::BTreeMap;

pub use finding::{Defect, Note};

use crate::bundle::{Bundle, Head};
use crate::record::parse_time;
use crate::stream;
use chain::{Check, Ledger};

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

/// Checks a bundle.
#[must_use]
pub fn verify(bundle: &Bundle) -> Report {
    let (streams, foreign) = bundle.streams();
    let mut report =
        Report { records: bundle.records.len() - foreign.len(), chains: streams.len(), ..Report::default() };
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
        let exported = bundle.heads.as_ref().and_then(|heads| parse_time(&heads.exported));
        Check { stream, ledger: Ledger { head, exported }, report: &mut report }.check(records);
    }
    // Chains of which nothing is left.
    for head in heads.into_values() {
        report.defects.push(Defect::TailLost { last_known: stream::key(&head.stream, head.sequence) });
    }
    report
}
