//! A guardrail that is gone.

use serde_json::json;

use super::document::{FILTER, to_update};
use super::filter;
use super::observation::OURS;
use super::plan::{Desired, made_again_name};
use super::step::Step;
use crate::control::GUARDRAILS_PRESENT;
use crate::decision::Violation;
use crate::redacted::Redacted;

/// The violation of a guardrail that is gone.
#[must_use]
pub fn absent(desired: &Desired<'_>, made_again: Option<&str>) -> Violation<Step> {
    let person = |advice: String| Violation::person(&GUARDRAILS_PRESENT, advice);
    if let Some(id) = made_again {
        return person(format!(
            "the guardrail is not there; {id} was made in its place, with the baseline's filter alone: add what else it \
             needs, name it in GuardrailIds and EnforcedGuardrail instead, and let callers use it"
        ));
    }
    if !desired.recreate {
        return person(
            "the guardrail is not there, and the deployment does not say that it is made again (RecreateGuardrails): make \
             another and name it in GuardrailIds"
                .to_owned(),
        );
    }
    let Ok(merged) = filter::merge(None, desired.baseline, desired.baseline.raise_to_block) else {
        return person("the guardrail is not there, and the baseline has no room in a new one".to_owned());
    };
    let stopped = "This message was stopped: it holds sensitive information.";
    let document = json!({
        "name": made_again_name(desired.id),
        "description": format!("{OURS}made this in the place of {}.", desired.id),
        "blockedInputMessaging": stopped,
        "blockedOutputsMessaging": stopped,
        FILTER: merged.policy,
    });
    match to_update(&document) {
        Ok(document) => {
            let create = Step::Create { document: Redacted::new(document.to_string()) };
            Violation::steps(&GUARDRAILS_PRESENT, vec![create])
                .losing("what the deleted guardrail had besides the baseline's filter is lost: find out who deleted it")
        }
        Err(problem) => person(format!("the guardrail is not there, and can't be made again: {problem}")),
    }
}
