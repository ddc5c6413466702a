//! Whose key it is, and whether the data key can be given.

use super::assess::Desired;
use super::surface::Surface;
use crate::data_key::KeyObservation;
use crate::key_policy::{ServiceRequest, admits};

/// Whose key something is encrypted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// This account's, in this Region.
    Customer,
    /// Not known to be the customer's: another account's or Region's, or an alias, which can be pointed elsewhere.
    Other,
}

/// Whose key this is, by its ARN, or by the bare id, which means a key of this account.
#[must_use]
pub fn holder(named: &str, desired: &Desired<'_>) -> Holder {
    let Desired { partition, region, account, .. } = desired;
    let plain = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let own = named.strip_prefix(&format!("arn:{partition}:kms:{region}:{account}:key/"));
    match own {
        Some(id) if plain(id) => Holder::Customer,
        None if plain(named) => Holder::Customer,
        _ => Holder::Other,
    }
}

/// What keeps the data key from being given, and what to do; `None`: nothing.
pub(super) fn problem(desired: &Desired<'_>, surface: Surface, seen: &KeyObservation) -> Option<String> {
    let arn = desired.key_arn;
    let policy = match seen.usable(arn, desired.region) {
        Ok(policy) => policy,
        Err(problem) => return Some(problem),
    };
    let name = surface.encryption_context()?;
    let context =
        [(name, desired.resource), ("aws:SourceArn", desired.resource), ("aws:SourceAccount", desired.account)];
    let may = |action: &&str| {
        admits(&policy, ServiceRequest { service: "bedrock.amazonaws.com", action, context: Some(&context) })
    };
    let missing: Vec<&str> = ["kms:GenerateDataKey", "kms:Decrypt"].into_iter().filter(|action| !may(action)).collect();
    if missing.is_empty() {
        return None;
    }
    Some(format!(
        "the {surface} has no KMS key of the customer's, and the key policy of {arn} does not surely let bedrock.amazonaws.com \
         use the key for it: allow it {} under the condition ArnLike {name}",
        missing.join(", ")
    ))
}
