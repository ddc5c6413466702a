//! Requests come over TLS, or not at all (45 CFR 164.312(e)(1)).

use serde_json::{Map, Value, json};

use super::assess::Desired;
use super::observation::BucketObservation;
use super::step::Step;
use crate::control::BUCKETS_TLS_ONLY;
use crate::decision::Violation;
use crate::policy_document::{PolicyDocument, principals, strings};
use crate::redacted::Redacted;

/// The largest bucket policy that S3 takes.
pub const MAX_POLICY_BYTES: usize = 20 * 1024;

/// Whether the policy has to be changed, so that S3 has to be asked whether it is public.
#[must_use]
pub fn needs_policy_status(policy: Option<&Redacted<String>>, desired: &Desired<'_>) -> bool {
    policy.is_some_and(|policy| {
        PolicyDocument::parse(policy.expose()).is_ok_and(|policy| {
            !refuses_plain(&policy, desired.partition, desired.bucket)
                || desired.deliveries.iter().any(|delivery| !delivery.admitted(&policy))
        })
    })
}

/// The policy with the statement, if it needs it.
pub(super) fn with_tls_only(policy: &PolicyDocument, partition: &str, bucket: &str) -> PolicyDocument {
    if refuses_plain(policy, partition, bucket) { policy.clone() } else { policy.with(statement(partition, bucket)) }
}

pub(super) fn assess(desired: &Desired<'_>, seen: &BucketObservation) -> Option<Violation<Step>> {
    let person = |advice: &str| Some(Violation::person(&BUCKETS_TLS_ONLY, advice));
    let policy = match &seen.policy {
        None => PolicyDocument::empty(),
        Some(text) => match PolicyDocument::parse(text.expose()) {
            Ok(policy) => policy,
            Err(_) => return person("the bucket policy can't be understood, so nothing was added to it: repair it"),
        },
    };
    if refuses_plain(&policy, desired.partition, desired.bucket) {
        return None;
    }
    if seen.policy_is_public == Some(true) {
        // With Block Public Access on, S3 refuses every new version of a public policy, and taking somebody else's
        // statement away is not for a machine.
        return person(
            "the bucket policy grants public access, which S3 does not let be written again: remove that statement, then \
             the TLS-only statement is added",
        );
    }
    let document = policy.with(statement(desired.partition, desired.bucket)).to_text();
    if document.len() > MAX_POLICY_BYTES {
        return person("the bucket policy has no room for the TLS-only statement: shorten it (S3 takes 20 KB)");
    }
    let step = Step::PutPolicy { expected: seen.policy.clone(), document: Redacted::new(document) };
    Some(Violation::steps(&BUCKETS_TLS_ONLY, vec![step]))
}

fn resources(partition: &str, bucket: &str) -> [String; 2] {
    [format!("arn:{partition}:s3:::{bucket}"), format!("arn:{partition}:s3:::{bucket}/*")]
}

fn statement(partition: &str, bucket: &str) -> Map<String, Value> {
    let statement = json!({
        "Sid": "PhiwardTlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": resources(partition, bucket),
        "Condition": { "Bool": { "aws:SecureTransport": "false" } },
    });
    match statement {
        Value::Object(statement) => statement,
        _ => Map::new(),
    }
}

/// Whether statements deny everybody everything on the bucket and on its objects without TLS. A further condition, or
/// fewer principals or actions, would leave a way, so such a statement does not count.
fn refuses_plain(policy: &PolicyDocument, partition: &str, bucket: &str) -> bool {
    let covers = |resource: &str| policy.statements().any(|statement| denies_plain(statement, resource));
    resources(partition, bucket).iter().all(|resource| covers(resource))
}

fn denies_plain(statement: &Map<String, Value>, resource: &str) -> bool {
    const MEMBERS: &[&str] = &["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];
    let condition = statement.get("Condition").and_then(Value::as_object);
    let only_plain = condition.is_some_and(|condition| {
        condition.len() == 1
            && condition.get("Bool").and_then(Value::as_object).is_some_and(|keys| {
                keys.len() == 1
                    && keys.iter().all(|(key, value)| {
                        key.eq_ignore_ascii_case("aws:SecureTransport")
                            && (value.as_bool() == Some(false) || strings(Some(value)).eq(["false"]))
                    })
            })
    });
    only_plain
        && statement.keys().all(|member| MEMBERS.contains(&member.as_str()))
        && statement.get("Effect").and_then(Value::as_str) == Some("Deny")
        && principals(statement, "AWS").any(|principal| principal == "*")
        && strings(statement.get("Action")).any(|action| action == "*" || action.eq_ignore_ascii_case("s3:*"))
        && strings(statement.get("Resource")).any(|named| named == "*" || named == resource)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(statements: Value) -> PolicyDocument {
        PolicyDocument::parse(&json!({ "Statement": statements }).to_string()).unwrap()
    }

    fn ours() -> Value {
        Value::Object(statement("aws", "b"))
    }

    #[test]
    fn our_own_statement_and_its_equals_are_recognized() {
        assert!(refuses_plain(&parse(ours()), "aws", "b"));
        let split = json!([
            {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "arn:aws:s3:::b",
             "Condition": {"Bool": {"aws:securetransport": ["false"]}}},
            {"Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"], "Resource": ["arn:aws:s3:::b/*"],
             "Condition": {"Bool": {"aws:SecureTransport": false}}},
        ]);
        assert!(refuses_plain(&parse(split), "aws", "b"));
    }

    #[test]
    fn whatever_leaves_a_way_does_not_count() {
        let changes = [
            ("Effect", json!("Allow")),
            ("Principal", json!({"AWS": "arn:aws:iam::000000000000:root"})),
            ("Principal", json!({"Service": "*"})),
            ("Action", json!("s3:GetObject")),
            ("Resource", json!("arn:aws:s3:::b/*")),
            ("Resource", json!(["arn:aws:s3:::b", "arn:aws:s3:::b/public/*"])),
            ("Condition", json!({"Bool": {"aws:SecureTransport": "true"}})),
            ("Condition", json!({"Bool": {"aws:SecureTransport": ["false", "true"]}})),
            ("Condition", json!({"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}})),
            (
                "Condition",
                json!({"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalTag/a": "b"}}),
            ),
            ("Condition", json!({"BoolIfExists": {"aws:SecureTransport": "false"}})),
            ("Condition", json!({})),
            ("NotAction", json!("s3:GetObject")),
        ];
        for (member, value) in changes {
            let mut statement = ours();
            statement[member] = value.clone();
            assert!(!refuses_plain(&parse(statement), "aws", "b"), "{member}: {value}");
        }
    }
}
