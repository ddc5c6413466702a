//! Macie: on, looking for sensitive data by itself, and able to recognize what the baseline names.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};

use super::{ENABLED, Step};
use crate::baseline::MacieIdentifier;
use crate::control;
use crate::decision::Violation;
use crate::redacted::Redacted;

/// What Macie says of itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Macie {
    /// Not enabled: it has nothing that could be read.
    Disabled,
    /// Enabled, but not at work. While it is suspended nothing else of it can be read.
    Suspended {
        /// `PAUSED`, or a word not known yet.
        status: String,
    },
    /// At work.
    Running(Running),
}

/// Macie at work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Running {
    /// Automated sensitive data discovery.
    pub discovery: Discovery,
    /// The custom data identifiers that have a name of the baseline.
    pub identifiers: Vec<Identifier>,
}

/// Automated sensitive data discovery.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Discovery {
    /// This account's own.
    Own {
        /// `ENABLED`, `DISABLED`, or a word not known yet.
        status: String,
        /// The ids of the custom data identifiers that it looks for. It has none while it is off.
        includes: BTreeSet<String>,
    },
    /// The organization's Macie administrator account decides, and this account may not even read it.
    Managed,
}

/// A custom data identifier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Identifier {
    /// Macie's id.
    pub id: String,
    /// A name of the baseline.
    pub name: String,
    /// Its pattern.
    #[serde(serialize_with = "Redacted::reveal")]
    pub regex: Redacted<String>,
    /// One of these must be near; none: nothing must.
    #[serde(serialize_with = "reveal_all")]
    pub keywords: Vec<Redacted<String>>,
    /// How near, in characters.
    pub maximum_match_distance: u16,
    /// How many words there are that let a match be ignored.
    pub ignore_words: usize,
    /// How many matches a finding takes at least.
    pub threshold: i64,
}

fn reveal_all<S: Serializer>(texts: &[Redacted<String>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(texts.iter().map(Redacted::expose))
}

impl Identifier {
    /// Whether it finds all that the wanted one finds.
    #[must_use]
    pub fn covers(&self, wanted: &MacieIdentifier) -> bool {
        let has = |word: &String| self.keywords.iter().any(|own| own.expose().eq_ignore_ascii_case(word));
        let anywhere = self.keywords.is_empty();
        let near_enough = !wanted.keywords.is_empty()
            && wanted.keywords.iter().all(has)
            && self.maximum_match_distance >= wanted.maximum_match_distance;
        *self.regex.expose() == wanted.regex
            && (anywhere || near_enough)
            && self.ignore_words == 0
            && self.threshold <= 1
    }
}

impl Running {
    /// The identifier that finds all that the wanted one finds.
    #[must_use]
    pub fn covering(&self, wanted: &MacieIdentifier) -> Option<&Identifier> {
        self.identifiers.iter().find(|each| each.name == wanted.name && each.covers(wanted))
    }
}

const DELETED: &str = "where Macie was on before, its findings, discovery jobs, custom data identifiers, allow lists, \
    filters and settings were deleted when it was disabled: make again what is not the baseline's";
const CANCELLED: &str = "suspending Macie cancelled the sensitive data discovery jobs, which can't go on: create those again \
    that are still needed";
const MANAGED: &str = "this account belongs to an organization whose Macie administrator account decides on automated \
    discovery: see there that it is on for this account and includes the baseline's identifiers, then exempt this control";

/// The violations of Macie.
#[must_use]
pub fn assess(wanted: &[MacieIdentifier], seen: &Macie) -> Vec<Violation<Step>> {
    match seen {
        Macie::Disabled => {
            let macie = Violation::steps(&control::DETECTORS_MACIE, vec![Step::EnableMacie]).losing(DELETED);
            let create = wanted.iter().cloned().map(|identifier| Step::CreateIdentifier { identifier }).collect();
            let identifiers = steps(&control::DETECTORS_MACIE_IDENTIFIERS, create);
            let names = wanted.iter().map(|identifier| identifier.name.clone()).collect();
            [macie].into_iter().chain(identifiers).chain([enable_discovery(names)]).collect()
        }
        // What else is wrong is seen once it is at work again: the repair's own event brings the next look.
        Macie::Suspended { .. } => {
            vec![Violation::steps(&control::DETECTORS_MACIE, vec![Step::ResumeMacie]).losing(CANCELLED)]
        }
        Macie::Running(running) => assess_running(wanted, running),
    }
}

fn assess_running(wanted: &[MacieIdentifier], seen: &Running) -> Vec<Violation<Step>> {
    let mut repair = Vec::new();
    let mut found = Vec::new();
    let mut included = Vec::new();
    for identifier in wanted {
        let name = &identifier.name;
        match seen.covering(identifier) {
            Some(own) => included.push((name.clone(), Some(own.id.as_str()))),
            None if seen.identifiers.iter().any(|each| each.name == *name) => {
                found.push(Violation::person(&control::DETECTORS_MACIE_IDENTIFIERS, differs(name)));
            }
            None => {
                repair.push(Step::CreateIdentifier { identifier: identifier.clone() });
                included.push((name.clone(), None));
            }
        }
    }
    let mut discovery = None;
    match &seen.discovery {
        Discovery::Managed => discovery = Some(Violation::person(&control::DETECTORS_MACIE_DISCOVERY, MANAGED)),
        // What it looks for is part of having identifiers while it is on, and told when it is switched on.
        Discovery::Own { status, includes } if status == ENABLED => {
            included.retain(|(_, id)| id.is_none_or(|id| !includes.contains(id)));
            repair.extend(include(names(included)));
        }
        Discovery::Own { .. } => discovery = Some(enable_discovery(names(included))),
    }
    found.extend(steps(&control::DETECTORS_MACIE_IDENTIFIERS, repair));
    found.extend(discovery);
    found
}

fn names(identifiers: Vec<(String, Option<&str>)>) -> Vec<String> {
    identifiers.into_iter().map(|(name, _)| name).collect()
}

/// What it looks for can only be told to discovery that is on.
fn enable_discovery(names: Vec<String>) -> Violation<Step> {
    let steps = [Step::EnableDiscovery].into_iter().chain(include(names)).collect();
    Violation::steps(&control::DETECTORS_MACIE_DISCOVERY, steps)
}

fn include(names: Vec<String>) -> Option<Step> {
    (!names.is_empty()).then_some(Step::IncludeIdentifiers { names })
}

fn steps(control: &'static control::Control, steps: Vec<Step>) -> Option<Violation<Step>> {
    (!steps.is_empty()).then(|| Violation::steps(control, steps))
}

fn differs(name: &str) -> String {
    format!(
        "Macie's custom data identifier `{name}` finds less than the baseline's: Macie can't change identifiers, so delete \
         it and Phiward makes the baseline's, or take it into the baseline"
    )
}
