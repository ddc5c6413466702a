//! All rules for log groups, in the order in which they are repaired.

use super::observation::GroupObservation;
use super::step::Step;
use super::{data_protection, key};
use crate::baseline;
use crate::control::{LOG_GROUPS_MINIMUM_RETENTION, LOG_GROUPS_PRESENT};
use crate::data_key::KeyObservation;
use crate::decision::Violation;

/// Keeps its events for one day, whatever is asked for, and masks nothing.
const DELIVERY: &str = "DELIVERY";
/// The classes that can be retained and masked (CloudWatch Logs User Guide, "Log classes").
const CLASSES: [&str; 2] = ["STANDARD", "INFREQUENT_ACCESS"];

/// What a log group must be like.
#[derive(Clone, Debug)]
pub struct Desired<'a> {
    /// The group's name.
    pub group: &'a str,
    /// `aws`, `aws-us-gov`, `aws-cn`.
    pub partition: &'a str,
    /// `us-east-1`.
    pub region: &'a str,
    /// Twelve digits.
    pub account: &'a str,
    /// The ARN of the key that events are encrypted with.
    pub key_arn: &'a str,
    /// The baseline's rules for log groups.
    pub baseline: &'a baseline::LogGroups,
}

impl Desired<'_> {
    /// The group's ARN.
    pub(super) fn arn(&self) -> String {
        let Self { group, partition, region, account, .. } = self;
        format!("arn:{partition}:logs:{region}:{account}:log-group:{group}")
    }
}

/// The violations of a group that is there.
#[must_use]
pub fn assess(desired: &Desired<'_>, seen: &GroupObservation) -> Vec<Violation<Step>> {
    let mut found = Vec::new();
    found.extend(key::assess(desired, seen));
    found.extend(retention(desired, seen));
    found.extend(data_protection::assess(desired, seen));
    found
}

/// The violation of a group that is gone and that the deployment names in full.
///
/// Everything that the new one needs is in one plan. Its retention needs no step: a new group keeps its events for ever.
#[must_use]
pub fn absent(desired: &Desired<'_>, key: &KeyObservation) -> Violation<Step> {
    let person = |advice: String| Violation::person(&LOG_GROUPS_PRESENT, advice);
    if !desired.baseline.recreate {
        return person(
            "the log group is not there, and the baseline does not say that it is made again: make it, or take it out of \
             InvocationLogGroups"
                .to_owned(),
        );
    }
    if let Some(problem) = key::problem(desired, key) {
        return person(format!(
            "the log group is not there, and was not made again, as it could not be encrypted: {problem}"
        ));
    }
    let create = Step::CreateGroup { key_arn: desired.key_arn.to_owned() };
    let mask = Step::PutDataProtection { expected: None, document: data_protection::fresh(desired) };
    Violation::steps(&LOG_GROUPS_PRESENT, vec![create, mask])
        .losing("what the log group held when it was deleted is lost: find out who deleted it, and what is missing")
}

/// What can't be done with a group of this class, and what to do; `None`: everything can.
pub(super) fn lacking(seen: &GroupObservation) -> Option<String> {
    let class = seen.class.as_str();
    if CLASSES.contains(&class) {
        return None;
    }
    let what = if class == DELIVERY {
        "keeps events for one day and masks nothing".to_owned()
    } else {
        "is not known to keep and mask events".to_owned()
    };
    Some(format!(
        "the log group's class {class} {what}, and a group's class can't be changed: let invocation logs go to a group of \
         the class STANDARD"
    ))
}

fn retention(desired: &Desired<'_>, seen: &GroupObservation) -> Option<Violation<Step>> {
    if let Some(advice) = lacking(seen) {
        return Some(Violation::person(&LOG_GROUPS_MINIMUM_RETENTION, advice));
    }
    let days = desired.baseline.minimum_retention_days;
    let expected = seen.retention_days?;
    if i64::from(expected) >= i64::from(days) {
        return None;
    }
    Some(Violation::steps(&LOG_GROUPS_MINIMUM_RETENTION, vec![Step::PutRetention { expected, days }]))
}
