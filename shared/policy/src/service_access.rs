//! Whether a resource's policy lets an AWS service do something.
//!
//! The services that are asked about here try it themselves before they take a destination, so a condition that is not
//! known is left to them; what certainly does not admit them is told with advice, where AWS would only refuse.

use serde_json::{Map, Value};

use crate::globs;
use crate::policy_document::{PolicyDocument, covers_action, is_allow, principals, strings};

/// What a service wants to do.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// `cloudtrail.amazonaws.com`.
    pub service: &'a str,
    /// `s3:PutObject`.
    pub action: &'a str,
    /// The ARN of what it is done to. A statement without resource, as trust policies have, is about whatever it stands at.
    pub resource: String,
    /// Keys of the request's context, in small letters, and their values.
    pub context: Vec<(&'static str, &'a str)>,
}

/// Whether a statement admits it, and none certainly denies it.
#[must_use]
pub fn admits(policy: &PolicyDocument, wish: &Wish<'_>) -> bool {
    let allows = |statement: &Map<String, Value>| {
        is_allow(statement) && names(statement, wish, "Service") && applies(statement, wish) != Some(false)
    };
    let denies = |statement: &Map<String, Value>| {
        !is_allow(statement)
            && (names(statement, wish, "Service") || principals(statement, "AWS").any(|named| named == "*"))
            && applies(statement, wish) == Some(true)
    };
    policy.statements().any(allows) && !policy.statements().any(denies)
}

fn names(statement: &Map<String, Value>, wish: &Wish<'_>, kind: &str) -> bool {
    principals(statement, kind).any(|named| named == wish.service || named == "*")
}

/// Whether action, resource and conditions are the wish's; `None`: a condition can't be judged.
fn applies(statement: &Map<String, Value>, wish: &Wish<'_>) -> Option<bool> {
    let covers = |pattern: &str| globs::matches(pattern.as_bytes(), wish.resource.as_bytes());
    let resource = match statement.get("Resource") {
        None => !statement.contains_key("NotResource"),
        some => strings(some).any(covers),
    };
    if !covers_action(statement, wish.action) || !resource {
        return Some(false);
    }
    let judged: Vec<_> =
        conditions(statement).map(|(operator, key, value)| holds(operator, key, value, wish)).collect();
    if judged.contains(&Some(false)) {
        Some(false)
    } else if judged.contains(&None) {
        None
    } else {
        Some(true)
    }
}

fn conditions(statement: &Map<String, Value>) -> impl Iterator<Item = (&str, &str, &Value)> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    operators.flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, value)| (operator.as_str(), key.as_str(), value))
    })
}

