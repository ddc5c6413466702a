//! Whether a KMS key can be used to encrypt. AWS services take a key that is disabled without a word, or fail with
//! an answer that does not tell.

use serde::{Deserialize, Serialize};

use crate::policy_document::PolicyDocument;
use crate::redacted::Redacted;

/// A key as KMS describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataKey {
    /// `Enabled`, or what else KMS says.
    pub state: String,
    /// `ENCRYPT_DECRYPT` for a key that encrypts.
    pub usage: String,
    /// `SYMMETRIC_DEFAULT` for a key that AWS services can use.
    pub spec: String,
}

impl DataKey {
    /// What is wrong with the key, and what to do; `None`: it can be used.
    #[must_use]
    pub fn problem(&self, arn: &str, region: &str) -> Option<String> {
        let Self { state, usage, spec } = self;
        if arn.split(':').nth(3) != Some(region) {
            return Some(format!(
                "the baseline's key {arn} is not in this Region, {region}: name a key of that Region"
            ));
        }
        if state != "Enabled" {
            return Some(format!("the baseline's key {arn} is {state}: enable it, or name another"));
        }
        if usage != "ENCRYPT_DECRYPT" || spec != "SYMMETRIC_DEFAULT" {
            return Some(format!("the baseline's key {arn} is not a symmetric encryption key: name one that is"));
        }
        None
    }
}

/// The data key and its key policy, read only where something is to be given the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyObservation {
    /// As KMS describes it.
    #[serde(flatten)]
    pub described: DataKey,
    /// Its key policy. Others write it, so it is shown in evidence only.
    #[serde(serialize_with = "Redacted::reveal", deserialize_with = "Redacted::conceal")]
    pub policy: Redacted<String>,
}

impl KeyObservation {
    /// The key policy of a key that can be used.
    ///
    /// # Errors
    /// What is wrong with the key or its policy, and what to do.
    pub fn usable(&self, arn: &str, region: &str) -> Result<PolicyDocument, String> {
        if let Some(problem) = self.described.problem(arn, region) {
            return Err(problem);
        }
        PolicyDocument::parse(self.policy.expose())
            .map_err(|_| format!("the key policy of {arn} can't be read: repair it"))
    }
}

/// Whether S3 names this key: by ARN, or by the bare id, which means the key of this account. An alias does not count: it
/// can be pointed elsewhere.
#[must_use]
pub fn is_key(named: &str, arn: &str) -> bool {
    named == arn || arn.rsplit_once(":key/").is_some_and(|(_, id)| named == id)
}

/// A key that can be used, with that policy.
#[cfg(test)]
pub(crate) fn usable(policy: &str) -> KeyObservation {
    let [state, usage, spec] = ["Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"].map(str::to_owned);
    KeyObservation { described: DataKey { state, usage, spec }, policy: Redacted::new(policy.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:us-east-1:000000000000:key/1234";

    #[test]
    fn only_an_enabled_symmetric_key_of_the_region_can_be_used() {
        let problem = |region, state: &str, usage: &str, spec: &str| {
            let [state, usage, spec] = [state, usage, spec].map(str::to_owned);
            DataKey { state, usage, spec }.problem(ARN, region)
        };
        assert_eq!(problem("us-east-1", "Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"), None);
        for (region, state, usage, spec, why) in [
            ("eu-west-1", "Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "not in this Region"),
            ("us-east-1", "Disabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "is Disabled"),
            ("us-east-1", "BrandNew", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "is BrandNew"),
            ("us-east-1", "Enabled", "SIGN_VERIFY", "SYMMETRIC_DEFAULT", "not a symmetric"),
            ("us-east-1", "Enabled", "ENCRYPT_DECRYPT", "RSA_4096", "not a symmetric"),
        ] {
            assert!(problem(region, state, usage, spec).is_some_and(|said| said.contains(why)), "{why}");
        }
    }
}
