//! Events: what wakes a function. An event only says where to look.
//!
//! The envelope is EventBridge's; of a CloudTrail record or a finding only the few fields that point at a resource are
//! read, as real records vary more than their documentation does. What can't be understood is an error that names the
//! field and never quotes the content.

mod call;
mod detail;
#[cfg(test)]
mod tests;

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use chrono::{DateTime, Utc};
use serde_json::Value;

pub use call::ApiCall;

use crate::survey::Survey;

/// An event that is addressed to this account and Region.
#[derive(Debug)]
pub struct Event {
    /// EventBridge's id.
    pub id: String,
    /// When it happened.
    pub time: DateTime<Utc>,
    /// What it says.
    pub signal: Signal,
}

/// What an event says.
#[derive(Debug)]
pub enum Signal {
    /// Look at everything.
    Sweep(Sweep),
    /// Somebody called an AWS API.
    ApiCall(Box<ApiCall>),
    /// Macie found something; the finding itself is read from Macie.
    MacieFinding {
        /// The finding's id.
        id: String,
    },
    /// S3 has an object, or a version of one, that it had not.
    ObjectCreated {
        /// The bucket.
        bucket: String,
        /// The object's key, as it is: EventBridge's events don't encode it.
        key: policy::Redacted<String>,
        /// The version; absent where the bucket keeps none.
        version: Option<String>,
    },
    /// Look at that resource: its run was cut off, a hold has ended, or an operator has ordered something.
    Wake {
        /// The resource's id.
        resource: String,
        /// Whether the ledger holds an order for it.
        ordered: bool,
    },
    /// Tell what you see, and change nothing.
    Survey(Survey),
    /// Nothing to look at, and why.
    Nothing(&'static str),
}

/// A look at everything, or at what is left of it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// The id of the last resource that an earlier invocation looked at.
    pub after: Option<String>,
    /// How many invocations this sweep has taken.
    pub hop: u32,
    /// How many resources have failed so far.
    pub failed: u32,
}

/// An event that can't be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not JSON, or nested more deeply than any event is.
    #[error("the event is not JSON that can be read; send the event as EventBridge delivers it")]
    Unreadable,
    /// Not EventBridge's envelope.
    #[error(
        "the event is not an EventBridge event: `{path}` is missing or malformed; send the whole event as EventBridge delivers it"
    )]
    Envelope {
        /// The offending field.
        path: String,
    },
    /// The detail lacks what it must have.
    #[error("the event's detail can't be understood: `{field}` is missing or malformed")]
    Detail {
        /// The offending field.
        field: &'static str,
    },
}

/// Where the function runs.
#[derive(Debug, Clone, Copy)]
pub struct Home<'a> {
    /// The duty's name.
    pub duty: &'a str,
    /// Twelve digits.
    pub account: &'a str,
    /// `us-east-1`.
    pub region: &'a str,
}

/// Reads the payload itself: the Lambda runtime's own error would quote the path to what it can't read, and so names out of
/// the event's content.
///
/// # Errors
/// When it is not JSON, or nested too deeply.
pub fn payload(text: &str) -> Result<Value, EventError> {
    serde_json::from_str(text).map_err(|_| EventError::Unreadable)
}

impl Event {
    /// Reads an event.
    ///
    /// # Errors
    /// When it is not an EventBridge event or its detail lacks what its type must have.
    pub fn parse(payload: Value, home: Home<'_>) -> Result<Self, EventError> {
        let envelope: EventBridgeEvent = serde_path_to_error::deserialize(payload)
            .map_err(|error| EventError::Envelope { path: safe_path(&error.path().to_string()) })?;
        let need = |field: &'static str| EventError::Envelope { path: field.to_owned() };
        let id = envelope.id.ok_or_else(|| need("id"))?;
        let time = envelope.time.ok_or_else(|| need("time"))?;
        let account = envelope.account.ok_or_else(|| need("account"))?;
        let region = envelope.region.ok_or_else(|| need("region"))?;
        let signal = if account != home.account {
            Signal::Nothing("an event of another account")
        } else if region != home.region {
            Signal::Nothing("an event of another Region")
        } else {
            detail::read(&envelope.source, &envelope.detail_type, envelope.detail, home.duty)?
        };
        Ok(Self { id, time, signal })
    }
}

/// The path of a bad field, unless it is made of the event's own content.
fn safe_path(path: &str) -> String {
    const KNOWN: &[&str] =
        &["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"];
    let first: String = path.chars().take_while(|c| *c != '.' && *c != '[').collect();
    if KNOWN.contains(&first.as_str()) { first } else { "detail-type, source or detail".to_owned() }
}
