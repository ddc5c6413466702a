//! Isolation: a tag on the version, and a bucket-policy statement that denies access to what is tagged so.
//!
//! S3 evaluates `s3:ExistingObjectTag` with the tags that the version has now, so the two need no other state. The
//! statement keeps everybody but Phiward from removing the tag, and excepts Macie, which must be able to scan again.

use serde_json::{Map, Value, json};

use super::advice;
use super::finding::Rules;
use super::observation::{Isolation, Tag};
use super::step::{Place, Step};
use crate::Redacted;
use crate::policy_document::{PolicyDocument, normal};

/// The key of the tag.
pub const TAG_KEY: &str = "phiward-isolated";
/// Its value.
pub const TAG_VALUE: &str = "true";
/// The statement's id.
const SID: &str = "PhiwardIsolation";
/// The most tags that an object may have.
const MAX_TAGS: usize = 10;
/// The most bytes that a bucket policy may have.
const MAX_POLICY: usize = 20 * 1024;

/// The steps that are missing, the policy first: a tag alone isolates nothing. Or why it can't be done.
pub(super) fn steps(rules: &Rules, object: &Place, seen: &Isolation) -> Result<Vec<Step>, &'static str> {
    let Isolation::Read { tags, policy } = seen else { return Err(advice::ISOLATION_UNREADABLE) };
    let document = match policy {
        Some(text) => PolicyDocument::parse(text.expose()).map_err(|_| advice::ISOLATION_UNREADABLE)?,
        None => PolicyDocument::empty(),
    };
    let mut steps = Vec::new();
    let wanted = statement(rules, &object.bucket);
    if !document.statements().any(|present| same(present, &wanted)) {
        let after = document.with(wanted).to_text();
        if after.len() > MAX_POLICY {
            return Err(advice::POLICY_FULL);
        }
        steps.push(Step::DenyIsolated { bucket: object.bucket.clone(), before: policy.clone(), after: after.into() });
    }
    if !tags.iter().any(is_ours) {
        let kept = tags.iter().filter(|tag| tag.key.expose() != TAG_KEY).cloned();
        let ours = Tag { key: Redacted::new(TAG_KEY.to_owned()), value: Redacted::new(TAG_VALUE.to_owned()) };
        let after: Vec<Tag> = kept.chain([ours]).collect();
        if after.len() > MAX_TAGS {
            return Err(advice::TAGS_FULL);
        }
        steps.push(Step::TagIsolated { object: object.clone(), before: tags.clone(), after });
    }
    Ok(steps)
}

/// The tags that are not the isolation's; none: it isn't there.
#[must_use]
pub fn without_isolation(tags: &[Tag]) -> Option<Vec<Tag>> {
    tags.iter().any(is_ours).then(|| tags.iter().filter(|tag| !is_ours(tag)).cloned().collect())
}

fn is_ours(tag: &Tag) -> bool {
    tag.key.expose() == TAG_KEY && tag.value.expose() == TAG_VALUE
}

fn statement(rules: &Rules, bucket: &str) -> Map<String, Value> {
    let Rules { account, partition, role_arn, .. } = rules;
    let macie = format!(
        "arn:{partition}:iam::{account}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"
    );
    let Value::Object(statement) = json!({
        "Sid": SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": [
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:PutObjectTagging",
            "s3:PutObjectVersionTagging",
            "s3:DeleteObjectTagging",
            "s3:DeleteObjectVersionTagging",
            "s3:PutObjectAcl",
            "s3:PutObjectVersionAcl",
        ],
        "Resource": format!("arn:{partition}:s3:::{bucket}/*"),
        "Condition": {
            "StringEquals": { format!("s3:ExistingObjectTag/{TAG_KEY}"): TAG_VALUE },
            "ArnNotEquals": { "aws:PrincipalArn": [macie, role_arn] },
        },
    }) else {
        return Map::new();
    };
    statement
}

/// Whether two statements say the same, their ids and the order of lists aside.
fn same(present: &Map<String, Value>, wanted: &Map<String, Value>) -> bool {
    let members = |statement: &Map<String, Value>| {
        let members = statement.iter().filter(|(name, _)| *name != "Sid");
        members.map(|(name, value)| (name.clone(), normal(value))).collect::<Map<_, _>>()
    };
    members(present) == members(wanted)
}
