//! Who would be stopped by an enforcement: whoever may use models and may not apply the guardrail.

use super::observation::Callers;
use crate::principals::{Access, Principal, Question};

/// Who may use models of this Region?
#[must_use]
pub fn invoke_question(partition: &str, region: &str, account: &str) -> Question {
    let arns = |kind: &str| vec![format!("arn:{partition}:bedrock:{region}:{account}:{kind}/*")];
    let models = vec![format!("arn:{partition}:bedrock:{region}::foundation-model/*")];
    let resources = vec![models, arns("inference-profile"), arns("application-inference-profile")];
    Question { action: "bedrock:InvokeModel".to_owned(), resources }
}

/// Who may apply the guardrail?
#[must_use]
pub fn apply_question(arn: &str) -> Question {
    Question { action: "bedrock:ApplyGuardrail".to_owned(), resources: vec![vec![arn.to_owned()]] }
}

/// Those who may do the first and not, or perhaps not, the second.
#[must_use]
pub fn stopped(invoking: &[Principal], applying: &[Principal]) -> Callers {
    let mut callers = Callers::default();
    for principal in invoking {
        match applying.iter().find(|other| other.arn == principal.arn).map(|other| other.access) {
            Some(Access::Yes) => {}
            Some(Access::Perhaps) => callers.unsure.push(principal.clone()),
            Some(Access::No) | None => callers.stopped.push(principal.clone()),
        }
    }
    callers
}
