//! Reading resource policies: just enough to find, add and judge statements, never to evaluate access.
//!
//! Sources: IAM User Guide, "IAM JSON policy elements reference"; statements are kept as they are, in their order.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::globs;

/// A resource policy, held as the JSON that AWS returned.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyDocument(Map<String, Value>);

/// A policy that is not a JSON object with statements.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the resource policy is not a JSON policy document")]
pub struct NotAPolicy;

impl PolicyDocument {
    /// Reads a policy.
    ///
    /// # Errors
    /// When it is not a JSON object whose `Statement`, if any, is an object or a list.
    pub fn parse(text: &str) -> Result<Self, NotAPolicy> {
        let Ok(Value::Object(document)) = serde_json::from_str(text) else { return Err(NotAPolicy) };
        match document.get("Statement") {
            None | Some(Value::Array(_) | Value::Object(_)) => Ok(Self(document)),
            Some(_) => Err(NotAPolicy),
        }
    }

    /// A policy without statements.
    #[must_use]
    pub fn empty() -> Self {
        let mut document = Map::new();
        document.insert("Version".to_owned(), json!("2012-10-17"));
        Self(document)
    }

    /// Its statements, in order.
    pub fn statements(&self) -> impl Iterator<Item = &Map<String, Value>> {
        let list: &[Value] = match self.0.get("Statement") {
            Some(Value::Array(list)) => list,
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        list.iter().filter_map(Value::as_object)
    }

    /// The policy with one more statement at its end. All others stay as they are. When the statement's `Sid` is taken,
    /// a number is added to it: a statement of somebody else is never replaced.
    #[must_use]
    pub fn with(&self, mut statement: Map<String, Value>) -> Self {
        if let Some(Value::String(sid)) = statement.get("Sid") {
            let taken =
                |sid: &str| self.statements().any(|other| other.get("Sid").and_then(Value::as_str) == Some(sid));
            let free = std::iter::once(sid.clone()).chain((2..).map(|n| format!("{sid}{n}"))).find(|sid| !taken(sid));
            statement.insert("Sid".to_owned(), json!(free));
        }
        let mut document = self.0.clone();
        let slot = document.entry("Statement").or_insert_with(|| json!([]));
        let mut statements = match slot.take() {
            Value::Array(list) => list,
            single => vec![single],
        };
        statements.push(Value::Object(statement));
        *slot = Value::Array(statements);
        Self(document)
    }

    /// The policy as AWS takes it.
    #[must_use]
    pub fn to_text(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}

/// Whether two policies say the same: S3 may give one back with its lists in another order or form.
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    let read = |text| serde_json::from_str::<Value>(text).map(|policy| normal(&policy));
    left == right || matches!((read(left), read(right)), (Ok(left), Ok(right)) if left == right)
}

/// The value with every single thing as a list of one, lists in order and flat, and members in order.
pub(crate) fn normal(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items
                .iter()
                .flat_map(|item| match normal(item) {
                    Value::Array(inner) => inner,
                    other => vec![other],
                })
                .collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.iter().map(|(name, value)| (name.clone(), normal(value))).collect();
            Value::Array(vec![Value::Object(members.into_iter().collect())])
        }
        single => Value::Array(vec![single.clone()]),
    }
}

/// The strings of an element that may be one string or a list of them.
pub fn strings(element: Option<&Value>) -> impl Iterator<Item = &str> {
    let list: &[Value] = match element {
        Some(Value::Array(list)) => list,
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    list.iter().filter_map(Value::as_str)
}

/// Whether the statement is an `Allow` (else, if it is `Deny`, it restricts).
#[must_use]
pub fn is_allow(statement: &Map<String, Value>) -> bool {
    statement.get("Effect").and_then(Value::as_str) == Some("Allow")
}

/// Whether the statement's `Action` covers `action` (`service:Name`), wildcards and case as IAM has them.
#[must_use]
pub fn covers_action(statement: &Map<String, Value>, action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    strings(statement.get("Action"))
        .any(|pattern| globs::matches(pattern.to_ascii_lowercase().as_bytes(), action.as_bytes()))
}

/// The principals of one kind (`AWS`, `Service`...) that the statement names; `*` stands for every kind.
pub fn principals<'a>(statement: &'a Map<String, Value>, kind: &str) -> impl Iterator<Item = &'a str> {
    let named = match statement.get("Principal") {
        Some(Value::Object(kinds)) => kinds.get(kind),
        all => all,
    };
    strings(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(sid: &str) -> Map<String, Value> {
        let Value::Object(map) = json!({"Sid": sid, "Effect": "Deny"}) else { panic!("an object") };
        map
    }

    #[test]
    fn adding_keeps_every_statement_and_evades_a_taken_sid() {
        let policy =
            PolicyDocument::parse(r#"{"Statement":{"Sid":"Ours","Effect":"Allow"},"Version":"2012-10-17","Id":"x"}"#)
                .unwrap();
        let merged = policy.with(statement("Ours"));
        assert_eq!(
            merged.to_text(),
            r#"{"Statement":[{"Sid":"Ours","Effect":"Allow"},{"Sid":"Ours2","Effect":"Deny"}],"Version":"2012-10-17","Id":"x"}"#
        );
    }

    #[test]
    fn what_is_not_a_policy_is_refused() {
        for text in ["", "[]", "null", r#"{"Statement":"x"}"#, "{"] {
            assert_eq!(PolicyDocument::parse(text), Err(NotAPolicy), "{text}");
        }
    }

    #[test]
    fn form_and_order_are_no_difference_and_everything_else_is() {
        let policy = r#"{"Version":"1","Statement":[{"Action":["a","b"],"Principal":{"AWS":"x"}},{"Sid":"y"}]}"#;
        let alike = r#"{"Statement":[{"Sid":"y"},{"Principal":{"AWS":["x"]},"Action":["b","a"]}],"Version":"1"}"#;
        assert!(same(policy, alike));
        assert!(same(r#"{"Statement":[{"Sid":"y"}]}"#, r#"{"Statement":{"Sid":"y"}}"#));
        for (from, to) in [("\"x\"", "\"z\""), ("\"b\",", ""), ("AWS", "Service"), ("\"Sid\":\"y\"", "")] {
            assert!(!same(policy, &alike.replace(from, to)), "{from}");
        }
        assert!(same("not json", "not json") && !same("not json", "nor this"));
    }

    #[test]
    fn actions_match_as_in_iam() {
        let statement = |action: Value| {
            let Value::Object(map) = json!({ "Action": action }) else { panic!("an object") };
            map
        };
        assert!(covers_action(&statement(json!("s3:*")), "s3:GetObject"));
        assert!(covers_action(&statement(json!(["kms:Decrypt", "KMS:GenerateDataKey*"])), "kms:GenerateDataKey"));
        assert!(!covers_action(&statement(json!("kms:Decrypt")), "kms:GenerateDataKey"));
    }
}
