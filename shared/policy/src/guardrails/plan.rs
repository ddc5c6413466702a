//! What a guardrail is to be like, and what has to be read to decide.

use serde_json::Value;

use super::filter;
use super::observation::{Enforcement, GuardrailObservation, Numbered, Text};
use crate::baseline;

/// What a guardrail must be like.
#[derive(Clone, Debug)]
pub struct Desired<'a> {
    /// Its id.
    pub id: &'a str,
    /// The baseline's rules for guardrails.
    pub baseline: &'a baseline::Guardrails,
    /// The digest of the whole baseline; versions tell it.
    pub digest: &'a str,
    /// Whether the deployment says that it is enforced.
    pub enforced: bool,
    /// Whether the deployment says that it is made again when it was deleted.
    pub recreate: bool,
}

/// What is read only where it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The list of versions, and the newest one if it is not the one in force.
    pub versions: bool,
    /// Who may use models, and who may apply the guardrail.
    pub callers: bool,
}

/// What has still to be read, after the draft, the enforcement and the version in force.
#[must_use]
pub fn needs(desired: &Desired<'_>, seen: &GuardrailObservation) -> Needs {
    let enforces = desired.enforced && seen.enforcement == Enforcement::None;
    let draft = Guardrail::of(&seen.draft);
    let in_force = seen.in_force.as_ref().and_then(|version| Guardrail::of(&version.text));
    let blocks = desired.baseline.raise_to_block
        && [&draft, &in_force].into_iter().any(|text| text.as_ref().is_none_or(|text| text.would_block(desired)));
    let callers = enforces || blocks;
    // Whether it may block is not known yet: what a version would need at most decides.
    let fine = in_force.is_some_and(|version| version.does(desired, desired.baseline.raise_to_block));
    Needs { versions: enforces || !fine, callers }
}

/// The name of the guardrail that takes the place of a deleted one. No two have the same.
#[must_use]
pub fn made_again_name(id: &str) -> String {
    format!("phiward-{}", id.chars().take(40).collect::<String>())
}

/// A guardrail as its JSON says it.
pub(super) struct Guardrail(pub(super) Value);

impl Guardrail {
    pub(super) fn of(text: &Text) -> Option<Self> {
        serde_json::from_str(text.document.expose()).ok().filter(Value::is_object).map(Self)
    }

    pub(super) fn of_version(version: Option<&Numbered>) -> Option<Self> {
        version.and_then(|version| Self::of(&version.text))
    }

    pub(super) fn filter(&self) -> Option<&Value> {
        self.0.get(super::document::FILTER)
    }

    /// Whether nothing could be merged into it.
    pub(super) fn does(&self, desired: &Desired<'_>, block: bool) -> bool {
        filter::merge(self.filter(), desired.baseline, block).is_ok_and(|merged| !merged.changed)
    }

    /// Whether something would be made to block.
    fn would_block(&self, desired: &Desired<'_>) -> bool {
        let merged = |block| filter::merge(self.filter(), desired.baseline, block).ok().map(|merged| merged.policy);
        merged(true) != merged(false)
    }

    /// Such policies make every invocation fail that an enforced guardrail is applied to.
    pub(super) fn reasons(&self) -> bool {
        let policies = self.0.pointer("/automatedReasoningPolicy/policies").and_then(Value::as_array);
        policies.is_some_and(|policies| !policies.is_empty())
    }
}
