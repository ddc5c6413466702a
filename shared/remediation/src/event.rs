//! Events: what wakes a function. An event only says where to look.
//!
//! The envelope is EventBridge's; of a CloudTrail record or a finding only the few fields that point at a resource are
//! read, as real records vary more than their documentation does. What can't be understood is an error that names the
//! field and never quotes the content.

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use chrono::{DateTime, Utc};
use serde_json::Value;

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
    ApiCall(ApiCall),
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

/// An API call that CloudTrail recorded.
#[derive(Debug)]
pub struct ApiCall {
    /// `s3.amazonaws.com`.
    pub source: String,
    /// `PutBucketPolicy`.
    pub name: String,
    /// The caller's ARN.
    pub actor: Option<String>,
    /// When the call was made.
    pub time: Option<DateTime<Utc>>,
    parameters: policy::Redacted<Value>,
    response: policy::Redacted<Value>,
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

    /// A text deeper among the response's elements, by a JSON pointer.
    #[must_use]
    pub fn response_element_at(&self, pointer: &str) -> Option<&str> {
        self.response.expose().pointer(pointer)?.as_str()
    }
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
            read_detail(&envelope.source, &envelope.detail_type, envelope.detail, home.duty)?
        };
        Ok(Self { id, time, signal })
    }
}

fn read_detail(source: &str, detail_type: &str, detail: Value, duty: &str) -> Result<Signal, EventError> {
    match (source, detail_type) {
        (_, "AWS API Call via CloudTrail") => api_call(detail),
        ("aws.macie", "Macie Finding") => {
            let id = detail.get("id").and_then(Value::as_str).ok_or(EventError::Detail { field: "detail.id" })?;
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
            if id.is_empty() || id.len() > 64 || !id.chars().all(plain) {
                return Err(EventError::Detail { field: "detail.id" });
            }
            Ok(Signal::MacieFinding { id: id.to_owned() })
        }
        ("aws.s3", "Object Created") => object_created(&detail),
        ("aws.events" | "aws.scheduler", "Scheduled Event")
        | ("aws.cloudformation", "CloudFormation Stack Status Change") => Ok(Signal::Sweep(Sweep::default())),
        ("phiward", "Sweep Continuation") => continuation(&detail, duty),
        ("phiward", "Wake") => wake(&detail, duty),
        _ => Ok(Signal::Nothing("not an event that this duty looks after")),
    }
}

