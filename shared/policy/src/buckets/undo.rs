//! What puts back what was before a repair, as an operator orders it: the part of the bucket that the repaired control is
//! about, and nothing else of it.
//!
//! A part is put back only when it still is what the repair left, so that nobody's later change is lost, and only when
//! the record holds all of it: what was seen in part (an ACL's grants, a lifecycle rule's other actions) is for a person.

use serde_json::Value;

use super::lifecycle::expiry_rule;
use super::observation::{BucketObservation, Encryption, Expiry, Grantee, LifecycleRule};
use super::step::Step;
use crate::control::{self, Control};
use crate::policy_document;
use crate::sets::BucketSet;

const UNREADABLE: &str =
    "the record does not hold the bucket as this version of Phiward records it: restore by hand what it shows";
const OUTSIDE: &str = "the bucket is in none of the deployment's sets by now, and Phiward writes to no other: name it \
                       again, or restore by hand what the record shows";
const NOT_LOGS: &str = "the bucket is no log destination by now, and Phiward writes the lifecycle of no other: restore \
                        by hand what the record shows";
const DELIVERY: &str = "without its statement Bedrock can't deliver invocation logs: exempt the control, then take the \
                        statement away yourself";
const NOTHING: &str = "repairs of this control change nothing, so there is nothing to undo";
const MOVED_ON: &str = "the live state has moved on since the repair: it is neither what the repair left nor what was \
                        before it; compare it with the record, and set by hand what is wanted";
const GRANTS: &str = "the bucket's ACL granted access to others, and the record names only their kind: grant by hand, or \
                      by the bucket policy, what is still wanted";
const MFA: &str = "MFA Delete is on, so only the root user with the MFA device can change versioning";
const RULES: &str = "the lifecycles before and after the repair differ by more than the rule that Phiward adds, and the \
                     record holds only what deletes: restore the rules by hand";

/// The steps that put back what the control is about; none: it is as it was.
///
/// # Errors
/// Why it can't or must not be put back, and what to do instead; free of PHI.
pub fn undo(
    control: &Control,
    before: &Value,
    after: &Value,
    live: &BucketObservation,
) -> Result<Vec<Step>, &'static str> {
    let read = |seen: &Value| serde_json::from_value::<BucketObservation>(seen.clone()).map_err(|_| UNREADABLE);
    let (before, after) = (read(before)?, read(after)?);
    if live.set == BucketSet::Undeclared {
        return Err(OUTSIDE);
    }
    if [&before, &after].iter().any(|seen| seen.set == BucketSet::Undeclared) {
        return Err(NOTHING);
    }
    let repair = Repair { before: &before, after: &after, live };
    if control.id == control::BUCKETS_KMS_ENCRYPTION.id {
        repair.restore(encryption, |seen| {
            Ok(seen.encryption.clone().map_or(Step::DeleteEncryption, |encryption| Step::PutEncryption { encryption }))
        })
    } else if control.id == control::BUCKETS_PUBLIC_ACCESS_BLOCK.id {
        let flags = |seen: &BucketObservation| seen.public_access_block;
        repair.restore(flags, |seen| Ok(Step::PutPublicAccessBlock { flags: flags(seen) }))
    } else if control.id == control::BUCKETS_ACLS_DISABLED.id {
        let access = |seen: &BucketObservation| (seen.ownership.clone(), seen.grants.clone());
        repair.restore(access, |seen| ownership(seen, &after.grants))
    } else if control.id == control::BUCKETS_TLS_ONLY.id {
        repair.restore(Policy::of, |seen| Ok(policy(seen, live)))
    } else if control.id == control::BUCKETS_LOG_DELIVERY.id {
        Err(DELIVERY)
    } else if control.id == control::BUCKETS_VERSIONING.id {
        repair.restore(|seen| seen.versioning.enabled, |seen| versioning(seen, live))
    } else if control.id == control::BUCKETS_MINIMUM_RETENTION.id {
        if [&before, &after, live].iter().any(|seen| seen.set != BucketSet::LogDestination) {
            return Err(NOT_LOGS);
        }
        repair.restore(rules, |seen| lifecycle(&rules(seen), &rules(&after)))
    } else if control.id == control::BUCKETS_EVENT_NOTIFICATIONS.id {
        repair.restore(
            |seen| seen.event_bridge,
            |seen| Ok(if seen.event_bridge { Step::EnableEventBridge } else { Step::DisableEventBridge }),
        )
    } else {
        Err(NOTHING)
    }
}

