//! Who would be stopped if the guardrail were enforced, or blocked.

use super::assess::Judged;

/// How many principals are named; all of them are in the evidence.
const NAMED: usize = 20;

impl Judged<'_> {
    /// What keeps from stopping callers; nothing: all may apply the guardrail.
    pub(super) fn callers(&self) -> Option<String> {
        let Some(callers) = &self.seen.callers else {
            return Some("who may apply it was not read".to_owned());
        };
        let all: Vec<_> = callers.stopped.iter().chain(&callers.unsure).collect();
        if all.is_empty() {
            return None;
        }
        let mut shown: Vec<String> = callers.stopped.iter().map(|each| each.arn.clone()).collect();
        shown.extend(callers.unsure.iter().map(|each| format!("{} (perhaps)", each.arn)));
        if shown.len() > NAMED {
            let more = shown.len() - NAMED;
            shown.truncate(NAMED);
            shown.push(format!("and {more} more"));
        }
        Some(format!(
            "{} may use models and not surely apply the guardrail (bedrock:ApplyGuardrail), so Bedrock would refuse them: {}. \
             Allow it to them without a condition. Permissions boundaries, service control policies, the guardrail's own policy \
             and callers of other accounts are not looked at; \"perhaps\": under a condition, or by a policy that could not be read",
            all.len(),
            shown.join(", ")
        ))
    }
}
