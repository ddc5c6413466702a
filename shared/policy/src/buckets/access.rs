//! Who may reach the bucket: Block Public Access and ACLs (45 CFR 164.312(a)(1)).

use super::log_targets;
use super::observation::{BucketObservation, Grantee, PublicAccessBlock};
use super::step::Step;
use crate::control::{BUCKETS_ACLS_DISABLED, BUCKETS_PUBLIC_ACCESS_BLOCK};
use crate::decision::Violation;

const ENFORCED: &str = "BucketOwnerEnforced";

pub(super) fn public_access_block(seen: &BucketObservation) -> Option<Violation<Step>> {
    let open = seen.public_access_block != PublicAccessBlock::ALL;
    open.then(|| Violation::steps(&BUCKETS_PUBLIC_ACCESS_BLOCK, vec![Step::BlockPublicAccess]))
}

/// ACLs are disabled. Grants to everybody go at once; a grant to another account may be somebody's way of working, and
/// S3 refuses to disable ACLs while it is there, so it needs a person.
pub(super) fn acls(seen: &BucketObservation) -> Vec<Violation<Step>> {
    if seen.ownership.as_deref() == Some(ENFORCED) {
        return Vec::new();
    }
    let person = |advice| Violation::person(&BUCKETS_ACLS_DISABLED, advice);
    if let Some(reason) = log_targets::accepts_only_sse_s3(seen).filter(|_| seen.grants.contains(&Grantee::LogDelivery))
    {
        return vec![person(format!(
            "{reason} and are delivered by its ACL: let them be delivered by the bucket policy first"
        ))];
    }
    if seen.grants.contains(&Grantee::Other) {
        let advice = "the bucket's ACL grants access to another account: move that to the bucket policy, or remove it, then \
                      ACLs can be disabled";
        return vec![person(advice.to_owned())];
    }
    let mut steps = Vec::new();
    if seen.grants.contains(&Grantee::PublicGroup) {
        steps.push(Step::MakeAclPrivate);
    }
    steps.push(Step::EnforceBucketOwner);
    vec![Violation::steps(&BUCKETS_ACLS_DISABLED, steps)]
}
