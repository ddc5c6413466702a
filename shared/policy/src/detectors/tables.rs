//! What is wrong with which state, one line a case.

use super::config::{ConfigRecorder, Recorder};
use super::guardduty::GuardDuty;
use super::macie::{Discovery, Identifier, Macie, Running};
use super::model::*;
use super::*;
use crate::decision::Remedy;

/// The controls, and of each its steps in their own words or a piece of what a person is told.
fn found(seen: Observation) -> Vec<(&'static str, String)> {
    let said = |violation: Violation<Step>| match violation.remedy {
        Remedy::Steps(steps) => {
            serde_json::to_value(&steps).unwrap().as_array().unwrap().iter().fold(String::new(), |said, step| {
                format!("{said} {}", step["step"].as_str().unwrap()).trim().to_owned()
            })
        }
        Remedy::Person(advice) => format!("person: {advice}"),
    };
    assess(&desired(), &seen).into_iter().map(|each| (each.control.id, said(each))).collect()
}

fn macie(discovery: Discovery, identifiers: Vec<Identifier>) -> Observation {
    Observation::Macie(Macie::Running(Running { discovery, identifiers }))
}

fn is(found: &[(&'static str, String)], expected: &[(&str, &str)]) -> bool {
    let alike = |((control, said), (id, piece)): (&(&str, String), &(&str, &str))| {
        control == id && if said.starts_with("person") { said.contains(piece) } else { said == piece }
    };
    found.len() == expected.len() && found.iter().zip(expected).all(alike)
}

const MACIE: &str = "detectors.macie";
const DISCOVERY: &str = "detectors.macie-discovery";
const IDENTIFIERS: &str = "detectors.macie-identifiers";
const RECORDER: &str = "detectors.config-recorder";
const GUARDDUTY: &str = "detectors.guardduty";
const PROTECTION: &str = "detectors.guardduty-protection";

#[test]
fn macie_is_on_and_looks_for_the_baselines_identifiers() {
    let other = || Identifier { regex: "x+".to_owned().into(), ..as_wanted("b") };
    let suspended = |status: &str| Observation::Macie(Macie::Suspended { status: status.to_owned() });
    let anew = "enable-discovery include-identifiers";
    for (seen, expected) in [
        (macie(own("ENABLED", &["a"]), vec![as_wanted("a")]), &[][..]),
        (macie(own("ENABLED", &["a"]), vec![other(), as_wanted("a")]), &[]),
        (
            Observation::Macie(Macie::Disabled),
            &[(MACIE, "enable-macie"), (IDENTIFIERS, "create-identifier"), (DISCOVERY, anew)],
        ),
        (suspended("PAUSED"), &[(MACIE, "resume-macie")]),
        (suspended("BRAND_NEW"), &[(MACIE, "resume-macie")]),
        (macie(own("ENABLED", &["z"]), vec![as_wanted("a")]), &[(IDENTIFIERS, "include-identifiers")]),
        (macie(own("ENABLED", &[]), vec![]), &[(IDENTIFIERS, "create-identifier include-identifiers")]),
        (macie(own("DISABLED", &[]), vec![as_wanted("a")]), &[(DISCOVERY, anew)]),
        (macie(own("BRAND_NEW", &[]), vec![]), &[(IDENTIFIERS, "create-identifier"), (DISCOVERY, anew)]),
        (macie(own("ENABLED", &["b"]), vec![other()]), &[(IDENTIFIERS, "finds less than the baseline's")]),
        (macie(own("DISABLED", &[]), vec![other()]), &[(IDENTIFIERS, "delete it"), (DISCOVERY, "enable-discovery")]),
        (macie(Discovery::Managed, vec![as_wanted("a")]), &[(DISCOVERY, "administrator account")]),
        (
            macie(Discovery::Managed, vec![]),
            &[(IDENTIFIERS, "create-identifier"), (DISCOVERY, "administrator account")],
        ),
    ] {
        let found = found(seen.clone());
        assert!(is(&found, expected), "{seen:?}: {found:?}");
    }
}

#[test]
fn an_identifier_that_finds_more_is_as_good_and_one_that_finds_less_is_not() {
    let wanted = &desired().macie_identifiers[0];
    let mut wide = as_wanted("a");
    wide.maximum_match_distance = 300;
    wide.keywords.push("chart number".to_owned().into());
    let anywhere = Identifier { keywords: Vec::new(), maximum_match_distance: 1, ..as_wanted("a") };
    let mut upper = as_wanted("a");
    upper.keywords = upper.keywords.iter().map(|word| word.expose().to_uppercase().into()).collect();
    for fine in [as_wanted("a"), wide, anywhere, upper] {
        assert!(fine.covers(wanted), "{fine:?}");
    }
    let mut fewer = as_wanted("a");
    fewer.keywords.pop();
    for bad in [
        fewer,
        Identifier { regex: "[0-9]+".to_owned().into(), ..as_wanted("a") },
        Identifier { maximum_match_distance: wanted.maximum_match_distance - 1, ..as_wanted("a") },
        Identifier { ignore_words: 1, ..as_wanted("a") },
        Identifier { threshold: 2, ..as_wanted("a") },
    ] {
        assert!(!bad.covers(wanted), "{bad:?}");
    }
    let without_words = MacieIdentifier { keywords: Vec::new(), ..wanted.clone() };
    assert!(!as_wanted("a").covers(&without_words));
}

#[test]
fn the_recorder_records_everything_and_delivers() {
    let is_on = recorder;
    let off = || Recorder { recording: false, ..recorder() };
    let some = |recorder, channel| Observation::ConfigRecorder(ConfigRecorder { recorder: Some(recorder), channel });
    let none = |channel| Observation::ConfigRecorder(ConfigRecorder { recorder: None, channel });
    let last = |word: &str| Recorder { last_status: Some(word.to_owned()), ..recorder() };
    let strategy = |word: &str| Recorder { strategy: Some(word.to_owned()), ..recorder() };
    for (seen, expected) in [
        (some(is_on(), true), &[][..]),
        (some(Recorder { strategy: None, last_status: None, ..recorder() }, true), &[]),
        (some(Recorder { service_linked: true, ..recorder() }, true), &[]),
        (some(last("Pending"), true), &[]),
        (some(off(), true), &[(RECORDER, "start-recorder")]),
        (some(off(), false), &[(RECORDER, "no delivery channel")]),
        (none(true), &[(RECORDER, "no recorder")]),
        (none(false), &[(RECORDER, "no recorder")]),
        (some(Recorder { service_linked: true, ..off() }, true), &[(RECORDER, "belongs to another AWS service")]),
        (some(last("Failure"), true), &[(RECORDER, "delivery failed")]),
        (some(last("BrandNew"), true), &[(RECORDER, "delivery failed")]),
        (some(Recorder { all_supported: false, ..recorder() }, true), &[(RECORDER, "leaves out types")]),
        (some(strategy("EXCLUSION_BY_RESOURCE_TYPES"), true), &[(RECORDER, "leaves out types")]),
        (some(strategy("BRAND_NEW"), true), &[(RECORDER, "leaves out types")]),
        (
            some(Recorder { all_supported: false, ..off() }, true),
            &[(RECORDER, "start-recorder"), (RECORDER, "leaves out types")],
        ),
    ] {
        let found = found(seen.clone());
        assert!(is(&found, expected), "{seen:?}: {found:?}");
    }
}

#[test]
fn guardduty_is_on_with_the_baselines_plans() {
    let (s3, ai, on, off) = ("S3_DATA_EVENTS", "AI_PROTECTION", "ENABLED", "DISABLED");
    for (seen, expected) in [
        (detector(on, &[(s3, on), (ai, on), ("EKS_AUDIT_LOGS", off)]), &[][..]),
        (
            GuardDuty { detector: None },
            &[(GUARDDUTY, "create-detector"), (PROTECTION, "enable-feature enable-feature")],
        ),
        (detector(off, &[(s3, on), (ai, on)]), &[(GUARDDUTY, "enable-detector")]),
        (detector("BRAND_NEW", &[(s3, on), (ai, on)]), &[(GUARDDUTY, "enable-detector")]),
        (detector(on, &[(s3, off), (ai, on)]), &[(PROTECTION, "enable-feature")]),
        (detector(on, &[(s3, "BRAND_NEW"), (ai, on)]), &[(PROTECTION, "enable-feature")]),
        (detector(off, &[(ai, on)]), &[(GUARDDUTY, "enable-detector"), (PROTECTION, "enable-feature")]),
    ] {
        let seen = Observation::GuardDuty(seen);
        let found = found(seen.clone());
        assert!(is(&found, expected), "{seen:?}: {found:?}");
    }
}

#[test]
fn a_plan_that_the_region_does_not_know_comes_last() {
    let plan =
        steps(&assess(&desired(), &Observation::GuardDuty(detector("ENABLED", &[("AI_PROTECTION", "DISABLED")]))));
    let enable = |name: &str| Step::EnableFeature { name: name.to_owned() };
    assert_eq!(plan, [enable("AI_PROTECTION"), enable("S3_DATA_EVENTS")]);
}

#[test]
fn what_was_deleted_or_cancelled_is_told() {
    for (seen, piece) in [
        (Observation::Macie(Macie::Disabled), "findings, discovery jobs"),
        (
            Observation::Macie(Macie::Suspended { status: "PAUSED".to_owned() }),
            "cancelled the sensitive data discovery jobs",
        ),
        (Observation::GuardDuty(GuardDuty { detector: None }), "findings, suppression rules"),
    ] {
        let losses: Vec<_> = assess(&desired(), &seen).into_iter().flat_map(|each| each.losses).collect();
        assert!(matches!(&losses[..], [loss] if loss.contains(piece)), "{losses:?}");
    }
}

#[test]
fn what_others_chose_goes_to_the_evidence_only() {
    let secret = "jane-doe";
    let recorder = Recorder { name: secret.to_owned().into(), recording: false, ..recorder() };
    let own_words =
        Identifier { regex: secret.to_owned().into(), keywords: vec![secret.to_owned().into()], ..as_wanted("a") };
    for seen in [
        Observation::ConfigRecorder(ConfigRecorder { recorder: Some(recorder), channel: true }),
        macie(own("ENABLED", &[]), vec![own_words]),
    ] {
        let violations = assess(&desired(), &seen);
        assert!(!violations.is_empty() && !format!("{seen:?} {violations:?}").contains(secret));
        assert!(serde_json::to_string(&seen).unwrap().contains(secret));
    }
}
