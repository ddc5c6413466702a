//! Where an event says to look.

use aws_smithy_mocks::Rule;
use remediation::event::{Event, Home};
use remediation::{Duty, Scope};
use serde_json::{Value, json};

use super::fixtures::{duty, id};
use crate::GuardrailId;

fn scope(source: &str, name: &str, parameters: Value) -> Scope<GuardrailId> {
    let none: [&Rule; 0] = [];
    let home = Home { duty: "guardrails", account: "111122223333", region: "us-east-1" };
    let event = json!({
        "version": "0", "id": "1", "detail-type": "AWS API Call via CloudTrail", "source": "aws.bedrock",
        "account": "111122223333", "time": "2026-10-05T09:00:00Z", "region": "us-east-1", "resources": [],
        "detail": {"eventSource": source, "eventName": name, "requestParameters": parameters},
    });
    duty(&none, &none).scope(&Event::parse(event, home).unwrap().signal)
}

fn of(name: &str, parameters: Value) -> Scope<GuardrailId> {
    scope("bedrock.amazonaws.com", name, parameters)
}

#[test]
fn a_named_guardrail_is_looked_at_by_id_or_arn() {
    for text in ["abc", "arn:aws:bedrock:us-east-1:111122223333:guardrail/abc"] {
        for name in ["UpdateGuardrail", "DeleteGuardrail", "CreateGuardrailVersion"] {
            assert_eq!(of(name, json!({"guardrailIdentifier": text})), Scope::These(vec![id("abc")]));
        }
    }
    let nothing = |scope| matches!(scope, Scope::Nothing(_));
    assert!(nothing(of("UpdateGuardrail", json!({"guardrailIdentifier": "other"}))));
    assert!(nothing(of("CreateGuardrail", json!({}))));
    assert!(nothing(scope("kms.amazonaws.com", "UpdateGuardrail", json!({"guardrailIdentifier": "abc"}))));
}

#[test]
fn what_is_hidden_or_decided_for_the_account_may_be_about_any() {
    for parameters in [json!({"guardrailIdentifier": "HIDDEN_DUE_TO_SECURITY_REASONS"}), Value::Null] {
        assert_eq!(of("UpdateGuardrail", parameters), Scope::All);
    }
    for name in ["PutEnforcedGuardrailConfiguration", "DeleteEnforcedGuardrailConfiguration"] {
        assert_eq!(of(name, json!({"configId": "c"})), Scope::All);
    }
}

#[test]
fn an_id_is_read_back_and_another_s_is_not_ours() {
    let none: [&Rule; 0] = [];
    let duty = duty(&none, &none);
    assert_eq!(duty.resource(&id("abc").to_string()), Some(id("abc")));
    for other in ["abc", "guardrail:ghi", "guardrail:", "guardrail:A", "guardrail:arn:x:guardrail/abc"] {
        assert_eq!(duty.resource(other), None, "{other}");
    }
}
