//! Logs are kept for at least the baseline's minimum (45 CFR 164.316(b)(2)(i)).
//!
//! A minimum: longer, or for ever, is compliant. A shorter rule of somebody else is reported and stays, as a machine
//! can't know whether it was made for tests or by mistake; an expiry is added only where the baseline asks for one.

use super::observation::{BucketObservation, Expiry, LifecycleRule};
use super::step::Step;
use crate::baseline;
use crate::control::BUCKETS_MINIMUM_RETENTION;
use crate::decision::Violation;
use crate::redacted::Redacted;

/// The name of the lifecycle rule that Phiward adds.
pub const EXPIRY_RULE: &str = "phiward-expiry";

/// The lifecycle rule that Phiward adds.
#[must_use]
pub fn expiry_rule(days: u32) -> LifecycleRule {
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    LifecycleRule {
        id: Some(Redacted::new(EXPIRY_RULE.to_owned())),
        enabled: true,
        whole_bucket: true,
        expiry: Some(Expiry::Days(days)),
        noncurrent_days: Some(days),
    }
}

pub(super) fn assess(baseline: &baseline::Buckets, seen: &BucketObservation) -> Vec<Violation<Step>> {
    let minimum = i32::try_from(baseline.minimum_retention_days).unwrap_or(i32::MAX);
    let in_force = || seen.lifecycle.iter().filter(|rule| rule.enabled);
    let short = in_force().filter(|rule| is_short(rule, minimum)).count();
    let mut found = Vec::new();
    if short > 0 {
        let advice = format!(
            "{short} lifecycle rule(s) delete objects of this log bucket before {minimum} days: lengthen or remove them"
        );
        found.push(Violation::person(&BUCKETS_MINIMUM_RETENTION, advice));
    }
    if let Some(days) = baseline.expire_after_days {
        let expires = in_force().any(|rule| rule.whole_bucket && rule.expiry.is_some());
        if !expires {
            found.push(Violation::steps(&BUCKETS_MINIMUM_RETENTION, vec![Step::AddExpiry { days }]));
        }
    }
    found
}

fn is_short(rule: &LifecycleRule, minimum: i32) -> bool {
    let current = match rule.expiry {
        Some(Expiry::Days(days)) => days < minimum,
        // A date deletes what was written the day before it, too.
        Some(Expiry::Date) => true,
        None => false,
    };
    current || rule.noncurrent_days.is_some_and(|days| days < minimum)
}
