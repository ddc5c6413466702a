//! Whether a guardrail may take the place of another without anything becoming weaker.

use serde_json::Value;

use super::document::{FILTER, content};
use super::filter;

/// Strengths, the weakest first.
const STRENGTHS: [&str; 4] = ["NONE", "LOW", "MEDIUM", "HIGH"];
/// Texts that a guardrail answers with: no matter of strength.
const ANSWERS: [&str; 2] = ["blockedInputMessaging", "blockedOutputsMessaging"];
const FILTER_CONFIG: &str = "sensitiveInformationPolicyConfig";

/// Whether all that the old one does the new one does too. What can't be compared does not cover.
pub(super) fn covers(new: &Value, old: &Value) -> bool {
    let (Some(new_content), Some(old_content)) = (content(new), content(old)) else { return false };
    let (Some(new_members), Some(old_members)) = (new_content.as_object(), old_content.as_object()) else {
        return false;
    };
    let compared = |name: &str| name != FILTER_CONFIG && !ANSWERS.contains(&name);
    let rest = old_members.iter().filter(|(name, _)| compared(name));
    filter::covers(new.get(FILTER), old.get(FILTER))
        && rest.into_iter().all(|(name, old)| new_members.get(name).is_some_and(|new| value(name, new, old)))
}

fn value(name: &str, new: &Value, old: &Value) -> bool {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            old.iter().all(|(name, old)| new.get(name).is_some_and(|new| value(name, new, old)))
        }
        (Value::Array(new), Value::Array(old)) => old.iter().all(|old| new.iter().any(|new| value(name, new, old))),
        (Value::String(new), Value::String(old)) if name.ends_with("Strength") => {
            let rank = |text: &String| STRENGTHS.iter().position(|strength| strength == text);
            new == old || rank(new).zip(rank(old)).is_some_and(|(new, old)| new >= old)
        }
        (Value::Number(new), Value::Number(old)) => new.as_f64() >= old.as_f64(),
        (Value::Bool(new), Value::Bool(old)) => *new || !old,
        (new, old) => new == old,
    }
}
