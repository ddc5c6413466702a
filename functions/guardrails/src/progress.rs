//! What this process has done to a guardrail, as far as AWS doesn't tell: what was published for a plan that is not through,
//! and what is proven.

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
    /// What the draft said when it was proven.
    pub(crate) proven_draft: Option<Value>,
    /// The version that was proven; it stays what it is.
    pub(crate) proven_version: Option<String>,
}

impl Guardrails {
    /// Looks at, or changes, what was done to a guardrail.
    pub(crate) fn progress<T>(&self, at: &GuardrailId, with: impl FnOnce(&mut Progress) -> T) -> T {
        with(self.progress.borrow_mut().entry(at.clone()).or_default())
    }
}
