//! Detective services: what the deployment opted into stays on (guide step S5).
//!
//! Macie with its automated discovery and the baseline's custom data identifiers, AWS Config's recorder, and GuardDuty with
//! the protection plans that the baseline names. What another account of the organization manages, and what can't be made
//! again without knowing its role or bucket, is reported.

pub mod config;
pub mod guardduty;
pub mod macie;

#[cfg(test)]
mod model;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tables;

use serde::Serialize;

use crate::baseline::{Detectors, MacieIdentifier};
use crate::decision::Violation;
use crate::redacted::Redacted;

/// What AWS's enumerations say of what is on.
pub const ENABLED: &str = "ENABLED";

/// What AWS says of one service.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "service", rename_all = "kebab-case")]
pub enum Observation {
    /// Macie.
    Macie(macie::Macie),
    /// The customer-managed recorder of AWS Config.
    ConfigRecorder(config::ConfigRecorder),
    /// GuardDuty.
    GuardDuty(guardduty::GuardDuty),
}

/// One repair. Whichever a step is about is looked up again when it is applied: each service has one of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Switches Macie on where it is off.
    EnableMacie,
    /// Lets a suspended Macie go on.
    ResumeMacie,
    /// Makes a custom data identifier.
    CreateIdentifier {
        /// As the baseline has it.
        identifier: MacieIdentifier,
    },
    /// Switches automated sensitive data discovery on.
    EnableDiscovery,
    /// Lets automated discovery look for these too, and for all that it looks for already.
    IncludeIdentifiers {
        /// Names of the baseline's identifiers.
        names: Vec<String>,
    },
    /// Starts the recorder.
    StartRecorder {
        /// Its name, which somebody has chosen.
        #[serde(serialize_with = "Redacted::reveal")]
        name: Redacted<String>,
    },
    /// Makes a detector, which is on.
    CreateDetector,
    /// Switches the detector on.
    EnableDetector,
    /// Switches one protection plan on; the others stay as they are.
    EnableFeature {
        /// GuardDuty's name of it.
        name: String,
    },
}

/// The violations of one service.
#[must_use]
pub fn assess(desired: &Detectors, seen: &Observation) -> Vec<Violation<Step>> {
    match seen {
        Observation::Macie(seen) => macie::assess(&desired.macie_identifiers, seen),
        Observation::ConfigRecorder(seen) => config::assess(seen),
        Observation::GuardDuty(seen) => guardduty::assess(&desired.guardduty_features, seen),
    }
}
