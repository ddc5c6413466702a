//! What AWS would make of the steps.

use serde_json::{Value, json};

use super::document::{content, same};
use super::observation::{Configured, Enforcement, GuardrailObservation, Numbered, Text, Version};
use super::samples::text;
use super::step::{Step, Target};
use crate::redacted::Redacted;

/// A guardrail with its versions, the account's configuration, and what has happened in a plan.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) draft: Value,
    pub(super) versions: Vec<(u32, Value)>,
    pub(super) enforced: Option<u32>,
    published: Option<u32>,
}

/// By the names of GetGuardrail.
fn read(update: &Value) -> Value {
    let mut document = super::samples::document(json!({}));
    let filter = &update["sensitiveInformationPolicyConfig"];
    let list = |name: &str| filter.get(name).cloned();
    let mut policy = json!({});
    for (to, from) in [("piiEntities", "piiEntitiesConfig"), ("regexes", "regexesConfig")] {
        if let Some(list) = list(from) {
            policy[to] = list;
        }
    }
    document["sensitiveInformationPolicy"] = policy;
    for name in ["contentPolicy", "topicPolicy"] {
        let (config, member, inner) = match name {
            "contentPolicy" => ("contentPolicyConfig", "filters", "filtersConfig"),
            _ => ("topicPolicyConfig", "topics", "topicsConfig"),
        };
        if let Some(value) = update.pointer(&format!("/{config}/{inner}")) {
            document[name][member] = value.clone();
        }
    }
    document
}

impl Model {
    pub(super) fn new(draft: Value, versions: Vec<(u32, Value)>, enforced: Option<u32>) -> Self {
        Self { draft, versions, enforced, published: None }
    }

    pub(super) fn version(&self, number: u32) -> Option<&Value> {
        self.versions.iter().find(|(each, _)| *each == number).map(|(_, document)| document)
    }

    /// Everything that may be asked for is read.
    pub(super) fn seen(&self) -> GuardrailObservation {
        let numbered = |number: u32| {
            let document = self.version(number)?;
            Some(Numbered { version: number.to_string(), text: text(document) })
        };
        let newest = self.versions.last().map(|(number, _)| *number);
        let configured = self.enforced.map(|number| {
            let document = Redacted::new(json!({"configId": "c"}).to_string());
            Configured { id: Some("c".to_owned()), version: number.to_string(), document }
        });
        let in_force = self.enforced.or(newest);
        GuardrailObservation {
            arn: super::samples::ARN.to_owned(),
            draft: Text { status: "READY".to_owned(), document: Redacted::new(self.draft.to_string()) },
            enforcement: configured.map_or(Enforcement::None, Enforcement::This),
            in_force: in_force.and_then(numbered),
            newest: newest.filter(|newest| Some(*newest) != in_force).and_then(numbered),
            versions: Some(
                self.versions.iter().map(|(number, _)| Version { number: *number, ours: number % 2 == 0 }).collect(),
            ),
            callers: Some(super::observation::Callers::default()),
            unproven: false,
        }
    }

    pub(super) fn apply(&mut self, step: &Step) {
        match step {
            Step::UpdateDraft { document, .. } => self.draft = read(&serde_json::from_str(document.expose()).unwrap()),
            Step::DeleteVersion { number } => {
                assert_ne!(self.enforced, Some(*number));
                self.versions.retain(|(each, _)| each != number);
            }
            Step::Publish { expected, .. } => {
                assert!(same(&self.draft, &serde_json::from_str(expected.expose()).unwrap()));
                let is_so = |document: &Value| content(document) == content(&self.draft);
                let newest = self.versions.last().cloned();
                let number = match newest {
                    Some((number, document)) if is_so(&document) => number,
                    newest => newest.map_or(1, |(number, _)| number + 1),
                };
                if self.version(number).is_none() {
                    assert!(self.versions.len() < 20);
                    self.versions.push((number, self.draft.clone()));
                }
                self.published = Some(number);
            }
            Step::Enforce { version, .. } => {
                let number = match version {
                    Target::Published => self.published.unwrap(),
                    Target::Version(number) => number.parse().unwrap(),
                    Target::Draft => panic!("a draft can't be enforced"),
                };
                assert!(self.version(number).is_some());
                self.enforced = Some(number);
            }
            Step::Prove { .. } => {}
            Step::Create { .. } => panic!("it is there"),
        }
    }
}
