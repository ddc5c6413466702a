//! The duty `guardrails`: the sensitive-information filter of guardrails is at least as strong as the baseline.

use futures_util::stream::{self, Stream};
use policy::Violation;
use remediation::{Duty, Parts, ReadError, Repair, Scope, SettingError, Signal, WriteError};

/// The duty with its clients.
pub struct Guardrails;

impl Guardrails {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub const fn new(_: &Parts<'_>) -> Result<Self, SettingError> {
        Ok(Self)
    }
}

impl Duty for Guardrails {
    const NAME: &'static str = "guardrails";
    type Resource = String;
    type Observation = String;
    type Step = String;

    fn resource(&self, _: &str) -> Option<String> {
        None
    }

    fn scope(&self, _: &Signal) -> Scope<String> {
        Scope::Nothing("not an event that this duty looks after")
    }

    fn list(&self) -> impl Stream<Item = Result<String, ReadError>> {
        stream::empty()
    }

    async fn observe(&self, _: &String) -> Result<Option<String>, ReadError> {
        Ok(None)
    }

    fn assess(&self, _: &String, _: &String) -> Vec<Violation<String>> {
        Vec::new()
    }
}

impl Repair for Guardrails {
    async fn apply(&self, _: &String, _: &String) -> Result<(), WriteError> {
        Ok(())
    }
}
