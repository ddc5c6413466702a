//! A data-protection policy as JSON: just enough to find and add identifiers.

use serde_json::{Map, Value, json};

use crate::baseline::CustomIdentifier;
use crate::policy_document::strings;

/// What has to be masked.
pub(super) struct Wanted<'a> {
    pub(super) partition: &'a str,
    pub(super) managed: &'a [String],
    pub(super) custom: &'a [CustomIdentifier],
}

/// A policy that has at most one statement that audits and one that masks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Document(Map<String, Value>);

impl Document {
    /// Reads a policy; nothing for what this can't be sure to keep whole.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let Ok(Value::Object(members)) = serde_json::from_str(text) else { return None };
        let statements = members.get("Statement")?.as_array()?;
        let plain = |statement: &Value| {
            let identifiers = statement.get("DataIdentifier").and_then(Value::as_array);
            identifiers.is_some_and(|each| each.iter().all(Value::is_string))
                && !(does(statement, "Audit") && does(statement, "Deidentify"))
        };
        let once = |operation| statements.iter().filter(|each| does(each, operation)).count() <= 1;
        let defined = match members.get("Configuration") {
            None => true,
            Some(configuration) => match configuration.get("CustomDataIdentifier") {
                None => configuration.is_object(),
                Some(custom) => custom.as_array().is_some_and(|each| {
                    each.iter().all(|each| text_of(each, "Name").is_some() && text_of(each, "Regex").is_some())
                }),
            },
        };
        (statements.iter().all(plain) && once("Audit") && once("Deidentify") && defined).then_some(Self(members))
    }

    /// A policy that masks nothing yet.
    pub(super) fn empty() -> Self {
        let mut members = Map::new();
        members.insert("Name".to_owned(), json!("phiward-data-protection"));
        members.insert("Version".to_owned(), json!("2021-06-01"));
        members.insert("Statement".to_owned(), json!([]));
        Self(members)
    }

    /// The policy with what is wanted; the same one when it is all there. What others wrote stays as it is, in its order.
    pub(super) fn with(&self, wanted: &Wanted<'_>) -> Self {
        let mut merged = self.clone();
        let mut identifiers = self.identifiers();
        for name in wanted.managed {
            if !identifiers
                .iter()
                .any(|each| each.rsplit_once(":data-identifier/").is_some_and(|(_, last)| last == name))
            {
                identifiers.push(format!("arn:{}:dataprotection::aws:data-identifier/{name}", wanted.partition));
            }
        }
        for custom in wanted.custom {
            let name = merged.defining(custom, &identifiers);
            if !identifiers.contains(&name) {
                identifiers.push(name);
            }
        }
        merged.list(&identifiers);
        merged
    }

    /// How many custom identifiers it defines.
    pub(super) fn custom_identifiers(&self) -> usize {
        self.custom().len()
    }

    pub(super) fn sends_findings(&self) -> bool {
        self.statements().iter().any(|statement| {
            let destination = statement.pointer("/Operation/Audit/FindingsDestination").and_then(Value::as_object);
            destination.is_some_and(|destination| !destination.is_empty())
        })
    }

    pub(super) fn to_text(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    fn statements(&self) -> &[Value] {
        self.0.get("Statement").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn custom(&self) -> &[Value] {
        let custom = self.0.get("Configuration").and_then(|configuration| configuration.get("CustomDataIdentifier"));
        custom.and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// What is audited, then what is only masked.
    fn identifiers(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for operation in ["Audit", "Deidentify"] {
            for statement in self.statements().iter().filter(|each| does(each, operation)) {
                for each in strings(statement.get("DataIdentifier")) {
                    if !found.iter().any(|known| known == each) {
                        found.push(each.to_owned());
                    }
                }
            }
        }
        found
    }

    /// The name under which that regex is defined; defined under a free one if it is not. A definition of somebody else
    /// is never changed, also one that has taken the name.
    fn defining(&mut self, wanted: &CustomIdentifier, identifiers: &[String]) -> String {
        let known = self.custom().iter().find(|each| text_of(each, "Regex") == Some(&wanted.regex));
        if let Some(name) = known.and_then(|each| text_of(each, "Name")) {
            return name.to_owned();
        }
        let taken = |name: &String| {
            identifiers.contains(name) || self.custom().iter().any(|each| text_of(each, "Name") == Some(name))
        };
        let names = std::iter::once(wanted.name.clone()).chain((2..).map(|n| format!("{}-{n}", wanted.name)));
        let name = names.into_iter().find(|name| !taken(name)).unwrap_or_default();
        let configuration = self.0.entry("Configuration").or_insert_with(|| json!({}));
        if let Some(configuration) = configuration.as_object_mut() {
            let custom = configuration.entry("CustomDataIdentifier").or_insert_with(|| json!([]));
            if let Some(custom) = custom.as_array_mut() {
                custom.push(json!({ "Name": name, "Regex": wanted.regex }));
            }
        }
        name
    }

    /// Lets both statements list these identifiers: CloudWatch Logs wants the lists to match exactly.
    fn list(&mut self, identifiers: &[String]) {
        let Some(statements) = self.0.get_mut("Statement").and_then(Value::as_array_mut) else { return };
        if !statements.iter().any(|each| does(each, "Deidentify")) {
            statements
                .push(json!({"Sid": "mask", "DataIdentifier": [], "Operation": {"Deidentify": {"MaskConfig": {}}}}));
        }
        if !statements.iter().any(|each| does(each, "Audit")) {
            let audit =
                json!({"Sid": "audit", "DataIdentifier": [], "Operation": {"Audit": {"FindingsDestination": {}}}});
            statements.insert(0, audit);
        }
        let ours = |each: &&mut Value| does(each, "Audit") || does(each, "Deidentify");
        let complete = |statement: &&mut Value| {
            let listed: Vec<&str> = strings(statement.get("DataIdentifier")).collect();
            listed.len() == identifiers.len() && identifiers.iter().all(|each| listed.contains(&each.as_str()))
        };
        if !statements.iter_mut().filter(ours).all(|each| complete(&each)) {
            for statement in statements.iter_mut().filter(ours) {
                statement["DataIdentifier"] = json!(identifiers);
            }
        }
    }
}

fn does(statement: &Value, operation: &str) -> bool {
    statement.get("Operation").is_some_and(|operations| operations.get(operation).is_some())
}

fn text_of<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member).and_then(Value::as_str)
}
