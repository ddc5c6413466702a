//! What must be so before the trail gets the key, or is made in the bucket.

use super::assess::Desired;
use super::observation::{Observation, TrailState};
use crate::key_policy::{self, ServiceRequest};
use crate::policy_document::PolicyDocument;
use crate::service_access::{Wish, admits};

/// Who writes the files of trails.
const SERVICE: &str = "cloudtrail.amazonaws.com";

/// Whether the trail is to be given the key, or made again with it, so that the key has to be looked at.
#[must_use]
pub fn needs_key(trail: Option<&TrailState>, desired: &Desired<'_>) -> bool {
    match trail {
        None => desired.may_create(),
        Some(trail) => desired.may_write(trail) && !is_key(trail, desired.key_arn),
    }
}

/// Whether the trail is encrypted with this key. Another customer key does not count: who switches the trail to a key of
/// his own can take the key away.
pub(super) fn is_key(trail: &TrailState, key_arn: &str) -> bool {
    trail.key.as_deref() == Some(key_arn)
}

/// What keeps the key from being used, and what to do; `None`: it can be used.
pub(super) fn key_problem(desired: &Desired<'_>, seen: &Observation) -> Option<String> {
    let arn = desired.key_arn;
    let Some(key) = &seen.key else {
        return Some("the data key was not read, so it was not set".to_owned());
    };
    let policy = match key.usable(arn, desired.region) {
        Ok(policy) => policy,
        Err(problem) => return Some(problem),
    };
    let of_trail = desired.context();
    let of_file = [&of_trail[..], &[("kms:EncryptionContext:aws:cloudtrail:arn", desired.arn)]].concat();
    let requests = [("kms:GenerateDataKey", &of_file), ("kms:DescribeKey", &of_trail)];
    let (refused, _) = requests.into_iter().find(|(action, context)| {
        !key_policy::admits(&policy, ServiceRequest { service: SERVICE, action, context: Some(context) })
    })?;
    Some(format!("the key policy of {arn} does not let {SERVICE} use {refused} for this trail: allow it there"))
}

/// What keeps the trail from being made in the bucket, and what to do; `None`: it can be made.
pub(super) fn bucket_problem(desired: &Desired<'_>, seen: &Observation) -> Option<String> {
    let Some(bucket) = &seen.bucket else {
        return Some("the bucket of TrailBucket was not read, so the trail was not made".to_owned());
    };
    if let Some(problem) = &bucket.problem {
        return Some(format!("{problem}: make the bucket that TrailBucket names, or name another"));
    }
    let policy = match &bucket.policy {
        None => PolicyDocument::empty(),
        Some(text) => match PolicyDocument::parse(text.expose()) {
            Ok(policy) => policy,
            Err(_) => return Some("the policy of the trail's bucket can't be understood: repair it".to_owned()),
        },
    };
    let arn = format!("arn:{}:s3:::{}", desired.partition, bucket.name);
    let mut of_file = desired.context();
    of_file.push(("s3:x-amz-acl", "bucket-owner-full-control"));
    let file = |kind: &str| Wish {
        service: SERVICE,
        action: "s3:PutObject",
        resource: format!("{arn}/AWSLogs/{}/{kind}/{}/file", desired.account, desired.region),
        context: of_file.clone(),
    };
    let acl = Wish { service: SERVICE, action: "s3:GetBucketAcl", resource: arn.clone(), context: desired.context() };
    let wishes = [acl, file("CloudTrail"), file("CloudTrail-Digest")];
    let refused = wishes.iter().find(|wish| !admits(&policy, wish))?;
    Some(format!(
        "the policy of the trail's bucket does not let {SERVICE} use {} for this trail: allow it there",
        refused.action
    ))
}
