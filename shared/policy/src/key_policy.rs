//! Whether a key policy lets an AWS service use the key.
//!
//! KMS Developer Guide, "Key policies in AWS KMS": what the account may do says nothing about AWS's services; only a
//! statement that names them does.

use serde_json::{Map, Value};

use crate::globs;
use crate::policy_document::{PolicyDocument, covers_action, is_allow, principals, strings};

/// A request that a service makes of a key.
#[derive(Clone, Copy, Debug)]
pub struct ServiceRequest<'a> {
    /// `logs.us-east-1.amazonaws.com`.
    pub service: &'a str,
    /// `kms:GenerateDataKey`.
    pub action: &'a str,
    /// The condition keys that it comes with, and their values; absent: they are not known, and a condition is taken to be
    /// made for the service.
    pub context: Option<&'a [(&'a str, &'a str)]>,
}

/// Whether the policy allows it and does not deny it. A condition that can't be judged by the context admits nobody.
#[must_use]
pub fn admits(policy: &PolicyDocument, request: ServiceRequest<'_>) -> bool {
    let applies = |statement: &Map<String, Value>| {
        covers_action(statement, request.action)
            && match (statement.get("Condition"), request.context) {
                (None, _) => true,
                (Some(_), None) => is_allow(statement),
                (Some(condition), Some(context)) => holds(condition, context),
            }
    };
    let named = |statement: &Map<String, Value>| principals(statement, "Service").any(|each| is(each, request.service));
    let everybody = |statement: &Map<String, Value>| principals(statement, "AWS").any(|each| each == "*");
    let allowed = policy.statements().any(|each| is_allow(each) && named(each) && applies(each));
    let denied = policy.statements().any(|each| !is_allow(each) && (named(each) || everybody(each)) && applies(each));
    allowed && !denied
}

fn is(named: &str, service: &str) -> bool {
    named == service || named == "*"
}

/// Whether every operator of a condition holds for these keys; one that is not known, or a key that is absent, does not.
fn holds(condition: &Value, context: &[(&str, &str)]) -> bool {
    let Some(operators) = condition.as_object() else { return false };
    operators.iter().all(|(operator, keys)| {
        let Some(compare) = comparison(operator) else { return false };
        keys.as_object().is_some_and(|keys| {
            keys.iter().all(|(key, wanted)| {
                let given = context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
                given.is_some_and(|(_, value)| strings(Some(wanted)).any(|pattern| compare(pattern, value)))
            })
        })
    })
}

fn comparison(operator: &str) -> Option<fn(&str, &str) -> bool> {
    match operator.strip_suffix("IfExists").unwrap_or(operator) {
        "StringEquals" => Some(|pattern, value| pattern == value),
        "StringLike" => Some(|pattern, value| globs::matches(pattern.as_bytes(), value.as_bytes())),
        "ArnEquals" | "ArnLike" => Some(arn_like),
        _ => None,
    }
}

/// Each of the six parts by itself (IAM User Guide, "Amazon Resource Name (ARN) condition operators").
fn arn_like(pattern: &str, arn: &str) -> bool {
    let (mut patterns, mut parts) = (pattern.splitn(6, ':'), arn.splitn(6, ':'));
    let matching = patterns.by_ref().zip(parts.by_ref()).filter(|(p, a)| globs::matches(p.as_bytes(), a.as_bytes()));
    matching.count() == 6
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const GROUP: &str = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/bedrock/a";

    const CONTEXT: &[(&str, &str)] =
        &[("kms:EncryptionContext:aws:logs:arn", GROUP), ("aws:SourceAccount", "000000000000")];

    fn admitted_with(context: Option<&[(&str, &str)]>, statements: &Value) -> bool {
        let policy = PolicyDocument::parse(&json!({ "Statement": statements }).to_string()).unwrap();
        admits(&policy, ServiceRequest { service: "logs.us-east-1.amazonaws.com", action: "kms:Decrypt", context })
    }

    fn admitted(statements: &Value) -> bool {
        admitted_with(Some(CONTEXT), statements)
    }

    fn statement(change: &Value) -> Value {
        let mut statement = json!({"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
            "Action": "kms:*", "Resource": "*"});
        for (name, value) in change.as_object().into_iter().flatten() {
            statement[name] = value.clone();
        }
        statement
    }

    #[test]
    fn a_service_is_admitted_by_name_and_under_conditions_that_hold() {
        let like = |operator: &str, value: &str| json!({ operator: { "kms:EncryptionContext:aws:logs:arn": value } });
        let cases = [
            (json!({}), true),
            (json!({"Principal": "*"}), true),
            (json!({"Action": ["kms:Encrypt*", "kms:decrypt"]}), true),
            (json!({"Condition": like("ArnLike", "arn:aws:logs:*:000000000000:log-group:/aws/*")}), true),
            (json!({"Condition": like("ArnEquals", GROUP)}), true),
            (json!({"Condition": like("StringLike", "arn:aws:logs:us-east-1:*")}), true),
            (json!({"Condition": like("StringEqualsIfExists", GROUP)}), true),
            (json!({"Condition": {"StringEquals": {"aws:sourceaccount": ["1", "000000000000"]}}}), true),
            (json!({"Principal": {"AWS": "arn:aws:iam::000000000000:root"}}), false),
            (json!({"Principal": {"Service": "logs.eu-west-1.amazonaws.com"}}), false),
            (json!({"Action": "kms:Encrypt"}), false),
            (json!({"Condition": like("ArnLike", "arn:aws:logs:*:log-group:/aws/*")}), false),
            (json!({"Condition": like("StringEquals", "arn:aws:logs:us-east-1:*")}), false),
            (json!({"Condition": like("StringNotLike", "x")}), false),
            (json!({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}), false),
            (json!({"Condition": "?"}), false),
        ];
        for (change, expected) in cases {
            assert_eq!(admitted(&json!([statement(&change)])), expected, "{change}");
        }
    }

    #[test]
    fn a_denial_that_applies_wins() {
        for (change, expected) in [
            (json!({"Effect": "Deny"}), false),
            (json!({"Effect": "Deny", "Principal": {"AWS": "*"}}), false),
            (json!({"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}}), true),
            (json!({"Effect": "Deny", "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}), true),
            (json!({"Effect": "Deny", "Action": "kms:PutKeyPolicy"}), true),
        ] {
            assert_eq!(admitted(&json!([statement(&json!({})), statement(&change)])), expected, "{change}");
        }
    }

    #[test]
    fn without_a_context_conditions_are_taken_to_be_made_for_the_service() {
        let under = |effect: &str| statement(&json!({"Effect": effect, "Condition": {"StringEquals": {"x": "y"}}}));
        assert!(admitted_with(None, &json!([under("Allow")])));
        assert!(admitted_with(None, &json!([statement(&json!({})), under("Deny")])));
        assert!(!admitted_with(None, &json!([statement(&json!({})), statement(&json!({"Effect": "Deny"}))])));
    }
}
