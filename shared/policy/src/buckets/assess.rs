//! All rules for buckets, in the order in which they are repaired.

use super::observation::BucketObservation;
use super::{access, delivery, encryption, lifecycle, step::Step, tls};
use crate::baseline;
use crate::control;
use crate::decision::Violation;
use crate::invocation_logging::Delivery;
use crate::sets::BucketSet;

/// What a bucket must be like.
#[derive(Clone, Debug)]
pub struct Desired<'a> {
    /// The bucket's name.
    pub bucket: &'a str,
    /// `aws`, `aws-us-gov`, `aws-cn`.
    pub partition: &'a str,
    /// The ARN of the key that objects are encrypted with.
    pub key_arn: &'a str,
    /// The Region of the bucket.
    pub region: &'a str,
    /// The baseline's rules for buckets.
    pub baseline: &'a baseline::Buckets,
    /// The deliveries of invocation logs that the deployment names this bucket for.
    pub deliveries: Vec<Delivery<'a>>,
}

/// The violations of one bucket. Public access is cut first, as it is the quickest relief.
#[must_use]
pub fn assess(desired: &Desired<'_>, seen: &BucketObservation) -> Vec<Violation<Step>> {
    if seen.set == BucketSet::Undeclared {
        return undeclared(seen).into_iter().chain(delivery::undeclared(desired)).collect();
    }
    let mut found = Vec::new();
    found.extend(access::public_access_block(seen));
    found.extend(encryption::assess(desired, seen));
    found.extend(access::acls(seen));
    found.extend(tls::assess(desired, seen));
    found.extend(delivery::assess(desired, seen));
    found.extend(versioning(seen));
    if seen.set == BucketSet::LogDestination {
        found.extend(lifecycle::assess(desired.baseline, seen));
    }
    if !seen.event_bridge {
        found.push(Violation::steps(&control::BUCKETS_EVENT_NOTIFICATIONS, vec![Step::EnableEventBridge]));
    }
    if !seen.tagged_phi {
        found.push(Violation::person(
            &control::BUCKETS_DATA_CLASS,
            "the deployment names this bucket, but it lacks the tag DataClass=PHI: tag it, or take it out of the sets",
        ));
    }
    found
}

/// A bucket outside the sets is never changed; its tag is compared with the deployment's word.
fn undeclared(seen: &BucketObservation) -> Vec<Violation<Step>> {
    let advice = "the bucket is tagged DataClass=PHI, but in no set of the deployment: name it in PhiBuckets or \
                  LogDestinations, or remove the tag if no PHI belongs there";
    if seen.tagged_phi { vec![Violation::person(&control::BUCKETS_DATA_CLASS, advice)] } else { Vec::new() }
}

fn versioning(seen: &BucketObservation) -> Option<Violation<Step>> {
    if seen.versioning.enabled {
        return None;
    }
    Some(if seen.versioning.mfa_delete {
        Violation::person(
            &control::BUCKETS_VERSIONING,
            "versioning is suspended and MFA Delete is on, so only the root user with the MFA device can enable it again",
        )
    } else {
        Violation::steps(&control::BUCKETS_VERSIONING, vec![Step::EnableVersioning])
    })
}
