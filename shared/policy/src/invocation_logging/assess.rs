//! All rules for model-invocation logging, in the order in which they are repaired.

use std::collections::BTreeSet;

use super::configuration::{Configuration, Destinations};
use super::observation::Observation;
use super::step::Step;
use super::{elsewhere, requisites};
use crate::baseline::Modality;
use crate::control::{
    Control, INVOCATION_LOGGING_DELIVERY, INVOCATION_LOGGING_DESTINATIONS, INVOCATION_LOGGING_ENABLED,
};
use crate::decision::Violation;

/// What model-invocation logging must be like.
#[derive(Clone, Debug)]
pub struct Desired<'a> {
    /// The deployment's destinations; never empty.
    pub destinations: &'a Destinations,
    /// The kinds of data that the baseline names.
    pub deliver: &'a BTreeSet<Modality>,
    /// `aws`, `aws-us-gov`, `aws-cn`.
    pub partition: &'a str,
    /// `us-east-1`.
    pub region: &'a str,
    /// Twelve digits.
    pub account: &'a str,
    /// The ARN of the data key.
    pub key_arn: &'a str,
}

impl Desired<'_> {
    fn missing(&self, live: &Configuration) -> BTreeSet<Modality> {
        self.deliver.difference(&live.deliver).copied().collect()
    }
}

/// Whether something is to be changed, so that the destinations have to be looked at.
#[must_use]
pub fn needs_requisites(desired: &Desired<'_>, configuration: Option<&Configuration>) -> bool {
    configuration.is_none_or(|live| live.destinations != *desired.destinations || !desired.missing(live).is_empty())
}

/// The violations. Logging is switched on first: what is not logged is lost.
#[must_use]
pub fn assess(desired: &Desired<'_>, seen: &Observation) -> Vec<Violation<Step>> {
    let problems = requisites::problems(desired, seen.requisites.as_ref());
    let repair = |control: &'static Control, step: Step| match problems.as_slice() {
        [] => vec![Violation::steps(control, vec![step])],
        problems => problems.iter().map(|problem| Violation::person(control, problem.clone())).collect(),
    };
    let mut found = Vec::new();
    match seen.configuration.as_ref().filter(|live| !live.destinations.is_empty()) {
        None => {
            let step = Step::Enable { destinations: desired.destinations.clone(), deliver: desired.deliver.clone() };
            found.extend(repair(&INVOCATION_LOGGING_ENABLED, step));
        }
        Some(live) => {
            if live.destinations != *desired.destinations {
                let step =
                    Step::Redirect { expected: live.destinations.clone(), destinations: desired.destinations.clone() };
                let redirected = repair(&INVOCATION_LOGGING_DESTINATIONS, step);
                found.extend(elsewhere::told(redirected, desired.destinations, &live.destinations));
            }
            let missing = desired.missing(live);
            if !missing.is_empty() {
                found.extend(repair(&INVOCATION_LOGGING_DELIVERY, Step::Deliver { deliver: missing }));
            }
        }
    }
    found
}
