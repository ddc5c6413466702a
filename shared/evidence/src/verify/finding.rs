//! What the check can find, and how it says so.

use std::fmt;

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Not a record at all: its key names no place in a chain, or its members are not those of a record.
    Foreign(String),
    /// The bytes are not those that were written.
    Altered(String),
    /// It is the record of another place than the one that its key names.
    Misplaced(String),
    /// Records are missing.
    Missing {
        /// The key of the first.
        first: String,
        /// The key of the last.
        last: String,
    },
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
    /// No heads: neither the loss of a chain's last records nor that of a whole chain would show.
    TailUnproven,
    /// Records were written after the heads were exported, or by a run that had not ended then.
    AfterHead(String),
    /// The ledger did not know this chain when the heads were exported.
    UnknownToLedger(String),
    /// An intent so young that its run may not have ended when the bundle was exported.
    Running(String),
    /// A run was cut off; a later one has recorded how it ended.
    Recovered {
        /// The outcome's key.
        key: String,
        /// What it says.
        outcome: String,
    },
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign(key) => write!(f, "not a record: {key}"),
            Self::Altered(key) => write!(f, "altered (its bytes are not those that were written): {key}"),
            Self::Misplaced(key) => write!(f, "misplaced (it is the record of another place): {key}"),
            Self::Missing { first, last } if first == last => write!(f, "missing: {first}"),
            Self::Missing { first, last } => write!(f, "missing, and all between them: {first}, {last}"),
            Self::Broken(key) => write!(f, "broken chain (it does not follow from the record before it): {key}"),
            Self::TailLost { last_known } => {
                write!(f, "missing at the end of the chain: the ledger knew {last_known}")
            }
            Self::HeadDiffers(key) => write!(f, "replaced (the ledger knew another record there): {key}"),
            Self::IntentWithoutOutcome(key) => write!(f, "intent without outcome: {key}"),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TailUnproven => f.write_str(
                "no heads.json: whether a chain, or records at the end of one, are missing or replaced can't be told",
            ),
            Self::AfterHead(key) => {
                write!(f, "written after the heads were exported, or by a run that had not ended then, from: {key}")
            }
            Self::UnknownToLedger(stream) => write!(
                f,
                "the ledger did not know the chain {stream} when the heads were exported: its end is unproven"
            ),
            Self::Running(key) => write!(f, "its run may not have ended yet; export again later: {key}"),
            Self::Recovered { key, outcome } => write!(
                f,
                "a run was cut off between its intent and its outcome; a later one read the live state and recorded `{outcome}`: {key}"
            ),
        }
    }
}
