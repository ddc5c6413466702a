//! Service control policies: whether they keep a setting from being weakened at all (guide steps S3 and S7).
//!
//! AWS Organizations User Guide, "SCP evaluation": a Deny at any level above the account counts. What denies only under further
//! conditions, or excepts somebody, does not count here: it leaves a way.

use serde_json::{Map, Value};

use crate::globs::covers;
use crate::policy_document::{PolicyDocument, covers_action, strings};

/// The condition key that holds the mode of a request, and what may change a mode, on one plane.
#[derive(Clone, Copy, Debug)]
pub struct Plane {
    prefix: &'static str,
    changes: &'static [&'static str],
}

/// The Bedrock control plane.
pub const CONTROL_PLANE: Plane = Plane { prefix: "bedrock", changes: &["PutAccountDataRetention"] };
/// The bedrock-mantle plane, where projects have modes of their own.
pub const MANTLE: Plane =
    Plane { prefix: "bedrock-mantle", changes: &["PutAccountDataRetention", "CreateProject", "UpdateProject"] };
/// What invokes a model.
const INFERENCE: [&str; 2] = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];

/// Whether every mode but `none` is denied on that plane.
#[must_use]
pub fn denies_other_modes(policies: &[PolicyDocument], plane: Plane) -> bool {
    plane.changes.iter().all(|change| {
        let action = format!("{}:{change}", plane.prefix);
        let key = format!("{}:DataRetentionMode", plane.prefix);
        denials(policies, &action).any(|denial| {
            conditions(denial).all(|(operator, name, values)| match operator.as_str() {
                "stringnotequals" => name.eq_ignore_ascii_case(&key) && values == ["none"],
                // Only requests that set a mode are judged.
                "null" => name.eq_ignore_ascii_case(&key) && values == ["false"],
                _ => false,
            })
        })
    })
}

/// Whether inference through Global inference profiles is denied; `profiles` is the ARN pattern of all of them in this account and
/// Region. Such a request has no Region of its own.
#[must_use]
pub fn denies_global_profiles(policies: &[PolicyDocument], profiles: &str) -> bool {
    INFERENCE.iter().all(|action| {
        denials(policies, action).any(|denial| {
            let mut global = false;
            let others = conditions(denial).all(|(operator, name, values)| match operator.as_str() {
                "stringequals" if name.eq_ignore_ascii_case("aws:RequestedRegion") => {
                    global = values == ["unspecified"];
                    global
                }
                "arnlike" | "stringlike" if name.eq_ignore_ascii_case("bedrock:InferenceProfileArn") => {
                    let all = values.iter().any(|arn| covers(arn.as_bytes(), profiles.as_bytes()));
                    global |= all;
                    all
                }
                _ => false,
            });
            let unconditional = conditions(denial).next().is_none();
            others && (global || unconditional)
        })
    })
}

/// The statements that deny an action on everything.
fn denials<'a>(policies: &'a [PolicyDocument], action: &'a str) -> impl Iterator<Item = &'a Map<String, Value>> {
    let deny = |statement: &&Map<String, Value>| {
        statement.get("Effect").and_then(Value::as_str) == Some("Deny")
            && covers_action(statement, action)
            && strings(statement.get("Resource")).any(|resource| resource == "*")
    };
    policies.iter().flat_map(PolicyDocument::statements).filter(deny)
}

/// Operator in lower case, key, values.
fn conditions(statement: &Map<String, Value>) -> impl Iterator<Item = (String, &str, Vec<&str>)> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    operators.flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(name, values)| (operator.to_ascii_lowercase(), name.as_str(), strings(Some(values)).collect()))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GLOBAL: &str = "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/global.*";

    fn policy(statement: &Value) -> Vec<PolicyDocument> {
        vec![PolicyDocument::parse(&json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()).unwrap()]
    }

    fn deny(action: &Value, condition: &Value) -> Value {
        json!({"Effect": "Deny", "Action": action, "Resource": "*", "Condition": condition})
    }

    #[test]
    fn every_other_mode_must_be_denied_for_everything_that_sets_one() {
        let key = "bedrock-mantle:DataRetentionMode";
        let all = json!([
            "bedrock-mantle:PutAccountDataRetention",
            "bedrock-mantle:CreateProject",
            "bedrock-mantle:UpdateProject"
        ]);
        let not_none = json!({"StringNotEquals": {key: "none"}});
        let judged = json!({"StringNotEquals": {key: ["none"]}, "Null": {key: "false"}});
        let cases = [
            (deny(&all, &not_none), true),
            (deny(&json!("bedrock-mantle:*"), &judged), true),
            (deny(&all, &json!({})), true),
            (deny(&json!("bedrock-mantle:PutAccountDataRetention"), &not_none), false),
            (deny(&all, &json!({"StringNotEquals": {key: ["none", "default"]}})), false),
            (
                deny(&all, &json!({"StringNotEquals": {key: "none", "aws:PrincipalArn": "arn:aws:iam::*:role/admin"}})),
                false,
            ),
            (deny(&all, &json!({"ForAnyValue:StringEquals": {key: ["aws_review"]}})), false),
            (json!({"Effect": "Allow", "Action": "*", "Resource": "*"}), false),
        ];
        for (statement, expected) in cases {
            assert_eq!(denies_other_modes(&policy(&statement), MANTLE), expected, "{statement}");
        }
        let both = deny(
            &json!("bedrock:PutAccountDataRetention"),
            &json!({"StringNotEquals": {"bedrock:DataRetentionMode": "none"}}),
        );
        assert!(denies_other_modes(&policy(&both), CONTROL_PLANE) && !denies_other_modes(&policy(&both), MANTLE));
    }

    #[test]
    fn global_profiles_must_be_denied_whatever_else_is_so() {
        let region = json!({"StringEquals": {"aws:RequestedRegion": "unspecified"}});
        let profile =
            json!({"ArnLike": {"bedrock:InferenceProfileArn": "arn:aws:bedrock:*:*:inference-profile/global.*"}});
        let both = json!({"StringEquals": {"aws:RequestedRegion": "unspecified"},
            "ArnLike": {"bedrock:InferenceProfileArn": "arn:aws:bedrock:*:*:inference-profile/global.*"}});
        for condition in [&region, &profile, &both] {
            assert!(denies_global_profiles(&policy(&deny(&json!("bedrock:*"), condition)), GLOBAL), "{condition}");
        }
        let of_some = |arn: &str| json!({"ArnLike": {"bedrock:InferenceProfileArn": arn}});
        for arn in [
            "arn:aws:bedrock:*:*:inference-profile/global.anthropic.*",
            "arn:aws:bedrock:*:999999999999:inference-profile/global.*",
            "arn:aws:bedrock:us-east-1:*:inference-profile/global.*",
        ] {
            assert!(!denies_global_profiles(&policy(&deny(&json!("bedrock:*"), &of_some(arn))), GLOBAL), "{arn}");
        }
        let elsewhere = json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}});
        let excepted = json!({"StringEquals": {"aws:RequestedRegion": "unspecified", "aws:PrincipalTag/x": "y"}});
        for condition in [&elsewhere, &excepted] {
            assert!(!denies_global_profiles(&policy(&deny(&json!("bedrock:*"), condition)), GLOBAL), "{condition}");
        }
        assert!(!denies_global_profiles(&policy(&deny(&json!("bedrock:Converse"), &region)), GLOBAL));
    }
}
