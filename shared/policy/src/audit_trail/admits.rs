//! Whether a bucket's policy lets CloudTrail do something for a trail.
//!
//! CloudTrail tries the bucket itself before it takes it, so a condition that is not known here is left to it; what
//! certainly does not admit it is told with advice, where AWS would only refuse.

use serde_json::{Map, Value};

use crate::globs;
use crate::policy_document::{PolicyDocument, covers_action, is_allow, principals, strings};

/// Who writes the files of trails.
pub(super) const SERVICE: &str = "cloudtrail.amazonaws.com";

/// What CloudTrail wants to do.
pub(super) struct Wish<'a> {
    /// `s3:PutObject`.
    pub(super) action: &'a str,
    /// The bucket's ARN, or an object's.
    pub(super) resource: String,
    /// Keys of the request's context, in small letters, and their values.
    pub(super) context: Vec<(&'static str, &'a str)>,
}

/// Whether a statement admits it.
pub(super) fn admits(policy: &PolicyDocument, wish: &Wish<'_>) -> bool {
    policy.statements().any(|statement| {
        is_allow(statement)
            && covers_action(statement, wish.action)
            && principals(statement, "Service").any(|named| named == SERVICE || named == "*")
            && covers_resource(statement, &wish.resource)
            && conditions(statement).all(|(operator, key, value)| may_hold(operator, key, value, wish))
    })
}

fn covers_resource(statement: &Map<String, Value>, resource: &str) -> bool {
    strings(statement.get("Resource")).any(|pattern| globs::matches(pattern.as_bytes(), resource.as_bytes()))
}

fn conditions(statement: &Map<String, Value>) -> impl Iterator<Item = (&str, &str, &Value)> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    operators.flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, value)| (operator.as_str(), key.as_str(), value))
    })
}

fn may_hold(operator: &str, key: &str, value: &Value, wish: &Wish<'_>) -> bool {
    let operator = operator.strip_suffix("IfExists").unwrap_or(operator);
    let key = key.to_ascii_lowercase();
    let Some((_, actual)) = wish.context.iter().find(|(name, _)| *name == key) else { return true };
    match operator {
        "StringEquals" => strings(Some(value)).any(|wanted| wanted == *actual),
        "StringLike" | "ArnLike" | "ArnEquals" => {
            strings(Some(value)).any(|wanted| globs::matches(wanted.as_bytes(), actual.as_bytes()))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TRAIL: &str = "arn:aws:cloudtrail:us-east-1:000000000000:trail/audit";

    fn admitted(change: impl FnOnce(&mut Value)) -> bool {
        let mut statement = json!({"Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::b/AWSLogs/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": TRAIL, "s3:x-amz-acl": "bucket-owner-full-control"}}});
        change(&mut statement);
        let policy = PolicyDocument::parse(&json!({ "Statement": [statement] }).to_string()).unwrap();
        let context = vec![("aws:sourcearn", TRAIL), ("s3:x-amz-acl", "bucket-owner-full-control")];
        let resource = "arn:aws:s3:::b/AWSLogs/x".to_owned();
        admits(&policy, &Wish { action: "s3:PutObject", resource, context })
    }

    #[test]
    fn a_statement_for_this_trail_admits_it() {
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
}