fn api_call(mut detail: Value) -> Result<Signal, EventError> {
    let text = |field: &str| detail.get(field).and_then(Value::as_str).map(str::to_owned);
    let source = text("eventSource").ok_or(EventError::Detail { field: "detail.eventSource" })?;
    let name = text("eventName").ok_or(EventError::Detail { field: "detail.eventName" })?;
    if detail.get("errorCode").is_some_and(|code| !code.is_null()) {
        return Ok(Signal::Nothing("the call failed and changed nothing"));
    }
    // A record may carry a blank instead of the T, or no time at all; then the envelope's is used.
    let time = text("eventTime").and_then(|time| time.replacen(' ', "T", 1).parse().ok());
    let actor = detail.pointer("/userIdentity/arn").and_then(Value::as_str).map(str::to_owned);
    let mut take = |field: &str| policy::Redacted::new(detail.get_mut(field).map(Value::take).unwrap_or_default());
    Ok(Signal::ApiCall(ApiCall {
        source,
        name,
        actor,
        time,
        parameters: take("requestParameters"),
        response: take("responseElements"),
    }))
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
        key: policy::Redacted::new(text("/object/key", "detail.object.key")?),
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

/// The path of a bad field, unless it is made of the event's own content.
fn safe_path(path: &str) -> String {
    const KNOWN: &[&str] =
        &["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"];
    let first: String = path.chars().take_while(|c| *c != '.' && *c != '[').collect();
    if KNOWN.contains(&first.as_str()) { first } else { "detail-type, source or detail".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const HOME: Home<'static> = Home { duty: "buckets", account: "000000000000", region: "us-east-1" };

    fn envelope(source: &str, detail_type: &str, detail: Value) -> Value {
        json!({"version": "0", "id": "1", "detail-type": detail_type, "source": source, "account": "000000000000",
            "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": [], "detail": detail})
    }

    fn parse(payload: Value) -> Result<Signal, EventError> {
        Event::parse(payload, HOME).map(|event| event.signal)
    }

    #[test]
    fn what_is_not_an_envelope_is_a_typed_error_that_quotes_nothing() {
        let secret = "jane-doe-mrn-4711";
        let mut deep = json!(secret);
        for _ in 0..100 {
            deep = json!([deep]);
        }
        let call = |detail: Value| envelope("aws.s3", "AWS API Call via CloudTrail", detail);
        let created = |detail: Value| envelope("aws.s3", "Object Created", detail);
        let cases = [
            json!(null),
            json!(secret),
            json!([secret]),
            json!({}),
            json!({"detail-type": secret}),
            json!({"source": 3, "detail-type": secret, "detail": {}}),
            json!({"source": secret, "detail-type": "x", "detail": {}, "time": secret}),
            json!({"source": "s", "detail-type": "x", "detail": {}}),
            deep,
            call(json!(null)),
            call(json!({"eventSource": secret})),
            call(json!({"eventSource": 1, "eventName": secret})),
            envelope("aws.macie", "Macie Finding", json!({"id": format!("{secret}/..")})),
            envelope("aws.macie", "Macie Finding", json!({"id": {"x": secret}})),
            created(json!(null)),
            created(json!({"bucket": {"name": "b"}, "object": {"key": [secret]}})),
            created(json!({"bucket": {"name": "b"}, "object": {"key": "", "etag": secret}})),
            created(json!({"bucket": {"name": {"x": secret}}, "object": {"key": secret}})),
            created(json!({"bucket": {"name": "b"}, "object": {"key": secret, "version-id": 3}})),
            created(json!({"bucket": {"name": "b"}, "object": {"key": secret, "version-id": ""}})),
            envelope("phiward", "Sweep Continuation", json!({"duty": "buckets", "after": secret})),
            envelope("phiward", "Wake", json!({"duty": "buckets", "resource": [secret]})),
        ];
        for payload in cases {
            let error = parse(payload.clone()).expect_err(&payload.to_string());
            assert!(!format!("{error} {error:?}").contains(secret), "{error}");
        }
    }

    #[test]
    fn a_payload_nested_too_deeply_is_an_error_that_quotes_nothing() {
        let deep = format!(r#"{{"jane-doe-mrn-4711": {}{}}}"#, "[".repeat(150_000), "]".repeat(150_000));
        for text in [deep.as_str(), "", "{jane-doe-mrn-4711", r#""jane-doe-mrn-4711"#] {
            let error = payload(text).unwrap_err();
            assert_eq!(error, EventError::Unreadable);
            assert!(!format!("{error} {error:?}").contains("jane"), "{error}");
        }
        assert_eq!(payload(r#"{"a": 1}"#), Ok(json!({"a": 1})));
    }

    #[test]
    fn foreign_failed_and_unknown_events_point_nowhere() {
        let call =
            json!({"eventSource": "s3.amazonaws.com", "eventName": "PutBucketPolicy", "requestParameters": null});
        let mut failed = call.clone();
        failed["errorCode"] = json!("AccessDenied");
        let mut other_account = envelope("aws.s3", "AWS API Call via CloudTrail", call.clone());
        other_account["account"] = json!("111122223333");
        let mut other_region = envelope("aws.s3", "AWS API Call via CloudTrail", call);
        other_region["region"] = json!("eu-west-1");
        for payload in [
            envelope("aws.s3", "AWS API Call via CloudTrail", failed),
            other_account,
            other_region,
            envelope("aws.ec2", "EC2 Instance State-change Notification", json!({})),
            envelope("phiward", "Sweep Continuation", json!({"duty": "retention", "hop": 1, "failed": 0})),
            envelope("phiward", "Wake", json!({"duty": "retention", "resource": "control-plane"})),
        ] {
            assert!(matches!(parse(payload).unwrap(), Signal::Nothing(_)));
        }
    }

    #[test]
    fn real_variations_of_a_call_are_read() {
        for detail in [
            json!({"eventSource": "s3.amazonaws.com", "eventName": "X", "eventTime": "2023-07-10 11:59:58Z", "errorCode": null}),
            json!({"eventSource": "s3.amazonaws.com", "eventName": "X", "requestParameters": {"bucketName": ["a"]}}),
            json!({"eventSource": "s3.amazonaws.com", "eventName": "X", "requestParameters": "HIDDEN_DUE_TO_SECURITY_REASONS"}),
        ] {
            let Signal::ApiCall(call) = parse(envelope("aws.s3", "AWS API Call via CloudTrail", detail)).unwrap()
            else {
                panic!()
            };
            assert_eq!(call.parameter("bucketName"), None);
        }
    }

    #[test]
    fn nested_parameters_are_pointed_at() {
        let detail = json!({"eventSource": "s3.amazonaws.com", "eventName": "X",
            "requestParameters": {"tags": [{"key": "a"}], "n": 3}, "responseElements": {"trail": {"arn": "b"}}});
        let Signal::ApiCall(call) = parse(envelope("aws.s3", "AWS API Call via CloudTrail", detail)).unwrap() else {
            panic!()
        };
        assert_eq!((call.parameter_at("/tags/0/key"), call.response_element_at("/trail/arn")), (Some("a"), Some("b")));
        for nowhere in ["/tags/1/key", "/tags", "/n", "tags", ""] {
            assert_eq!((call.parameter_at(nowhere), call.response_element_at(nowhere)), (None, None), "{nowhere}");
        }
    }

    #[test]
    fn an_object_that_was_created_is_named_as_it_is_and_shown_to_nobody() {
        let key = "records/jane doe+mrn%204711.pdf";
        let detail = |object: Value| json!({"version": "0", "bucket": {"name": "phi-a"}, "object": object, "reason": "PutObject"});
        for (object, expected) in [
            (json!({"key": key, "size": 5, "version-id": "v1"}), Some("v1")),
            (json!({"key": key}), None),
            (json!({"key": key, "version-id": null}), None),
        ] {
            let signal = parse(envelope("aws.s3", "Object Created", detail(object))).unwrap();
            assert!(!format!("{signal:?}").contains("jane"), "{signal:?}");
            let Signal::ObjectCreated { bucket, key: named, version } = signal else { panic!() };
            assert_eq!((bucket.as_str(), named.expose().as_str(), version.as_deref()), ("phi-a", key, expected));
        }
    }
}
