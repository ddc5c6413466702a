//! One immutable record of one decision, or of one action of an operator.

use chrono::{DateTime, SecondsFormat, Utc};
use policy::{Control, Mode, Outcome};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::canonical::{self, DIGEST};
use crate::stream::Stream;

/// The form of the records; a change that readers must know of gets a new number.
pub const SCHEMA: &str = "phiward-evidence/1";

/// A record.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// The form of this record: `phiward-evidence/1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// Unique.
    pub record_id: String,
    /// Its place in its chain.
    pub chain: Link,
    /// What it says.
    #[serde(flatten)]
    pub body: Body,
    /// By which code.
    pub function: Function,
}

/// The place of a record in its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// The chain: `<control>/<32 hexadecimal digits of the SHA-256 of the resource's id>`.
    pub stream: String,
    /// Counted from 1, without gaps.
    #[schemars(range(min = 1))]
    pub sequence: u64,
    /// The SHA-256 of the record before this one; `null` in the first.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub previous: Option<String>,
}

/// What a record says.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Body {
    /// Written before the first change; without it nothing is changed.
    Intent(Decided),
    /// Written when the decision has ended.
    Outcome(Decided),
    /// Written when a person has told Phiward something.
    Operation(Operation),
}

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
}

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

/// What kept a repair from being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Held {
    /// A person has paused Phiward.
    Pause {
        /// The ARN of who did.
        actor: String,
    },
    /// A person's exemption.
    Exemption {
        /// The resource, or the pattern, that is exempt.
        resource: String,
        /// Who answers for it.
        owner: String,
        /// When it ends, RFC 3339.
        expires: String,
    },
    /// The resource's repair budget: others keep reverting.
    Budget {
        /// How many verified repairs there were in the window.
        repairs: u32,
        /// Who caused them, as far as events say.
        actors: Vec<String>,
        /// Until when nothing is written, RFC 3339.
        until: String,
    },
    /// The control's breaker: too many resources changed at once.
    Breaker {
        /// How many resources were changed in an hour.
        resources: u32,
        /// Until when nothing is written, RFC 3339.
        until: String,
    },
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

/// The code that decided.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Function {
    /// The Lambda function's name.
    pub name: String,
    /// Its published version.
    pub version: String,
    /// The invocation.
    pub request_id: String,
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

/// A record as it is written: its bytes and what the next one must know of it.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The canonical form, with the digest.
    pub bytes: Vec<u8>,
    /// The digest.
    pub sha256: String,
}

impl Record {
    /// A record at its place in its chain.
    #[must_use]
    pub fn new(stream: &Stream, sequence: u64, previous: Option<String>, body: Body, function: Function) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            record_id: uuid::Uuid::new_v4().to_string(),
            chain: Link { stream: stream.as_str().to_owned(), sequence, previous },
            body,
            function,
        }
    }

    /// The record's bytes: its canonical form, with its digest in it.
    ///
    /// # Errors
    /// When something in it has no JSON form.
    pub fn seal(&self) -> Result<Sealed, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        let sha256 = canonical::digest(&value)?;
        if let Some(members) = value.as_object_mut() {
            members.insert(DIGEST.to_owned(), Value::String(sha256.clone()));
        }
        Ok(Sealed { bytes: canonical::canonical(&value)?, sha256 })
    }
}

/// RFC 3339 with milliseconds, in UTC.
#[must_use]
pub fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A time that [`timestamp`] has written, or another in RFC 3339.
#[must_use]
pub fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc))
}

fn millis<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&timestamp(*time))
}

fn millis_option<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => millis(time, serializer),
        None => serializer.serialize_none(),
    }
}
