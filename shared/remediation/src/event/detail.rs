//! What an event says, by its source and kind.

use policy::Redacted;
use serde_json::Value;

use super::{EventError, Signal, Sweep, call};
use crate::survey::Survey;

pub(super) fn read(source: &str, detail_type: &str, detail: Value, duty: &str) -> Result<Signal, EventError> {
    match (source, detail_type) {
        (_, "AWS API Call via CloudTrail") => call::read(detail),
        ("aws.macie", "Macie Finding") => finding(&detail),
        ("aws.s3", "Object Created") => object_created(&detail),
        ("aws.events" | "aws.scheduler", "Scheduled Event")
        | ("aws.cloudformation", "CloudFormation Stack Status Change")
        // Their detail is not documented: the agreements are read again.
        | ("aws.artifact", _)
        | ("phiward", "Report Request") => Ok(Signal::Sweep(Sweep::default())),
        ("phiward", "Sweep Continuation") => continuation(&detail, duty),
        ("phiward", "Wake") => wake(&detail, duty),
        ("phiward", "Survey") => survey(&detail, duty),
        _ => Ok(Signal::Nothing("not an event that this duty looks after")),
    }
}

fn finding(detail: &Value) -> Result<Signal, EventError> {
    let id = detail.get("id").and_then(Value::as_str).ok_or(EventError::Detail { field: "detail.id" })?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if id.is_empty() || id.len() > 64 || !id.chars().all(plain) {
        return Err(EventError::Detail { field: "detail.id" });
    }
    Ok(Signal::MacieFinding { id: id.to_owned() })
}

fn object_created(detail: &Value) -> Result<Signal, EventError> {
    let text = |pointer: &str, field| match detail.pointer(pointer) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        _ => Err(EventError::Detail { field }),
    };
    let version = match detail.pointer("/object/version-id") {
        None | Some(Value::Null) => None,
        Some(_) => Some(text("/object/version-id", "detail.object.version-id")?),
    };
    Ok(Signal::ObjectCreated {
        bucket: text("/bucket/name", "detail.bucket.name")?,
        key: Redacted::new(text("/object/key", "detail.object.key")?),
        version,
    })
}

fn continuation(detail: &Value, duty: &str) -> Result<Signal, EventError> {
    if detail.get("duty").and_then(Value::as_str) != Some(duty) {
        return Ok(Signal::Nothing("the continuation of another duty's sweep"));
    }
    let number = |field: &str| detail.get(field).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    Ok(Signal::Sweep(Sweep {
        after: detail.get("after").and_then(Value::as_str).map(str::to_owned),
        hop: number("hop").ok_or(EventError::Detail { field: "detail.hop" })?,
        failed: number("failed").ok_or(EventError::Detail { field: "detail.failed" })?,
    }))
}

fn wake(detail: &Value, duty: &str) -> Result<Signal, EventError> {
    if detail.get("duty").and_then(Value::as_str) != Some(duty) {
        return Ok(Signal::Nothing("another duty is woken"));
    }
    let ordered = detail.get("ordered").and_then(Value::as_bool).unwrap_or(false);
    match detail.get("resource") {
        None | Some(Value::Null) => Ok(Signal::Sweep(Sweep::default())),
        Some(Value::String(resource)) => Ok(Signal::Wake { resource: resource.clone(), ordered }),
        Some(_) => Err(EventError::Detail { field: "detail.resource" }),
    }
}

fn survey(detail: &Value, duty: &str) -> Result<Signal, EventError> {
    if detail.get("duty").and_then(Value::as_str) != Some(duty) {
        return Ok(Signal::Nothing("another duty is asked"));
    }
    match detail.get("after") {
        None | Some(Value::Null) => Ok(Signal::Survey(Survey::default())),
        Some(Value::String(after)) => Ok(Signal::Survey(Survey { after: Some(after.clone()) })),
        Some(_) => Err(EventError::Detail { field: "detail.after" }),
    }
}
