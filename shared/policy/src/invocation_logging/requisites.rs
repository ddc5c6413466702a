//! What must be so before logs are sent to the deployment's destinations. Bedrock tries them too, but only says no.

use super::assess::Desired;
use super::configuration::S3Destination;
use super::delivery::{Delivery, SERVICE, source_arn};
use super::observation::{LogBucket, Requisites};
use super::role::Trusted;
use crate::data_key::is_key;
use crate::policy_document::PolicyDocument;
use crate::service_access::{Wish, admits};

/// What keeps logs from arriving, and what to do.
pub(super) fn problems(desired: &Desired<'_>, seen: Option<&Requisites>) -> Vec<String> {
    let Some(seen) = seen else {
        return vec!["the destinations were not looked at, so nothing was set".to_owned()];
    };
    let mut found: Vec<String> =
        desired.destinations.places().filter_map(|place| of_place(desired, seen, place)).collect();
    found.dedup();
    found.extend(of_key(desired, seen));
    if let Some(destination) = &desired.destinations.cloudwatch {
        if !seen.group.as_ref().is_some_and(|group| group.present) {
            let name = &destination.group;
            found.push(format!("the log group {name} is not there: make it, or name another in InvocationLogGroup"));
        }
        let role = &destination.role_arn;
        match seen.role.as_ref().and_then(|role| role.trusted) {
            Some(Trusted::Yes) => {}
            Some(Trusted::No) => {
                found.push(format!("{role} does not let {SERVICE} take it: allow it in its trust policy"))
            }
            None => found.push(format!(
                "{role} is not there, or closed to Phiward: make it, or name another in InvocationLogRoleArn"
            )),
        }
    }
    found
}

fn of_place(desired: &Desired<'_>, seen: &Requisites, place: &S3Destination) -> Option<String> {
    let name = &place.bucket;
    let Some(bucket) = seen.buckets.iter().find(|bucket| bucket.name == *name) else {
        return Some(format!("the bucket {name} was not looked at"));
    };
    if let Some(problem) = &bucket.problem {
        return Some(format!("the bucket {name} {problem}: make it, or name another"));
    }
    if !bucket.acls_disabled {
        return Some(format!(
            "the bucket {name} has access control lists enabled, which Bedrock refuses: disable them"
        ));
    }
    let admitted = policy_of(bucket)
        .map(|policy| Delivery::to(place, desired.partition, desired.region, desired.account).admitted(&policy));
    match admitted {
        Some(true) => None,
        Some(false) => Some(format!(
            "the policy of the bucket {name} does not let {SERVICE} write invocation logs: allow it s3:PutObject there, or \
             let the duty buckets do it"
        )),
        None => Some(format!("the policy of the bucket {name} can't be understood: repair it")),
    }
}

fn policy_of(bucket: &LogBucket) -> Option<PolicyDocument> {
    let Some(text) = &bucket.policy else { return Some(PolicyDocument::empty()) };
    PolicyDocument::parse(text.expose()).ok()
}

/// Only the data key can be looked at; whether another key of a bucket admits it is left to Bedrock.
fn of_key(desired: &Desired<'_>, seen: &Requisites) -> Option<String> {
    let arn = desired.key_arn;
    if !seen.buckets.iter().filter_map(|bucket| bucket.key.as_deref()).any(|key| is_key(key, arn)) {
        return None;
    }
    let policy = match &seen.key {
        None => return Some("the data key was not looked at".to_owned()),
        Some(key) => match key.usable(arn, desired.region) {
            Ok(policy) => policy,
            Err(problem) => return Some(problem),
        },
    };
    let source = source_arn(desired.partition, desired.region, desired.account);
    let context = vec![("aws:sourceaccount", desired.account), ("aws:sourcearn", source.as_str())];
    let wish = Wish { service: SERVICE, action: "kms:GenerateDataKey", resource: arn.to_owned(), context };
    (!admits(&policy, &wish)).then(|| {
        format!(
            "the key policy of {arn} does not let {SERVICE} encrypt invocation logs: allow it kms:GenerateDataKey there"
        )
    })
}
