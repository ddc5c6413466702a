//! Guardrails for the tests.

use serde_json::{Value, json};

use super::observation::{Configured, Enforcement, GuardrailObservation, Numbered, Text, Version};
use super::plan::Desired;
use crate::baseline::{Baseline, Guardrails};
use crate::redacted::Redacted;

pub(super) const ARN: &str = "arn:aws:bedrock:us-east-1:111122223333:guardrail/abc";

/// Two types, of which one is to be blocked, and a pattern.
pub(super) fn baseline(raise_to_block: bool) -> Guardrails {
    let both = |action: &str| json!({"input": action, "output": action});
    let with = |mut value: Value, more: Value| {
        for (name, value_of) in more.as_object().unwrap() {
            value[name] = value_of.clone();
        }
        value
    };
    serde_json::from_value(json!({
        "raise_to_block": raise_to_block,
        "pii": [
            with(json!({"type": "NAME", "example": "Jane Roe"}), both("ANONYMIZE")),
            with(json!({"type": "US_SOCIAL_SECURITY_NUMBER", "example": "536-90-4399"}), both("BLOCK")),
        ],
        "regexes": [with(json!({"name": "MRN", "pattern": "MRN [0-9]{8}", "examples": ["MRN 00471123"]}), both("ANONYMIZE"))],
    }))
    .unwrap()
}

pub(super) fn shipped() -> Guardrails {
    Baseline::parse(include_str!("../../../../baseline.toml")).unwrap().guardrails
}

pub(super) fn desired(baseline: &Guardrails) -> Desired<'_> {
    Desired { id: "abc", baseline, digest: "0123456789abcdef", enforced: false, recreate: false }
}

/// A guardrail with policies of all kinds, as GetGuardrail says it.
pub(super) fn document(filter: Value) -> Value {
    json!({
        "name": "clinic", "description": "the clinic's", "guardrailId": "abc", "guardrailArn": ARN, "version": "DRAFT",
        "status": "READY", "createdAt": "2026-10-05T09:00:00Z", "updatedAt": "2026-10-05T09:00:00Z",
        "topicPolicy": {"topics": [{"name": "Tax", "definition": "Taxes", "type": "DENY"}], "tier": {"tierName": "CLASSIC"}},
        "contentPolicy": {"filters": [{"type": "HATE", "inputStrength": "HIGH", "outputStrength": "LOW"}]},
        "wordPolicy": {"words": [{"text": "Größe"}], "managedWordLists": [{"type": "PROFANITY"}]},
        "sensitiveInformationPolicy": filter,
        "contextualGroundingPolicy": {"filters": [{"type": "GROUNDING", "threshold": 0.75}]},
        "crossRegionDetails": {"guardrailProfileId": "us.guardrail.v1:0", "guardrailProfileArn": "arn:p"},
        "blockedInputMessaging": "in", "blockedOutputsMessaging": "out",
        "kmsKeyArn": "arn:aws:kms:us-east-1:111122223333:key/1",
    })
}

/// All that the baseline asks for, and something stricter.
pub(super) fn strong() -> Value {
    json!({
        "piiEntities": [
            {"type": "NAME", "action": "BLOCK"}, {"type": "PIN", "action": "BLOCK", "outputEnabled": false},
            {"type": "US_SOCIAL_SECURITY_NUMBER", "action": "NONE", "inputAction": "BLOCK", "outputAction": "BLOCK"},
        ],
        "regexes": [{"name": "theirs", "pattern": "MRN [0-9]{8}", "action": "ANONYMIZE"}],
    })
}

pub(super) fn text(document: &Value) -> Text {
    let status = document["status"].as_str().unwrap().to_owned();
    Text { status, document: Redacted::new(document.to_string()) }
}

pub(super) fn numbered(version: &str, filter: Value) -> Numbered {
    let mut document = document(filter);
    document["version"] = json!(version);
    document["description"] = json!("v");
    Numbered { version: version.to_owned(), text: text(&document) }
}

pub(super) fn configured(version: &str) -> Configured {
    let document = json!({"configId": "c1", "guardrailId": "abc", "guardrailVersion": version, "inputTags": "HONOR",
        "modelEnforcement": {"includedModels": ["ALL"], "excludedModels": ["a.b"]}});
    Configured { id: Some("c1".to_owned()), version: version.to_owned(), document: Redacted::new(document.to_string()) }
}

/// Version 1 in force, enforced or not.
pub(super) fn seen(draft: Value, in_force: Option<Value>, enforced: bool) -> GuardrailObservation {
    let in_force = in_force.map(|filter| numbered("1", filter));
    GuardrailObservation {
        arn: ARN.to_owned(),
        draft: text(&document(draft)),
        enforcement: if enforced { Enforcement::This(configured("1")) } else { Enforcement::None },
        versions: Some(in_force.iter().map(|_| Version { number: 1, ours: false }).collect()),
        in_force,
        newest: None,
        callers: None,
        unproven: false,
    }
}
