//! Events as they come, and as they must not.

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
    let call = json!({"eventSource": "s3.amazonaws.com", "eventName": "PutBucketPolicy", "requestParameters": null});
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
        let Signal::ApiCall(call) = parse(envelope("aws.s3", "AWS API Call via CloudTrail", detail)).unwrap() else {
            panic!()
        };
        assert_eq!(call.parameter("bucketName"), None);
    }
}

#[test]
fn who_calls_is_a_principal_whatever_the_session_is_named() {
    let role = "arn:aws:iam::000000000000:role/app";
    let session = "arn:aws:sts::000000000000:assumed-role/app/jane-doe";
    let cases = [
        (json!({"arn": session, "sessionContext": {"sessionIssuer": {"arn": role}}}), Some(role)),
        (json!({"arn": session}), Some("arn:aws:sts::000000000000:assumed-role/app")),
        (json!({"arn": "arn:aws:iam::000000000000:user/app"}), Some("arn:aws:iam::000000000000:user/app")),
        (json!({"invokedBy": "bedrock.amazonaws.com", "accountId": "1"}), Some("bedrock.amazonaws.com")),
        (json!({"accountId": "000000000000"}), Some("000000000000")),
        (json!({"arn": 3}), None),
    ];
    for (identity, principal) in cases {
        let detail = json!({"eventSource": "bedrock.amazonaws.com", "eventName": "X", "userIdentity": identity,
            "additionalEventData": {"inferenceRegion": "eu-west-1"}});
        let Signal::ApiCall(call) = parse(envelope("aws.bedrock", "AWS API Call via CloudTrail", detail)).unwrap()
        else {
            panic!()
        };
        assert_eq!(call.principal.as_deref(), principal);
        assert_eq!(call.additional_data("inferenceRegion"), Some(&json!("eu-west-1")));
        assert_eq!(call.additional_data("other"), None);
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
    let detail =
        |object: Value| json!({"version": "0", "bucket": {"name": "phi-a"}, "object": object, "reason": "PutObject"});
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
