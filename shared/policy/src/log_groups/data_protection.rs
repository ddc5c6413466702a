//! Masking (45 CFR 164.312(a)(1)).
//!
//! CloudWatch Logs User Guide, "Help protect sensitive log data with masking": a policy has one statement that audits and
//! one that masks, in this order, with the same list of data identifiers; custom ones are defined in `Configuration`. All
//! that others have put into it stays: their identifiers, findings destinations, name, description.

mod document;

use serde_json::Value;

use super::assess::{Desired, lacking};
use super::observation::GroupObservation;
use super::step::Step;
use crate::baseline::MAX_CUSTOM;
use crate::control::LOG_GROUPS_DATA_PROTECTION;
use crate::decision::Violation;
use crate::redacted::Redacted;
use document::{Document, Wanted};

/// The longest policy that CloudWatch Logs takes, in characters (PutDataProtectionPolicy, API reference).
const MAX_CHARACTERS: usize = 30_720;
const ACTIVATED: &str = "ACTIVATED";

pub(super) fn assess(desired: &Desired<'_>, seen: &GroupObservation) -> Option<Violation<Step>> {
    let person = |advice: String| Some(Violation::person(&LOG_GROUPS_DATA_PROTECTION, advice));
    if let Some(advice) = lacking(seen) {
        return person(advice);
    }
    let put = |document: Redacted<String>| {
        let step = Step::PutDataProtection { expected: seen.data_protection.clone(), document };
        Some(Violation::steps(&LOG_GROUPS_DATA_PROTECTION, vec![step]))
    };
    let Some(text) = &seen.data_protection else { return put(fresh(desired)) };
    let Some(current) = Document::parse(text.expose()) else {
        return person(
            "the data-protection policy can't be understood, so nothing was added to it: give it one statement that audits \
             and one that masks"
                .to_owned(),
        );
    };
    let merged = current.with(&wanted(desired));
    // No status: AWS shows the policy, so there is one.
    let in_force = seen.data_protection_status.as_deref().is_none_or(|status| status == ACTIVATED);
    if merged == current && in_force {
        return None;
    }
    if merged.custom_identifiers() > MAX_CUSTOM {
        return person(format!(
            "the data-protection policy has no room for the baseline's custom data identifiers (CloudWatch Logs takes \
             {MAX_CUSTOM}): remove some of the others, then they are added"
        ));
    }
    let document = if merged == current { text.expose().clone() } else { merged.to_text() };
    if document.chars().count() > MAX_CHARACTERS {
        return person(format!(
            "the data-protection policy has no room for the baseline's data identifiers (CloudWatch Logs takes \
             {MAX_CHARACTERS} characters): shorten it, then they are added"
        ));
    }
    put(Redacted::new(document))
}

/// The policy for a group that has none.
pub(super) fn fresh(desired: &Desired<'_>) -> Redacted<String> {
    Redacted::new(Document::empty().with(&wanted(desired)).to_text())
}

fn wanted<'a>(desired: &Desired<'a>) -> Wanted<'a> {
    Wanted {
        partition: desired.partition,
        managed: &desired.baseline.identifiers,
        custom: &desired.baseline.custom_identifiers,
    }
}

/// Whether two policies say the same, whatever the order of their members.
#[must_use]
pub fn same(left: Option<&str>, right: Option<&str>) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    match (left, right) {
        (Some(left), Some(right)) => left == right || (read(left).is_some() && read(left) == read(right)),
        (left, right) => left == right,
    }
}

/// Whether the policy sends its findings anywhere.
#[must_use]
pub fn sends_findings(document: &str) -> bool {
    Document::parse(document).is_some_and(|document| document.sends_findings())
}
