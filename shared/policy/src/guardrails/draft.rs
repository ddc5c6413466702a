//! The working draft with the baseline merged in.

use super::document::{FILTER, to_update};
use super::filter::{self, Obstacle};
use super::observation::GuardrailObservation;
use super::plan::{Desired, Guardrail};
use super::step::Step;
use crate::baseline::MAX_REGEXES;
use crate::redacted::Redacted;

/// What the draft is, and what it would be.
pub(super) struct Draft {
    /// In GetGuardrail's form, with the baseline merged in.
    pub(super) merged: Guardrail,
    /// In UpdateGuardrail's form.
    pub(super) update: Redacted<String>,
    /// The step that writes it; none: it is so.
    pub(super) write: Option<Step>,
}

/// What the draft would be; or why it is not written.
pub(super) fn draft(desired: &Desired<'_>, seen: &GuardrailObservation, block: bool) -> Result<Draft, String> {
    let Some(Guardrail(mut document)) = Guardrail::of(&seen.draft) else {
        return Err("the working draft can't be understood".to_owned());
    };
    let unknown =
        |what| format!("the working draft is not written, as something might be lost: {what}. Update Phiward");
    let merged = filter::merge(document.get(FILTER), desired.baseline, block).map_err(obstacle)?;
    if let Some(members) = document.as_object_mut().filter(|_| merged.changed) {
        members.insert(FILTER.to_owned(), merged.policy);
    }
    let update = Redacted::new(to_update(&document).map_err(unknown)?.to_string());
    let write =
        merged.changed.then(|| Step::UpdateDraft { expected: seen.draft.document.clone(), document: update.clone() });
    Ok(Draft { merged: Guardrail(document), update, write })
}

fn obstacle(obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::NoRoom => format!(
            "the guardrail has no room for the baseline's regexes (Bedrock takes {MAX_REGEXES}), so nothing was written: \
             remove some of the others, then they are added"
        ),
        Obstacle::Unknown(name) => format!(
            "what the guardrail does about {name} is not a known word, so it is neither taken for strict nor overwritten: \
             look at it, and update Phiward"
        ),
    }
}
