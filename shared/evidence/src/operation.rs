//! What an operator has told Phiward.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::time::millis;

/// What a person told Phiward.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// `exempt`, `revoke`, `undo`, `release`, `pause`, `resume`, `reset-budget`.
    pub action: String,
    /// The ARN of the caller, as Lambda has authenticated it.
    pub actor: String,
    /// The request, as it was accepted.
    pub request: Value,
    /// What it changed: the earlier state of what it replaced, if there was one.
    pub before: Option<Value>,
    /// When.
    pub times: OperationTimes,
}

/// The time of an operation.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OperationTimes {
    /// When this record was made.
    #[serde(serialize_with = "millis")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub recorded: DateTime<Utc>,
}
