//! The customer's key (45 CFR 164.312(a)(2)(iv)).

use super::assess::Desired;
use super::observation::GroupObservation;
use super::step::Step;
use crate::control::LOG_GROUPS_KMS_KEY;
use crate::data_key::KeyObservation;
use crate::decision::Violation;
use crate::key_policy::{ServiceRequest, admits};

/// What CloudWatch Logs does with a key (CloudWatch Logs User Guide, "Encrypt log data using AWS KMS").
const ACTIONS: [&str; 6] =
    ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"];

pub(super) fn assess(desired: &Desired<'_>, seen: &GroupObservation) -> Option<Violation<Step>> {
    if seen.key_arn.as_deref() == Some(desired.key_arn) {
        return None;
    }
    let problem = match &seen.key {
        Some(key) => problem(desired, key),
        None => Some("the data key was not read, so it was not associated".to_owned()),
    };
    Some(match problem {
        Some(problem) => Violation::person(&LOG_GROUPS_KMS_KEY, problem),
        None => {
            let step = Step::AssociateKey { key_arn: desired.key_arn.to_owned() };
            Violation::steps(&LOG_GROUPS_KMS_KEY, vec![step])
        }
    })
}

/// What keeps the key from being the group's, and what to do; `None`: nothing.
pub(super) fn problem(desired: &Desired<'_>, seen: &KeyObservation) -> Option<String> {
    let arn = desired.key_arn;
    let policy = match seen.usable(arn, desired.region) {
        Ok(policy) => policy,
        Err(problem) => return Some(problem),
    };
    let suffix = if desired.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let service = format!("logs.{}.{suffix}", desired.region);
    let group = desired.arn();
    let context = [
        ("kms:EncryptionContext:aws:logs:arn", group.as_str()),
        ("aws:SourceArn", group.as_str()),
        ("aws:SourceAccount", desired.account),
    ];
    let may = |action: &&str| admits(&policy, ServiceRequest { service: &service, action, context: Some(&context) });
    let missing: Vec<&str> = ACTIONS.into_iter().filter(|action| !may(action)).collect();
    if missing.is_empty() {
        return None;
    }
    Some(format!(
        "the key policy of {arn} does not surely let {service} use the key for this log group: allow it {} under the \
         condition ArnLike kms:EncryptionContext:aws:logs:arn",
        missing.join(", ")
    ))
}
