//! A guardrail's JSON: read by one set of names, written by another.

use serde_json::{Map, Value, json};

use super::observation::Configured;

/// How an answer calls a member, and how a request does.
type Renamed = (&'static str, &'static str);

/// Policies: how GetGuardrail calls them, how UpdateGuardrail does, and the same of their members.
const POLICIES: [(&str, &str, &[Renamed]); 7] = [
    ("topicPolicy", "topicPolicyConfig", &[("topics", "topicsConfig"), ("tier", "tierConfig")]),
    ("contentPolicy", "contentPolicyConfig", &[("filters", "filtersConfig"), ("tier", "tierConfig")]),
    ("wordPolicy", "wordPolicyConfig", &[("words", "wordsConfig"), ("managedWordLists", "managedWordListsConfig")]),
    (FILTER, "sensitiveInformationPolicyConfig", &[("piiEntities", "piiEntitiesConfig"), ("regexes", "regexesConfig")]),
    ("contextualGroundingPolicy", "contextualGroundingPolicyConfig", &[("filters", "filtersConfig")]),
    (
        "automatedReasoningPolicy",
        "automatedReasoningPolicyConfig",
        &[("policies", "policies"), ("confidenceThreshold", "confidenceThreshold")],
    ),
    (
        "crossRegionDetails",
        "crossRegionConfig",
        &[("guardrailProfileArn", "guardrailProfileIdentifier"), ("guardrailProfileId", "")],
    ),
];
/// Single values that are written again.
const VALUES: [(&str, &str); 5] = [
    ("name", "name"),
    ("description", "description"),
    ("blockedInputMessaging", "blockedInputMessaging"),
    ("blockedOutputsMessaging", "blockedOutputsMessaging"),
    ("kmsKeyArn", "kmsKeyId"),
];
/// What only AWS writes.
const SHOWN: [&str; 8] = [
    "guardrailId",
    "guardrailArn",
    "version",
    "status",
    "createdAt",
    "updatedAt",
    "statusReasons",
    "failureRecommendations",
];
/// That all of a message is looked at, not only what a caller marked.
const EVERYTHING: &str = "COMPREHENSIVE";
/// The sensitive-information filter.
pub(super) const FILTER: &str = "sensitiveInformationPolicy";

/// What GetGuardrail says of the guardrail itself, without what only AWS writes, as UpdateGuardrail takes it.
///
/// # Errors
/// A member that this version of Phiward doesn't know: it would be lost.
pub fn to_update(document: &Value) -> Result<Value, String> {
    let Some(members) = document.as_object() else { return Err("it is no JSON object".to_owned()) };
    let mut written = Map::new();
    for (name, value) in members.iter().filter(|(_, value)| !is_nothing(value)) {
        if SHOWN.contains(&name.as_str()) {
            continue;
        }
        if let Some((_, to)) = VALUES.iter().find(|(from, _)| from == name) {
            written.insert((*to).to_owned(), value.clone());
            continue;
        }
        let Some((_, to, inner)) = POLICIES.iter().find(|(from, ..)| from == name) else {
            return Err(format!("its member `{name}` is not known"));
        };
        let policy = renamed(name, value, inner)?;
        if !policy.is_empty() {
            written.insert((*to).to_owned(), Value::Object(policy));
        }
    }
    Ok(Value::Object(written))
}

fn renamed(name: &str, value: &Value, inner: &[(&str, &str)]) -> Result<Map<String, Value>, String> {
    let Some(members) = value.as_object() else { return Err(format!("its member `{name}` is no object")) };
    let mut written = Map::new();
    for (member, value) in members.iter().filter(|(_, value)| !is_nothing(value)) {
        match inner.iter().find(|(from, _)| from == member) {
            Some((_, "")) => {}
            Some((_, to)) => {
                written.insert((*to).to_owned(), value.clone());
            }
            None => return Err(format!("its member `{name}.{member}` is not known")),
        }
    }
    Ok(written)
}

/// Absent as AWS may say it, which its own requests don't take.
fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// A guardrail in the form of UpdateGuardrail, without what may differ between a draft and the version made of it.
#[must_use]
pub fn content(document: &Value) -> Option<Value> {
    let mut content = to_update(document).ok()?;
    strip(&mut content);
    Some(content)
}

fn strip(update: &mut Value) {
    if let Some(members) = update.as_object_mut() {
        for name in ["name", "description", "kmsKeyId"] {
            members.shift_remove(name);
        }
    }
}

/// Whether a guardrail, as GetGuardrail says it, is what this update says, but for what a version has of its own.
#[must_use]
pub fn same(document: &Value, update: &Value) -> bool {
    let mut update = update.clone();
    strip(&mut update);
    content(document).is_some_and(|content| content == update)
}

/// What ListEnforcedGuardrailsConfiguration shows of a configuration and PutEnforcedGuardrailConfiguration doesn't take.
const CONFIGURATION_SHOWN: [&str; 10] = [
    "configId",
    "guardrailArn",
    "guardrailId",
    "guardrailVersion",
    "inputTags",
    "createdAt",
    "createdBy",
    "updatedAt",
    "updatedBy",
    "owner",
];
/// What it does take besides the guardrail.
const CONFIGURATION_KEPT: [&str; 2] = ["selectiveContentGuarding", "modelEnforcement"];

/// The body of PutEnforcedGuardrailConfiguration that points a configuration to a version. A new one is for every model, and
/// for all of each message.
///
/// # Errors
/// A member that this version of Phiward doesn't know: it would be lost.
pub fn enforcement(expected: Option<&Configured>, arn: &str, version: &str) -> Result<Value, String> {
    let mut inference = Map::from_iter([
        ("guardrailIdentifier".to_owned(), json!(arn)),
        ("guardrailVersion".to_owned(), json!(version)),
    ]);
    let Some(configured) = expected else {
        inference.insert("selectiveContentGuarding".to_owned(), json!({"system": EVERYTHING, "messages": EVERYTHING}));
        inference.insert("modelEnforcement".to_owned(), json!({"includedModels": ["ALL"], "excludedModels": []}));
        return Ok(json!({ "guardrailInferenceConfig": inference }));
    };
    let document: Value = serde_json::from_str(configured.document.expose()).unwrap_or_default();
    let Some(members) = document.as_object() else { return Err("it is no JSON object".to_owned()) };
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        if CONFIGURATION_KEPT.contains(&name.as_str()) {
            inference.insert(name.clone(), value.clone());
        } else if !CONFIGURATION_SHOWN.contains(&name.as_str()) {
            return Err(format!("its member `{name}` is not known"));
        }
    }
    let mut body = Map::new();
    body.extend(configured.id.as_ref().map(|id| ("configId".to_owned(), json!(id))));
    body.insert("guardrailInferenceConfig".to_owned(), Value::Object(inference));
    Ok(Value::Object(body))
}
