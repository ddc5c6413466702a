//! What one source said.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Word;
use crate::findings::Violating;
use crate::moment::Moment;

/// What one source said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Part {
    /// Who was asked: a duty, AWS Config, AWS Artifact, a person…
    pub source: String,
    /// Of what: the control's id, the managed rule's, the attestation's.
    pub name: String,
    /// What must be so.
    pub asks: String,
    /// The answer.
    pub answer: Word,
    /// Why, and what to do.
    pub says: String,
    /// How many resources violate it.
    pub violating: u64,
    /// The first of them.
    #[schemars(with = "Vec<schema::Violation>")]
    pub violations: Vec<Violating>,
    /// How many violate it and are exempt: `says` names who answers for them, and until when.
    pub exempt: u64,
    /// When it was asked; of an attestation, when it was made.
    pub at: Option<Moment>,
    /// Whether the box's answer depends on it; an alternative to another source that already holds does not.
    pub counts: bool,
}

mod schema {
    /// A resource that violates what must be so.
    #[derive(schemars::JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used: findings know nothing of schemas")]
    #[schemars(deny_unknown_fields)]
    pub(super) struct Violation {
        /// Its id, free of PHI.
        resource: String,
        /// What is wrong and what to do, or what would be repaired.
        says: String,
    }
}

impl Part {
    pub(super) fn new(source: &str, name: impl Into<String>, asks: impl Into<String>) -> Self {
        Self {
            source: source.to_owned(),
            name: name.into(),
            asks: asks.into(),
            answer: Word::Unknown,
            says: String::new(),
            violating: 0,
            violations: Vec::new(),
            exempt: 0,
            at: None,
            counts: true,
        }
    }

    pub(super) fn asked(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.at = at.map(Moment);
        self
    }

    pub(super) fn say(mut self, answer: Word, says: impl Into<String>) -> Self {
        self.answer = answer;
        self.says = says.into();
        self
    }

    pub(super) fn violated(mut self, count: u64, first: Vec<Violating>) -> Self {
        self.violating = count;
        self.violations = first;
        self
    }
}

impl Part {
    /// Whether a person was asked.
    #[must_use]
    pub fn is_attestation(&self) -> bool {
        self.source == ATTESTATION
    }
}

/// What an attestation is called among the sources.
pub(super) const ATTESTATION: &str = "Attestation";