/// A repair on record, and what is there now.
struct Repair<'a> {
    before: &'a BucketObservation,
    after: &'a BucketObservation,
    live: &'a BucketObservation,
}

impl Repair<'_> {
    /// The step that puts a part back, if the part still is what the repair left.
    fn restore<T: PartialEq>(
        &self,
        part: impl Fn(&BucketObservation) -> T,
        put_back: impl FnOnce(&BucketObservation) -> Result<Step, &'static str>,
    ) -> Result<Vec<Step>, &'static str> {
        let live = part(self.live);
        if live == part(self.before) {
            Ok(Vec::new())
        } else if live == part(self.after) {
            Ok(vec![put_back(self.before)?])
        } else {
            Err(MOVED_ON)
        }
    }
}

/// Where nothing is set S3 encrypts with keys of its own, and shows that as if it were set.
fn encryption(seen: &BucketObservation) -> Encryption {
    let s3s_own =
        || Encryption { algorithm: "AES256".to_owned(), key: None, bucket_key: false, blocked_types: Vec::new() };
    seen.encryption.clone().unwrap_or_else(s3s_own)
}

fn ownership(before: &BucketObservation, after_grants: &[Grantee]) -> Result<Step, &'static str> {
    if !before.grants.is_empty() || !after_grants.is_empty() {
        return Err(GRANTS);
    }
    Ok(match before.ownership.as_deref() {
        None => Step::DeleteOwnership,
        Some("BucketOwnerEnforced") => Step::EnforceBucketOwner,
        Some(ownership) => Step::PutOwnership { ownership: ownership.to_owned() },
    })
}

/// A bucket policy, compared by what it says.
struct Policy(Option<String>);

impl Policy {
    fn of(seen: &BucketObservation) -> Self {
        Self(seen.policy.as_ref().map(|policy| policy.expose().clone()))
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => policy_document::same(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

fn policy(before: &BucketObservation, live: &BucketObservation) -> Step {
    let expected = live.policy.clone();
    match before.policy.clone() {
        Some(document) => Step::PutPolicy { expected, document },
        None => Step::DeletePolicy { expected },
    }
}

/// S3 knows no way back to a bucket that never had versions; it has none from then on, which is all that is seen of it.
fn versioning(before: &BucketObservation, live: &BucketObservation) -> Result<Step, &'static str> {
    if live.versioning.mfa_delete {
        return Err(MFA);
    }
    Ok(if before.versioning.enabled { Step::EnableVersioning } else { Step::SuspendVersioning })
}

/// The rules that delete; S3 keeps them in no order.
fn rules(seen: &BucketObservation) -> Vec<LifecycleRule> {
    let mut rules = seen.lifecycle.clone();
    rules.sort();
    rules
}

fn lifecycle(before: &[LifecycleRule], after: &[LifecycleRule]) -> Result<Step, &'static str> {
    match (without(after, before).as_slice(), without(before, after).as_slice()) {
        ([added], []) => Ok(Step::RemoveExpiry { days: days(added).ok_or(RULES)? }),
        ([], [removed]) => Ok(Step::AddExpiry { days: days(removed).ok_or(RULES)? }),
        _ => Err(RULES),
    }
}

/// What is in the first list and not in the second.
fn without<'a>(rules: &'a [LifecycleRule], others: &[LifecycleRule]) -> Vec<&'a LifecycleRule> {
    let mut others: Vec<_> = others.iter().collect();
    let mut left = Vec::new();
    for rule in rules {
        match others.iter().position(|other| *other == rule) {
            Some(at) => drop(others.swap_remove(at)),
            None => left.push(rule),
        }
    }
    left
}

/// After how many days Phiward's rule lets objects expire; none: it is a rule of somebody else.
fn days(rule: &LifecycleRule) -> Option<u32> {
    let Some(Expiry::Days(days)) = rule.expiry else { return None };
    let days = u32::try_from(days).ok()?;
    (*rule == expiry_rule(days)).then_some(days)
}