fn holds(operator: &str, key: &str, value: &Value, wish: &Wish<'_>) -> Option<bool> {
    let operator = operator.strip_suffix("IfExists").unwrap_or(operator);
    let key = key.to_ascii_lowercase();
    let (_, actual) = wish.context.iter().find(|(name, _)| *name == key)?;
    match operator {
        "StringEquals" => Some(strings(Some(value)).any(|wanted| wanted == *actual)),
        "StringLike" | "ArnLike" | "ArnEquals" => {
            Some(strings(Some(value)).any(|wanted| globs::matches(wanted.as_bytes(), actual.as_bytes())))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SERVICE: &str = "cloudtrail.amazonaws.com";
    const TRAIL: &str = "arn:aws:cloudtrail:us-east-1:000000000000:trail/audit";

    fn statement(change: impl FnOnce(&mut Value)) -> Value {
        let mut statement = json!({"Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::b/AWSLogs/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": TRAIL, "s3:x-amz-acl": "bucket-owner-full-control"}}});
        change(&mut statement);
        statement
    }

    fn judged(statements: &[Value]) -> bool {
        let policy = PolicyDocument::parse(&json!({ "Statement": statements }).to_string()).unwrap();
        let context = vec![("aws:sourcearn", TRAIL), ("s3:x-amz-acl", "bucket-owner-full-control")];
        let resource = "arn:aws:s3:::b/AWSLogs/x".to_owned();
        admits(&policy, &Wish { service: SERVICE, action: "s3:PutObject", resource, context })
    }

    fn admitted(change: impl FnOnce(&mut Value)) -> bool {
        judged(&[statement(change)])
    }

    #[test]
    fn a_statement_for_this_service_and_source_admits_it() {
        let like = |value: Value| {
            move |statement: &mut Value| statement["Condition"] = json!({"ArnLike": {"aws:SourceArn": value}})
        };
        assert!(admitted(|_| {}));
        assert!(admitted(|statement| statement["Condition"] = Value::Null));
        assert!(admitted(|statement| statement["Principal"] = json!("*")));
        assert!(admitted(|statement| statement["Action"] = json!(["s3:Get*", "s3:Put*"])));
        assert!(admitted(like(json!(["arn:aws:cloudtrail:*:000000000000:trail/*"]))));
        assert!(admitted(|statement| statement["Condition"] = json!({"StringEquals": {"aws:SourceOrgID": "o-1"}})));
        assert!(admitted(|statement| statement["Condition"] = json!({"StringNotLike": {"aws:SourceArn": "x"}})));
        assert!(admitted(
            |statement| statement["Condition"] = json!({"StringEqualsIfExists": {"aws:SourceArn": TRAIL}})
        ));
    }

    #[test]
    fn what_is_for_others_does_not() {
        assert!(!admitted(|statement| statement["Effect"] = json!("Deny")));
        assert!(!admitted(|statement| statement["Principal"] = json!({"Service": "config.amazonaws.com"})));
        assert!(!admitted(|statement| statement["Principal"] = json!({"AWS": "*"})));
        assert!(!admitted(|statement| statement["Action"] = json!("s3:GetObject")));
        assert!(!admitted(|statement| statement["Resource"] = json!("arn:aws:s3:::other/*")));
        for key in ["aws:SourceArn", "s3:x-amz-acl"] {
            for operator in ["StringEquals", "StringLike", "ArnLike", "ArnEquals"] {
                let mut condition = json!({});
                condition[operator][key] = json!("arn:aws:cloudtrail:us-east-1:000000000000:trail/other");
                assert!(!admitted(|statement| statement["Condition"] = condition), "{operator} {key}");
            }
        }
    }

    #[test]
    fn a_denial_counts_only_where_it_certainly_applies() {
        let deny = |change: Value| {
            statement(|statement| {
                statement["Effect"] = json!("Deny");
                for (member, value) in change.as_object().into_iter().flatten() {
                    statement[member] = value.clone();
                }
            })
        };
        let tls = json!({"Bool": {"aws:SecureTransport": "false"}});
        for (change, expected) in [
            (json!({}), false),
            (json!({"Principal": "*", "Condition": null}), false),
            (json!({"Principal": {"AWS": "*"}, "Action": "s3:*"}), false),
            (json!({"Principal": "*", "Condition": tls}), true),
            (json!({"Principal": {"AWS": "arn:aws:iam::000000000000:root"}}), true),
            (json!({"Resource": "arn:aws:s3:::b/other/*"}), true),
            (json!({"Action": "s3:DeleteObject"}), true),
        ] {
            assert_eq!(judged(&[statement(|_| {}), deny(change.clone())]), expected, "{change}");
        }
    }

    #[test]
    fn a_trust_policy_has_no_resource() {
        let trust =
            json!({"Statement": [{"Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": "sts:AssumeRole"}]});
        let policy = PolicyDocument::parse(&trust.to_string()).unwrap();
        let wish = Wish { service: SERVICE, action: "sts:AssumeRole", resource: String::new(), context: Vec::new() };
        assert!(admits(&policy, &wish));
        assert!(!admits(&policy, &Wish { service: "config.amazonaws.com", ..wish }));
    }
}
