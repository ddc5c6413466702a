//! Default encryption with the customer's key (45 CFR 164.312(a)(2)(iv)).

use super::assess::Desired;
use super::observation::{BucketObservation, Encryption};
use super::step::Step;
use super::{key, log_targets};
use crate::control::BUCKETS_KMS_ENCRYPTION;
use crate::data_key::is_key;
use crate::decision::Violation;

const KMS: &str = "aws:kms";
/// Dual-layer encryption: stricter than the baseline, so it stays. It has no bucket key.
const DSSE: &str = "aws:kms:dsse";

/// Whether the bucket's encryption is not what it must be, so that the key has to be looked at.
#[must_use]
pub fn needs_key(seen: Option<&Encryption>, key_arn: &str) -> bool {
    !is_compliant(seen, key_arn)
}

fn is_compliant(seen: Option<&Encryption>, key_arn: &str) -> bool {
    seen.is_some_and(|seen| {
        let layered = seen.algorithm == DSSE || (seen.algorithm == KMS && seen.bucket_key);
        layered && seen.key.as_deref().is_some_and(|key| is_key(key, key_arn))
    })
}

pub(super) fn assess(desired: &Desired<'_>, seen: &BucketObservation) -> Option<Violation<Step>> {
    let current = seen.encryption.as_ref();
    if is_compliant(current, desired.key_arn) {
        return None;
    }
    if let Some(reason) = log_targets::accepts_only_sse_s3(seen) {
        let advice = format!(
            "{reason}; deliveries would stop silently under SSE-KMS, so encryption was left as it is: let those logs go to \
             a bucket outside the sets"
        );
        return Some(Violation::person(&BUCKETS_KMS_ENCRYPTION, advice));
    }
    if let Some(problem) = key::problem(desired, seen) {
        return Some(Violation::person(&BUCKETS_KMS_ENCRYPTION, problem));
    }
    let dsse = current.is_some_and(|current| current.algorithm == DSSE);
    let encryption = Encryption {
        algorithm: if dsse { DSSE } else { KMS }.to_owned(),
        key: Some(desired.key_arn.to_owned()),
        bucket_key: !dsse,
        blocked_types: current.map(|current| current.blocked_types.clone()).unwrap_or_default(),
    };
    Some(Violation::steps(&BUCKETS_KMS_ENCRYPTION, vec![Step::PutEncryption { encryption }]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:us-east-1:000000000000:key/1234";

    #[test]
    fn only_the_named_key_counts_and_dual_layer_encryption_is_enough() {
        let with = |algorithm: &str, key: Option<&str>, bucket_key| Encryption {
            algorithm: algorithm.to_owned(),
            key: key.map(str::to_owned),
            bucket_key,
            blocked_types: Vec::new(),
        };
        let cases = [
            (with("aws:kms", Some(ARN), true), true),
            (with("aws:kms", Some("1234"), true), true),
            (with("aws:kms:dsse", Some(ARN), false), true),
            (with("aws:kms", Some(ARN), false), false),
            (with("aws:kms", None, true), false),
            (with("aws:kms", Some("alias/phi"), true), false),
            (with("aws:kms", Some("arn:aws:kms:us-east-1:111122223333:key/1234"), true), false),
            (with("AES256", None, true), false),
            (with("aws:new", Some(ARN), true), false),
        ];
        for (seen, expected) in cases {
            assert_eq!(is_compliant(Some(&seen), ARN), expected, "{seen:?}");
        }
        assert!(!is_compliant(None, ARN));
    }
}
