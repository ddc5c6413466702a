//! What an update has to write again, made from what Bedrock answered.
//!
//! The answer is taken as it came, member by member: what stands inside a member is copied, known or not, as both ways use
//! the same shapes. A member that is not known at all might be lost by an update that doesn't name it, so such a resource is
//! not written.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::observation::{Preparation, Rest, Writable};
use super::surface::Surface;
use crate::guardrails;

/// Why a resource can't be written again as it is; free of its texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WholeError {
    /// Its kind is never written.
    #[error("such a resource is never written")]
    Kind,
    /// The answer is no object, or has not the object that it should have.
    #[error("Bedrock's answer is not of the known form")]
    Form,
    /// A member of it, by AWS's name.
    #[error("Phiward does not know its member {0}")]
    Unknown(String),
    /// A value that an update must have.
    #[error("it has no {0} yet, without which Bedrock takes no update")]
    Lacking(&'static str),
    /// A guardrail's answer, which has other names than its update.
    #[error("{0}")]
    Guardrail(String),
    /// A word that is not known.
    #[error("the value of {0} is not a known one")]
    Word(&'static str),
}

/// How an answer and an update of a kind are related.
struct Form {
    /// Under which member the answer has the resource.
    under: Option<&'static str>,
    /// Taken over into the update.
    written: &'static [&'static str],
    /// Shown only.
    shown: &'static [&'static str],
    /// Without these there is no update.
    required: &'static [&'static str],
    /// Where the key stands.
    key: &'static [&'static str],
}

const KEY: &str = "customerEncryptionKeyArn";
const OVERRIDES: &str = "promptOverrideConfiguration";

const AGENT: Form = Form {
    under: Some("agent"),
    written: &[
        "agentName",
        "instruction",
        "foundationModel",
        "description",
        "orchestrationType",
        "customOrchestration",
        "idleSessionTTLInSeconds",
        "agentResourceRoleArn",
        OVERRIDES,
        "guardrailConfiguration",
        "memoryConfiguration",
        "agentCollaboration",
    ],
    shown: &[
        "agentId",
        "agentArn",
        "agentVersion",
        "clientToken",
        "agentStatus",
        "createdAt",
        "updatedAt",
        "preparedAt",
        "failureReasons",
        "recommendedActions",
    ],
    required: &["agentName", "foundationModel", "agentResourceRoleArn"],
    key: &[KEY],
};

const DATA_SOURCE: Form = Form {
    under: Some("dataSource"),
    written: &["name", "description", "dataSourceConfiguration", "dataDeletionPolicy", "vectorIngestionConfiguration"],
    shown: &["knowledgeBaseId", "dataSourceId", "status", "createdAt", "updatedAt", "failureReasons"],
    required: &["name", "dataSourceConfiguration"],
    key: &["serverSideEncryptionConfiguration", "kmsKeyArn"],
};

const FLOW: Form = Form {
    under: None,
    written: &["name", "description", "executionRoleArn", "definition"],
    shown: &["id", "arn", "status", "createdAt", "updatedAt", "version", "validations"],
    required: &["name", "executionRoleArn"],
    key: &[KEY],
};

const PROMPT: Form = Form {
    under: None,
    written: &["name", "description", "defaultVariant", "variants"],
    shown: &["id", "arn", "version", "createdAt", "updatedAt"],
    required: &["name"],
    key: &[KEY],
};

/// Its update is made where guardrails are: it has other names for everything.
const GUARDRAIL: Form = Form {
    under: None,
    written: &[],
    shown: &[],
    required: &["name", "blockedInputMessaging", "blockedOutputsMessaging"],
    key: &["kmsKeyArn"],
};
/// What an update calls a guardrail's key.
const GUARDRAIL_KEY: &str = "kmsKeyId";

fn form(surface: Surface) -> Result<&'static Form, WholeError> {
    match surface {
        Surface::Agent => Ok(&AGENT),
        Surface::DataSource => Ok(&DATA_SOURCE),
        Surface::Flow => Ok(&FLOW),
        Surface::Prompt => Ok(&PROMPT),
        Surface::Guardrail => Ok(&GUARDRAIL),
        _ => Err(WholeError::Kind),
    }
}

/// The body of an update that changes nothing but the key.
///
/// # Errors
/// When something might be lost by it.
pub fn request(surface: Surface, answer: &Value, key_arn: &str) -> Result<Value, WholeError> {
    let mut body = rest(surface, answer)?;
    let path: &[&str] = if surface == Surface::Guardrail { &[GUARDRAIL_KEY] } else { form(surface)?.key };
    let key = path.iter().rev().fold(json!(key_arn), |value, name| json!({ *name: value }));
    body.extend(key.as_object().cloned().unwrap_or_default());
    Ok(Value::Object(body))
}

