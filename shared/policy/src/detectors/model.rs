//! Tiny services, to see what plans do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::config::{ConfigRecorder, Recorder};
use super::guardduty::{Detector, GuardDuty};
use super::macie::{Discovery, Identifier, Macie, Running};
use super::*;
use crate::Baseline;
use crate::decision::Remedy;

pub(super) fn desired() -> Detectors {
    static DEFAULT: LazyLock<Detectors> =
        LazyLock::new(|| Baseline::parse(include_str!("../../../../baseline.toml")).unwrap().detectors);
    DEFAULT.clone()
}

/// An identifier as the baseline has it.
pub(super) fn as_wanted(id: &str) -> Identifier {
    identifier(id, &desired().macie_identifiers[0])
}

fn identifier(id: &str, wanted: &MacieIdentifier) -> Identifier {
    Identifier {
        id: id.to_owned(),
        name: wanted.name.clone(),
        regex: wanted.regex.clone().into(),
        keywords: wanted.keywords.iter().cloned().map(Redacted::new).collect(),
        maximum_match_distance: wanted.maximum_match_distance,
        ignore_words: 0,
        threshold: 1,
    }
}

pub(super) fn own(status: &str, includes: &[&str]) -> Discovery {
    Discovery::Own { status: status.to_owned(), includes: includes.iter().map(|id| (*id).to_owned()).collect() }
}

pub(super) fn recorder() -> Recorder {
    Recorder {
        name: "default".to_owned().into(),
        service_linked: false,
        recording: true,
        last_status: Some("Success".to_owned()),
        all_supported: true,
        strategy: Some("ALL_SUPPORTED_RESOURCE_TYPES".to_owned()),
    }
}

pub(super) fn detector(status: &str, features: &[(&str, &str)]) -> GuardDuty {
    let features = features.iter().map(|(name, status)| ((*name).to_owned(), (*status).to_owned())).collect();
    GuardDuty { detector: Some(Detector { id: "d1".to_owned(), status: status.to_owned(), features }) }
}

/// What the services do with a step. What Macie holds while it is suspended, `hidden`, comes back.
pub(super) fn apply(seen: &mut Observation, hidden: &Running, step: &Step) {
    match (seen, step) {
        (Observation::Macie(macie), step) => apply_macie(macie, hidden, step),
        (
            Observation::ConfigRecorder(ConfigRecorder { recorder: Some(recorder), channel: true }),
            Step::StartRecorder { name },
        ) => {
            assert!(*name == recorder.name && !recorder.service_linked);
            recorder.recording = true;
        }
        (Observation::GuardDuty(guardduty), step) => apply_guardduty(guardduty, step),
        (seen, step) => panic!("{step:?} of {seen:?}"),
    }
}

fn apply_macie(macie: &mut Macie, hidden: &Running, step: &Step) {
    match (&mut *macie, step) {
        (Macie::Disabled, Step::EnableMacie) => {
            *macie = Macie::Running(Running { discovery: own("DISABLED", &[]), identifiers: Vec::new() });
        }
        (Macie::Suspended { .. }, Step::ResumeMacie) => *macie = Macie::Running(hidden.clone()),
        (Macie::Running(running), Step::CreateIdentifier { identifier: wanted }) => {
            let id = format!("made-{}", running.identifiers.len());
            running.identifiers.push(identifier(&id, wanted));
        }
        (Macie::Running(Running { discovery: Discovery::Own { status, .. }, .. }), Step::EnableDiscovery) => {
            *status = ENABLED.to_owned();
        }
        (Macie::Running(running), Step::IncludeIdentifiers { names }) => {
            let wanted = desired().macie_identifiers.into_iter().filter(|each| names.contains(&each.name));
            let ids: Vec<_> = wanted.filter_map(|each| Some(running.covering(&each)?.id.clone())).collect();
            let Discovery::Own { status, includes } = &mut running.discovery else { panic!("not this account's") };
            assert_eq!(status, ENABLED, "the template can't be written while discovery is off");
            includes.extend(ids);
        }
        (macie, step) => panic!("{step:?} of {macie:?}"),
    }
}

fn apply_guardduty(guardduty: &mut GuardDuty, step: &Step) {
    match (&mut guardduty.detector, step) {
        (none @ None, Step::CreateDetector) => {
            let features = BTreeMap::from([("S3_DATA_EVENTS".to_owned(), ENABLED.to_owned())]);
            *none = Some(Detector { id: "d2".to_owned(), status: ENABLED.to_owned(), features });
        }
        (Some(detector), Step::EnableDetector) => detector.status = ENABLED.to_owned(),
        (Some(detector), Step::EnableFeature { name }) => {
            detector.features.insert(name.clone(), ENABLED.to_owned());
        }
        (detector, step) => panic!("{step:?} of {detector:?}"),
    }
}

/// All steps of a plan, in order.
pub(super) fn steps(violations: &[Violation<Step>]) -> Vec<Step> {
    let of = |violation: &Violation<Step>| match &violation.remedy {
        Remedy::Steps(steps) => steps.clone(),
        Remedy::Person(_) => Vec::new(),
    };
    violations.iter().flat_map(of).collect()
}

/// The ids of custom data identifiers that discovery looks for.
pub(super) fn included(seen: &Observation) -> BTreeSet<String> {
    match seen {
        Observation::Macie(Macie::Running(Running { discovery: Discovery::Own { includes, .. }, .. })) => {
            includes.clone()
        }
        _ => BTreeSet::new(),
    }
}
