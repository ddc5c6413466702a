//! Evidence: one immutable record of one decision, before and after the change.
//!
//! Records are the only place where an observation is written out. They go to a bucket with Object Lock, encrypted with
//! Phiward's own key: 45 CFR 164.312(b) asks for mechanisms that record activity, 164.316(b)(1)(ii) for written records
//! of actions.

use aws_sdk_s3::primitives::ByteStream;
use chrono::{DateTime, SecondsFormat, Utc};
use policy::{Control, Decision, Mode, Outcome};
use serde::{Serialize, Serializer};

use crate::error::AwsError;

/// The form of the records; a change that readers must know of gets a new number.
pub const SCHEMA: &str = "phiward-evidence/1";

/// Whether a record says what will be done or what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Written before the first change; without it nothing is changed.
    Intent,
    /// Written when the decision has ended.
    Outcome,
}

impl Kind {
    /// The word in keys and errors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Outcome => "outcome",
        }
    }
}

/// The event that led to a decision.
#[derive(Debug, Clone, Serialize)]
pub struct Cause {
    /// EventBridge's id.
    pub id: String,
    /// `PutBucketPolicy`, `Macie Finding`, `Sweep`.
    pub name: String,
    /// `s3.amazonaws.com`, `aws.macie`, `schedule`.
    pub source: String,
    /// When it happened.
    #[serde(serialize_with = "millis")]
    pub time: DateTime<Utc>,
    /// The ARN of who did it, if a CloudTrail record says so.
    pub actor: Option<String>,
}

/// The times of a decision.
#[derive(Debug, Clone, Serialize)]
pub struct Times {
    /// When the event happened.
    #[serde(serialize_with = "millis")]
    pub event: DateTime<Utc>,
    /// When the violation was seen.
    #[serde(serialize_with = "millis")]
    pub seen: DateTime<Utc>,
    /// When the repair was verified.
    #[serde(serialize_with = "millis_option")]
    pub repaired: Option<DateTime<Utc>>,
    /// When this record was made.
    #[serde(serialize_with = "millis")]
    pub recorded: DateTime<Utc>,
}

/// The code and the baseline that decided.
#[derive(Debug, Clone, Serialize)]
pub struct Function {
    /// The Lambda function's name.
    pub name: String,
    /// Its published version.
    pub version: String,
    /// The invocation.
    pub request_id: String,
}

/// Which baseline was in force.
#[derive(Debug, Clone, Serialize)]
pub struct BaselineUsed {
    /// SHA-256 of its text.
    pub digest: String,
    /// `compiled`, or the S3 object that replaced it.
    pub source: String,
}

/// Why a repair failed.
#[derive(Debug, Clone, Serialize)]
pub struct Cut {
    /// AWS's code, or ours.
    pub code: String,
    /// What failed, free of PHI.
    pub message: String,
}

/// The resource of a record.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceRef {
    /// Its id, free of PHI.
    pub id: String,
}

/// One record.
#[derive(Debug, Serialize)]
pub struct Record<'a, O, S> {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Unique.
    pub record_id: String,
    /// Intent or outcome.
    pub kind: Kind,
    /// The intent that this is the outcome of.
    pub intent_id: Option<String>,
    /// The duty.
    pub duty: &'static str,
    /// The rule, with its citation.
    pub control: &'static Control,
    /// What it is about.
    pub resource: ResourceRef,
    /// The effective mode.
    pub mode: Mode,
    /// How it ended; absent in an intent.
    pub outcome: Option<Outcome>,
    /// The state that was found.
    pub before: &'a O,
    /// The steps.
    pub plan: &'a [S],
    /// What a person must do.
    pub person: Vec<String>,
    /// The state that was read back.
    pub after: Option<&'a O>,
    /// Why it failed.
    pub error: Option<Cut>,
    /// What led to it.
    pub event: &'a Cause,
    /// When.
    pub times: Times,
    /// By which baseline.
    pub baseline: &'a BaselineUsed,
    /// By which code.
    pub function: &'a Function,
}

impl<'a, O, S> Record<'a, O, S> {
    /// A record of a decision, as an intent; the outcome fills in the rest.
    pub fn intent(
        duty: &'static str,
        resource: &str,
        decision: &'a Decision<S>,
        before: &'a O,
        context: &'a Context,
        times: Times,
    ) -> Self {
        Self {
            schema: SCHEMA,
            record_id: uuid::Uuid::new_v4().to_string(),
            kind: Kind::Intent,
            intent_id: None,
            duty,
            control: decision.control,
            resource: ResourceRef { id: resource.to_owned() },
            mode: decision.mode,
            outcome: None,
            before,
            plan: &decision.steps,
            person: decision.person.clone(),
            after: None,
            error: None,
            event: &context.cause,
            times,
            baseline: &context.baseline,
            function: &context.function,
        }
    }

    /// Where the record lies: by control and day, in the order of time.
    #[must_use]
    pub fn key(&self) -> String {
        let time = self.times.recorded;
        format!(
            "evidence/{}/{}-{}-{}.json",
            self.control.id,
            time.format("%Y/%m/%d/%H%M%S%.3fZ"),
            self.record_id,
            self.kind.as_str()
        )
    }
}

/// What all records of one invocation share.
#[derive(Debug, Clone)]
pub struct Context {
    /// The event.
    pub cause: Cause,
    /// The baseline.
    pub baseline: BaselineUsed,
    /// The code.
    pub function: Function,
}

/// The evidence bucket.
#[derive(Debug, Clone)]
pub struct EvidenceStore {
    /// The client.
    pub s3: aws_sdk_s3::Client,
    /// The bucket's name.
    pub bucket: String,
    /// The account that must own it: a bucket of that name in another account gets nothing.
    pub owner: String,
}

impl EvidenceStore {
    /// Writes a record; its key, never to be written again, is returned.
    ///
    /// # Errors
    /// When S3 does not take it, or the record can't be put into JSON.
    pub async fn write<O: Serialize, S: Serialize>(&self, record: &Record<'_, O, S>) -> Result<String, AwsError> {
        const OPERATION: &str = "s3:PutObject (evidence)";
        let unreadable =
            |_| AwsError { operation: OPERATION, code: "Unserializable".to_owned(), status: None, request_id: None };
        let body = serde_json::to_vec(record).map_err(unreadable)?;
        let key = record.key();
        let sent = self
            .s3
            .put_object()
            .bucket(&self.bucket)
            .key(&key)
            .if_none_match("*")
            .expected_bucket_owner(&self.owner)
            .content_type("application/json")
            .body(ByteStream::from(body))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(key),
            // The key holds 122 random bits: what is there already is this very record, written by an attempt whose
            // answer was lost.
            Err(error) if error.raw_response().is_some_and(|response| response.status().as_u16() == 412) => Ok(key),
            Err(error) => Err(AwsError::new(OPERATION, &error)),
        }
    }
}

fn millis<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn millis_option<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => millis(time, serializer),
        None => serializer.serialize_none(),
    }
}
