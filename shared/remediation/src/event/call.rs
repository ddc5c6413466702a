//! API calls that CloudTrail recorded.

use chrono::{DateTime, Utc};
use policy::Redacted;
use serde_json::Value;

use super::{EventError, Signal};

/// An API call that CloudTrail recorded.
#[derive(Debug)]
pub struct ApiCall {
    /// `s3.amazonaws.com`.
    pub source: String,
    /// `PutBucketPolicy`.
    pub name: String,
    /// The caller's ARN.
    pub actor: Option<String>,
    /// Who calls, whatever the session is named, which people choose: the ARN of the role or user, a service, or an account.
    pub principal: Option<String>,
    /// When the call was made.
    pub time: Option<DateTime<Utc>>,
    parameters: Redacted<Value>,
    response: Redacted<Value>,
    additional: Redacted<Value>,
}

impl ApiCall {
    /// A text among the request's parameters, which may be `null`, hidden or of another type.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.expose().get(name)?.as_str()
    }

    /// A text deeper among the request's parameters, by a JSON pointer: `/instanceArn/0`.
    #[must_use]
    pub fn parameter_at(&self, pointer: &str) -> Option<&str> {
        self.parameters.expose().pointer(pointer)?.as_str()
    }

    /// A text among the response's elements.
    #[must_use]
    pub fn response_element(&self, name: &str) -> Option<&str> {
        self.response.expose().get(name)?.as_str()
    }

    /// What the record says besides, of any type.
    #[must_use]
    pub fn additional_data(&self, name: &str) -> Option<&Value> {
        self.additional.expose().get(name).filter(|value| !value.is_null())
    }

    /// A text deeper among the response's elements, by a JSON pointer.
    #[must_use]
    pub fn response_element_at(&self, pointer: &str) -> Option<&str> {
        self.response.expose().pointer(pointer)?.as_str()
    }
}

pub(super) fn read(mut detail: Value) -> Result<Signal, EventError> {
    let text = |field: &str| detail.get(field).and_then(Value::as_str).map(str::to_owned);
    let source = text("eventSource").ok_or(EventError::Detail { field: "detail.eventSource" })?;
    let name = text("eventName").ok_or(EventError::Detail { field: "detail.eventName" })?;
    if detail.get("errorCode").is_some_and(|code| !code.is_null()) {
        return Ok(Signal::Nothing("the call failed and changed nothing"));
    }
    // A record may carry a blank instead of the T, or no time at all; then the envelope's is used.
    let time = text("eventTime").and_then(|time| time.replacen(' ', "T", 1).parse().ok());
    let actor = detail.pointer("/userIdentity/arn").and_then(Value::as_str).map(str::to_owned);
    let principal = principal(&detail);
    let mut take = |field: &str| Redacted::new(detail.get_mut(field).map(Value::take).unwrap_or_default());
    Ok(Signal::ApiCall(Box::new(ApiCall {
        source,
        name,
        actor,
        principal,
        time,
        parameters: take("requestParameters"),
        response: take("responseElements"),
        additional: take("additionalEventData"),
    })))
}

fn principal(detail: &Value) -> Option<String> {
    let text = |pointer| detail.pointer(pointer).and_then(Value::as_str);
    if let Some(issuer) = text("/userIdentity/sessionContext/sessionIssuer/arn") {
        return Some(issuer.to_owned());
    }
    let named = text("/userIdentity/arn").map(|arn| match arn.split_once(":assumed-role/") {
        Some((before, role)) => {
            format!("{before}:assumed-role/{}", role.split_once('/').map_or(role, |(role, _)| role))
        }
        None => arn.to_owned(),
    });
    let other = || text("/userIdentity/invokedBy").or_else(|| text("/userIdentity/accountId")).map(str::to_owned);
    named.or_else(other)
}
