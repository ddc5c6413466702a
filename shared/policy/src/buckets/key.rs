//! Whether the baseline's key can be given to a bucket.
//!
//! S3 does not validate a key that it is given: with a key that is disabled, or that the bucket's writers may not use,
//! the setting reads back right while every write fails.

use super::assess::Desired;
use super::observation::BucketObservation;
use crate::key_policy::{ServiceRequest, admits};
use crate::policy_document::{PolicyDocument, covers_action, is_allow, principals};

/// What is wrong with the key, and what to do; `None`: it can be used.
pub(super) fn problem(desired: &Desired<'_>, seen: &BucketObservation) -> Option<String> {
    let arn = desired.key_arn;
    let Some(key) = &seen.key else {
        return Some("the baseline's key was not read, so it was not set".to_owned());
    };
    let key_policy = match key.usable(arn, desired.region) {
        Ok(policy) => policy,
        Err(problem) => return Some(problem),
    };
    let bucket_policy = seen.policy.as_ref().and_then(|policy| PolicyDocument::parse(policy.expose()).ok());
    let shut_out: Vec<String> =
        bucket_policy.iter().flat_map(service_writers).filter(|service| !may_encrypt(&key_policy, service)).collect();
    if shut_out.is_empty() {
        return None;
    }
    let services = shut_out.join(", ");
    Some(format!(
        "the key policy of {arn} does not let {services} write to this bucket: allow kms:GenerateDataKey for it there"
    ))
}

/// The AWS services that the bucket policy lets write objects.
fn service_writers(policy: &PolicyDocument) -> Vec<String> {
    let mut services: Vec<String> = policy
        .statements()
        .filter(|statement| is_allow(statement) && covers_action(statement, "s3:PutObject"))
        .flat_map(|statement| principals(statement, "Service"))
        .filter(|service| service.ends_with(".amazonaws.com") || service.ends_with(".amazonaws.com.cn"))
        .map(str::to_owned)
        .collect();
    services.sort();
    services.dedup();
    services
}

fn may_encrypt(key_policy: &PolicyDocument, service: &str) -> bool {
    admits(key_policy, ServiceRequest { service, action: "kms:GenerateDataKey", context: None })
}
