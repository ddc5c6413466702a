//! What this process has done to a guardrail, as far as AWS doesn't tell: what was published for a plan that is not through,
//! and what is proven.

use policy::guardrails::Target;
use serde_json::Value;

use crate::Guardrails;
use crate::resource::GuardrailId;

/// Of one guardrail.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The version that the plan at hand has made.
    pub(crate) published: Option<String>,
    /// The draft was written, and not proven since.
    pub(crate) unproven: bool,
    /// What was proven: a version, and what it said then.
    pub(crate) proven: Option<(Target, Value)>,
}

impl Guardrails {
    /// Looks at, or changes, what was done to a guardrail.
    pub(crate) fn progress<T>(&self, at: &GuardrailId, with: impl FnOnce(&mut Progress) -> T) -> T {
        with(self.progress.borrow_mut().entry(at.clone()).or_default())
    }
}