/// The digest of all that such an update writes again.
///
/// # Errors
/// When something might be lost by it.
pub fn digest(surface: Surface, answer: &Value) -> Result<String, WholeError> {
    let rest = Value::Object(rest(surface, answer)?);
    Ok(Sha256::digest(rest.to_string().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Writable {
    /// What an answer says of a resource; nothing: it is being deleted.
    ///
    /// # Errors
    /// When the answer is not of the known form.
    pub fn read(surface: Surface, answer: &Value) -> Result<Option<Self>, WholeError> {
        let form = form(surface)?;
        let status = status(resource(form, answer)?);
        if status == Some("DELETING") {
            return Ok(None);
        }
        let key_arn = at(resource(form, answer)?, form.key).map(|key| key.as_str().unwrap_or("unknown").to_owned());
        let digest = digest(surface, answer).map_err(|why| why.to_string());
        let (preparation, unknown) = match (surface, status) {
            (Surface::Agent, Some("PREPARED" | "VERSIONING")) | (Surface::Flow, Some("Prepared")) => {
                (Some(Preparation::Done), false)
            }
            (Surface::Agent, Some("PREPARING")) | (Surface::Flow, Some("Preparing")) => {
                (Some(Preparation::Going), false)
            }
            (Surface::Agent, Some("NOT_PREPARED" | "CREATING" | "UPDATING" | "FAILED"))
            | (Surface::Flow, Some("NotPrepared" | "Failed")) => (Some(Preparation::No), false),
            (Surface::Guardrail, Some("READY" | "FAILED" | "CREATING" | "UPDATING" | "VERSIONING")) => (None, false),
            (Surface::Agent | Surface::Flow | Surface::Guardrail, _) => (None, true),
            _ => (None, false),
        };
        let rest = match digest {
            Ok(_) if unknown => Rest::Unwritable(WholeError::Word("its status").to_string()),
            Ok(digest) => Rest::Sha256(digest),
            Err(why) => Rest::Unwritable(why),
        };
        Ok(Some(Self { key_arn, preparation, rest, versions: 0, key: None, left_unprepared: false, altered: false }))
    }
}

/// Whether nothing is going on with the resource that keeps Bedrock from taking an update.
#[must_use]
pub fn is_settled(surface: Surface, answer: &Value) -> bool {
    let shown = form(surface).and_then(|form| resource(form, answer)).ok();
    !matches!(shown.and_then(status), Some("CREATING" | "UPDATING" | "PREPARING" | "VERSIONING" | "Preparing"))
}

fn status(resource: &Map<String, Value>) -> Option<&str> {
    resource.get("agentStatus").or_else(|| resource.get("status")).and_then(Value::as_str)
}

fn resource<'a>(form: &Form, answer: &'a Value) -> Result<&'a Map<String, Value>, WholeError> {
    let resource = form.under.map_or(Some(answer), |name| answer.get(name));
    resource.and_then(Value::as_object).ok_or(WholeError::Form)
}

/// What stands there; null is nothing.
fn at<'a>(within: &'a Map<String, Value>, path: &[&str]) -> Option<&'a Value> {
    let (first, others) = path.split_first()?;
    let found = others.iter().try_fold(within.get(*first)?, |value, name| value.get(name))?;
    (!found.is_null()).then_some(found)
}

fn rest(surface: Surface, answer: &Value) -> Result<Map<String, Value>, WholeError> {
    let form = form(surface)?;
    let rest = if surface == Surface::Guardrail {
        let mut update = guardrails::to_update(answer).map_err(WholeError::Guardrail)?;
        let members = update.as_object_mut().ok_or(WholeError::Form)?;
        members.shift_remove(GUARDRAIL_KEY);
        std::mem::take(members)
    } else {
        members(form, answer)?
    };
    match form.required.iter().find(|name| !rest.contains_key(**name)) {
        Some(lacking) => Err(WholeError::Lacking(lacking)),
        None => Ok(rest),
    }
}

fn members(form: &Form, answer: &Value) -> Result<Map<String, Value>, WholeError> {
    let mut rest = Map::new();
    for (name, value) in resource(form, answer)?.iter().filter(|(_, value)| !value.is_null()) {
        if form.written.contains(&name.as_str()) {
            let value = if name == OVERRIDES { overrides(value)? } else { Some(value.clone()) };
            rest.extend(value.map(|value| (name.clone(), value)));
        } else if form.key.first() == Some(&name.as_str()) {
            // Besides the key there may be something that is not known.
            let more = value.as_object().and_then(|within| within.keys().find(|key| !form.key.contains(&key.as_str())));
            if let Some(more) = more {
                return Err(WholeError::Unknown(more.clone()));
            }
        } else if !form.shown.contains(&name.as_str()) {
            return Err(WholeError::Unknown(name.clone()));
        }
    }
    Ok(rest)
}

/// A prompt that is Bedrock's own is shown with its text and settings, and must not be written with them. What differs from
/// how Bedrock makes it stays; one that differs in nothing, and a member that holds no other, is as good as not there.
fn overrides(value: &Value) -> Result<Option<Value>, WholeError> {
    let mut value = value.clone();
    let prompts =
        value.get_mut("promptConfigurations").and_then(Value::as_array_mut).ok_or(WholeError::Word(OVERRIDES))?;
    let mut kept = Vec::with_capacity(prompts.len());
    for mut prompt in prompts.drain(..) {
        let members = prompt.as_object_mut().ok_or(WholeError::Word(OVERRIDES))?;
        match members.get("promptCreationMode").and_then(Value::as_str) {
            Some("OVERRIDDEN") => kept.push(prompt),
            Some("DEFAULT") => {
                members.retain(|name, value| !value.is_null() && !is_default(name, value));
                let usual = match members.get("promptType").and_then(Value::as_str) {
                    Some("POST_PROCESSING") => "DISABLED",
                    _ => "ENABLED",
                };
                if members.get("promptState").and_then(Value::as_str) == Some(usual) {
                    members.shift_remove("promptState");
                }
                if members.keys().any(|name| !["promptType", "promptCreationMode"].contains(&name.as_str())) {
                    kept.push(prompt);
                }
            }
            _ => return Err(WholeError::Word("promptCreationMode")),
        }
    }
    let nothing = kept.is_empty();
    *prompts = kept;
    let alone = value.as_object().is_some_and(|members| members.values().filter(|value| !value.is_null()).count() == 1);
    Ok((!nothing || !alone).then_some(value))
}

/// Whether a member of Bedrock's own prompt is Bedrock's own, too.
fn is_default(name: &str, value: &Value) -> bool {
    matches!(name, "basePromptTemplate" | "inferenceConfiguration" | "foundationModel")
        || (name == "parserMode" && value == "DEFAULT")
}
