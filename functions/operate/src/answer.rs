//! What goes out.

use remediation::AwsError;
use serde::Serialize;
use serde_json::{Value, json};

/// An action that was done.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    /// The action.
    pub(crate) action: &'static str,
    /// What came of it.
    pub(crate) result: Value,
    /// The key of its record; nothing for a look.
    pub(crate) evidence: Option<String>,
}

/// Why an action was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// HTTP.
    pub(crate) status: u16,
    /// What is wrong, and what to do.
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self { status: 400, message: message.into() }
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self { status: 403, message: message.into() }
    }

    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self { status: 404, message: message.into() }
    }

    /// It can't be done as things are now.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self { status: 409, message: message.into() }
    }
}

impl From<AwsError> for Refusal {
    fn from(error: AwsError) -> Self {
        tracing::error!("{error}");
        Self { status: 500, message: format!("{error}; nothing is certain, look with `show` and try again") }
    }
}

/// As a function URL answers.
pub(crate) fn over_http(answer: Result<Answer, Refusal>) -> Value {
    let (status, body) = match answer {
        Ok(answer) => (200, json!(answer)),
        Err(refusal) => (refusal.status, json!({"error": refusal.message})),
    };
    json!({
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": body.to_string(),
    })
}

/// As a direct invocation answers.
pub(crate) fn plain(answer: Result<Answer, Refusal>) -> Value {
    match answer {
        Ok(answer) => json!(answer),
        Err(refusal) => json!({"error": refusal.message}),
    }
}
