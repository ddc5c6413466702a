//! GuardDuty: on, with the protection plans that the baseline names.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{ENABLED, Step};
use crate::control;
use crate::decision::Violation;

/// GuardDuty in this Region.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GuardDuty {
    /// Its detector; there is one at most.
    pub detector: Option<Detector>,
}

/// A detector.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Detector {
    /// GuardDuty's id.
    pub id: String,
    /// `ENABLED`, `DISABLED`, or a word not known yet.
    pub status: String,
    /// Protection plans, by GuardDuty's names: `ENABLED`, `DISABLED`, or a word not known yet.
    pub features: BTreeMap<String, String>,
}

const DELETED: &str = "where there was a detector before, its findings, suppression rules, lists and member accounts are lost \
    with it. The new one has the protection plans that AWS enables by default: switch off those that you don't want to pay for";

/// The violations of GuardDuty.
#[must_use]
pub fn assess(wanted: &[String], seen: &GuardDuty) -> Vec<Violation<Step>> {
    let Some(detector) = &seen.detector else {
        // Which plans AWS enables is not for the plan to rely on: those of the baseline are looked at one by one.
        let create = Violation::steps(&control::DETECTORS_GUARDDUTY, vec![Step::CreateDetector]).losing(DELETED);
        return [create].into_iter().chain(protection(wanted.iter())).collect();
    };
    let mut found = Vec::new();
    if detector.status != ENABLED {
        found.push(Violation::steps(&control::DETECTORS_GUARDDUTY, vec![Step::EnableDetector]));
    }
    let (mut off, mut unknown) = (Vec::new(), Vec::new());
    for name in wanted {
        match detector.features.get(name) {
            Some(status) if status == ENABLED => {}
            Some(_) => off.push(name),
            None => unknown.push(name),
        }
    }
    // What may not be offered in this Region comes last, as the first step that is refused ends the repair.
    found.extend(protection(off.into_iter().chain(unknown)));
    found
}

fn protection<'a>(names: impl Iterator<Item = &'a String>) -> Option<Violation<Step>> {
    let steps: Vec<_> = names.map(|name| Step::EnableFeature { name: name.clone() }).collect();
    (!steps.is_empty()).then(|| Violation::steps(&control::DETECTORS_GUARDDUTY_PROTECTION, steps))
}
