//! What is looked after: guardrails, by their ids.

use std::fmt;

const PREFIX: &str = "guardrail:";

/// The id of a guardrail. As a resource it is `guardrail:ID`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GuardrailId(String);

impl GuardrailId {
    /// Takes an id, or the ARN of a guardrail, unless no guardrail can have it (GetGuardrail, API reference).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let id = match text.split_once(":guardrail/") {
            Some((_, id)) => id,
            None => text,
        };
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        ((1..=64).contains(&id.len()) && id.bytes().all(allowed)).then(|| Self(id.to_owned()))
    }

    /// The one of that resource id, as [`Display`](fmt::Display) writes it.
    #[must_use]
    pub fn of_resource(id: &str) -> Option<Self> {
        id.strip_prefix(PREFIX).filter(|id| !id.contains(':')).and_then(Self::parse)
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GuardrailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}
