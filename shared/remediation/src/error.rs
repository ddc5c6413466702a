//! Errors that keep AWS's code and never its message.
//!
//! An AWS message can quote a resource ARN, and with it an object key. So an error of ours holds the operation, the
//! code, the HTTP status and the request id: enough to find the cause in CloudTrail, nothing that could be PHI.
//! `Debug` prints the same as `Display`, as the Lambda runtime logs the former.

use std::fmt;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// A failed AWS call.
#[derive(Clone, PartialEq, Eq)]
pub struct AwsError {
    /// `service:Operation`.
    pub operation: &'static str,
    /// AWS's error code, or what kept an answer from coming: `Timeout`, `Unreachable`, `Unreadable`.
    pub code: String,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// AWS's request id, if there was an answer.
    pub request_id: Option<String>,
}

impl AwsError {
    /// What the SDK's error says, without its message.
    pub fn new<E: ProvideErrorMetadata>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self {
        let code = match error {
            SdkError::TimeoutError(_) => "Timeout".to_owned(),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => "Timeout".to_owned(),
            SdkError::DispatchFailure(_) => "Unreachable".to_owned(),
            SdkError::ConstructionFailure(_) => "InvalidRequest".to_owned(),
            SdkError::ResponseError(_) => "Unreadable".to_owned(),
            other => match (other.code(), other.raw_response()) {
                (Some(code), _) => code.to_owned(),
                (None, Some(response)) => format!("Http{}", response.status().as_u16()),
                (None, None) => "Unknown".to_owned(),
            },
        };
        let response = error.raw_response();
        Self {
            operation,
            code,
            status: response.map(|response| response.status().as_u16()),
            request_id: response.and_then(|response| response.request_id().map(str::to_owned)),
        }
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed: {}", self.operation, self.code)?;
        if let Some(status) = self.status {
            write!(f, " (HTTP {status}")?;
            if let Some(id) = &self.request_id {
                write!(f, ", request {id}")?;
            }
            write!(f, ")")?;
        }
        Ok(())
    }
}

impl fmt::Debug for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for AwsError {}

/// The live state could not be read; nothing is known, so nothing is changed.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// AWS refused or failed.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// AWS answered something that can't be understood.
    #[error("the answer of {operation} can't be understood: {what}")]
    Answer {
        /// `service:Operation`.
        operation: &'static str,
        /// What is wrong with it, without quoting it.
        what: &'static str,
    },
}

/// A step could not be applied.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// AWS refused or failed; a retry may help.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// What the plan was made for has changed meanwhile; the next wake-up plans anew.
    #[error("{0} changed after it was read; nothing was written")]
    Changed(&'static str),
    /// This setting can't be changed by Phiward; what a person must do.
    #[error("AWS refuses this change: {advice}")]
    Refused {
        /// What a person must do, free of PHI.
        advice: String,
    },
}

impl From<ReadError> for WriteError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Aws(error) => Self::Aws(error),
            ReadError::Answer { operation, .. } => {
                Self::Aws(AwsError { operation, code: "Unreadable".to_owned(), status: None, request_id: None })
            }
        }
    }
}

impl fmt::Debug for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why an invocation fails, so that Lambda's retries, the failure destination and the alarm take over.
#[derive(thiserror::Error)]
pub enum Failure {
    /// The event can't be understood.
    #[error(transparent)]
    Event(#[from] crate::event::EventError),
    /// The state of a resource could not be read.
    #[error("{duty}: {resource} could not be read: {source}")]
    Read {
        /// The duty.
        duty: &'static str,
        /// The resource's id.
        resource: String,
        /// Why.
        source: ReadError,
    },
    /// The list of resources could not be read.
    #[error("{duty}: the resources could not be listed: {0}", duty = .1)]
    List(#[source] ReadError, &'static str),
    /// Evidence could not be written. Without an intent nothing was changed; a missing outcome is told here.
    #[error("{duty}: evidence for {resource} could not be written ({stage}): {source}")]
    Evidence {
        /// The duty.
        duty: &'static str,
        /// The resource's id.
        resource: String,
        /// `intent`: nothing was changed; `outcome`: what was done is in the intent and in CloudTrail.
        stage: &'static str,
        /// Why.
        source: Box<AwsError>,
    },
    /// A repair was not verified.
    #[error("{duty}: {control} on {resource} is not repaired: {cause}; the evidence is {evidence}")]
    Unrepaired {
        /// The duty.
        duty: &'static str,
        /// The control's id.
        control: &'static str,
        /// The resource's id.
        resource: String,
        /// What failed.
        cause: String,
        /// The key of the outcome record.
        evidence: String,
    },
    /// The outcome is on record, but the event bus did not take it.
    #[error("{duty}: the outcome of {resource} could not be sent to the event bus: {source}")]
    Notice {
        /// The duty.
        duty: &'static str,
        /// The resource's id.
        resource: String,
        /// Why.
        source: Box<AwsError>,
    },
    /// The ledger can't be read or written; nothing more is changed.
    #[error("{duty}: the ledger's memory of {resource} can't be read or written: {source}")]
    Ledger {
        /// The duty.
        duty: &'static str,
        /// The resource's id.
        resource: String,
        /// Why.
        source: Box<AwsError>,
    },
    /// Another run is busy with the resource, and did not end in time.
    #[error("{duty}: another run is busy with {resource}; a retry looks again")]
    Busy {
        /// The duty.
        duty: &'static str,
        /// The resource's id.
        resource: String,
    },
    /// A run was cut off whose resource nothing leads to.
    #[error(
        "{duty}: a run on {resource} was cut off, and its records don't lead back to it; read them, look at the resource \
         by hand"
    )]
    Untraceable {
        /// The duty.
        duty: &'static str,
        /// The resource's id.
        resource: String,
    },
    /// An observation or a step has no JSON form.
    #[error("what was seen of {resource} can't be put into a record")]
    Unserializable {
        /// The resource's id.
        resource: String,
    },
    /// Several resources of a sweep failed; each was logged, the others are done.
    #[error("{duty}: {failed} of the resources looked at failed; the first: {first}")]
    Sweep {
        /// The duty.
        duty: &'static str,
        /// How many.
        failed: u32,
        /// The first failure.
        first: String,
    },
}

impl Failure {
    /// The error type that Lambda records.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Event(_) => "EventError",
            Self::Read { .. } => "ReadError",
            Self::List(..) => "ListError",
            Self::Evidence { .. } => "EvidenceError",
            Self::Unrepaired { .. } => "UnrepairedError",
            Self::Notice { .. } => "NoticeError",
            Self::Ledger { .. } => "LedgerError",
            Self::Busy { .. } => "BusyError",
            Self::Untraceable { .. } => "UntraceableError",
            Self::Unserializable { .. } => "UnserializableError",
            Self::Sweep { .. } => "SweepError",
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
