//! What was decided about one control of one resource.

use chrono::{DateTime, Utc};
use policy::{Control, Mode, Outcome};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::held::Held;
use crate::time::{millis, millis_option};

/// A decision about one control of one resource.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// The `record_id` of the intent that this is the outcome of.
    pub intent_id: Option<String>,
    /// The duty.
    pub duty: String,
    /// The rule, with its citation.
    pub control: ControlRef,
    /// What it is about.
    pub resource: ResourceRef,
    /// The effective mode.
    #[schemars(with = "String", extend("enum" = ["off", "detect", "enforce"]))]
    pub mode: Mode,
    /// What kept a repair from being made.
    pub held: Option<Held>,
    /// How it ended; `null` in an intent. `failed` with the code `Interrupted`: the run that wrote the intent was cut off
    /// and what it changed had no effect.
    #[schemars(with = "Option<String>", extend("enum" = [
        null, "compliant", "remediated", "detected", "reported", "exempt", "escalated", "failed"]))]
    pub outcome: Option<Outcome>,
    /// The state that was found.
    pub before: Value,
    /// The steps.
    pub plan: Vec<Value>,
    /// What a person must do, or must know.
    pub person: Vec<String>,
    /// Of that, what is lost for good: no repair brings it back. Absent: nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<String>,
    /// The state that was read back.
    pub after: Option<Value>,
    /// Why it failed.
    pub error: Option<Cut>,
    /// What led to it.
    pub event: Cause,
    /// When.
    pub times: Times,
    /// By which baseline.
    pub baseline: BaselineUsed,
    /// The key of the record whose before-state an operator has ordered to be restored.
    pub undo_of: Option<String>,
    /// The invocation that was cut off between the intent and this outcome, which a later one has recorded.
    pub recovered: Option<String>,
    /// Of what happens and can't be read again: how often it has happened since the record before this one, this time included.
    /// Absent: the record is about a state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrences: Option<u64>,
}

/// The rule of the baseline.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ControlRef {
    /// `<duty>.<rule>`.
    pub id: String,
    /// What must be so.
    pub title: String,
    /// The step of the Bedrock HIPAA guide, `S1` to `S7`.
    pub step: String,
    /// The paragraph of the HIPAA Security Rule.
    pub citation: String,
    /// How much a violation matters.
    #[schemars(with = "String", extend("enum" = ["informational", "low", "medium", "high", "critical"]))]
    pub severity: policy::Severity,
}

impl From<&Control> for ControlRef {
    fn from(control: &Control) -> Self {
        Self {
            id: control.id.to_owned(),
            title: control.title.to_owned(),
            step: control.step.to_owned(),
            citation: control.citation.to_owned(),
            severity: control.severity,
        }
    }
}

/// The resource of a record.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ResourceRef {
    /// Its id, free of PHI.
    pub id: String,
}

/// The event that led to a decision.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// EventBridge's id.
    pub id: String,
    /// `PutBucketPolicy`, `Macie Finding`, `Sweep`.
    pub name: String,
    /// `s3.amazonaws.com`, `aws.macie`, `schedule`.
    pub source: String,
    /// When it happened.
    #[serde(serialize_with = "millis")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub time: DateTime<Utc>,
    /// The ARN of who did it, if a CloudTrail record says so.
    pub actor: Option<String>,
}

/// The times of a decision.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Times {
    /// When the event happened.
    #[serde(serialize_with = "millis")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub event: DateTime<Utc>,
    /// When the violation was seen.
    #[serde(serialize_with = "millis")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub seen: DateTime<Utc>,
    /// When the repair was verified.
    #[serde(serialize_with = "millis_option")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub repaired: Option<DateTime<Utc>>,
    /// When this record was made.
    #[serde(serialize_with = "millis")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub recorded: DateTime<Utc>,
}

/// Which baseline was in force.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BaselineUsed {
    /// SHA-256 of its text.
    pub digest: String,
    /// `compiled`, or the S3 object that replaced it.
    pub source: String,
}

/// Why a repair failed.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Cut {
    /// AWS's code, or ours.
    pub code: String,
    /// What failed, free of PHI.
    pub message: String,
}
