//! Whatever the sources say: nothing that is not known is ever ready, and nothing gets better by getting worse.

use std::collections::BTreeSet;

use policy::{Baseline, Severity, control};
use proptest::prelude::*;
use proptest::sample::Index;
use report::answers::Word;
use report::checklist::{Source, config_rules, items};
use report::findings::{Canary, Findings, RuleResult, Said, Violating};
use report::{Report, report};

use crate::made_up::{
    ALTERNATIVES, NEEDED, agreement, attestation, baseline_with, canary, findings, known, model, names, now, rules,
    unknown,
};

/// How a source answers: all is well, nobody can tell, or it is not so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Good,
    Dark,
    Bad,
}

/// Every source that the checklist asks, once.
fn sources() -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    for source in items().flat_map(|item| item.need.sources()) {
        // The duty answers for what models allow.
        let source = match source {
            Source::ModelModes => Source::Control("residency.zero-retention-models"),
            other => other,
        };
        if !found.contains(&source) {
            found.push(source);
        }
    }
    found
}

fn set(source: Source, state: State, findings: &mut Findings) {
    match source {
        Source::Control(id) => {
            let duty = findings.duties.get_mut(id.split_once('.').unwrap().0).unwrap();
            let seen = duty.controls.get_mut(id).unwrap();
            match state {
                State::Good => {}
                State::Dark => seen.mode = policy::Mode::Off,
                State::Bad => {
                    seen.violating = 1;
                    seen.first = vec![Violating { resource: "one".into(), says: "mend it".into() }];
                }
            }
        }
        Source::ConfigRule(name) => {
            let Said::Known(Some(results)) = &mut findings.config_rules.said else { panic!("they are known") };
            let result = match state {
                State::Good => RuleResult::Compliant,
                State::Dark => RuleResult::NoData,
                State::Bad => RuleResult::NonCompliant,
            };
            results.insert(name.to_owned(), result);
        }
        Source::Agreement => {
            findings.agreements = match state {
                State::Good => known(vec![agreement("ACTIVE")]),
                State::Dark => unknown("AccessDenied"),
                State::Bad => known(vec![agreement("AWS_TERMINATED")]),
            }
        }
        Source::RetentionPolicies | Source::GlobalProfilePolicies => {
            let Said::Known(Some(organization)) = &mut findings.organization.said else { panic!("it is known") };
            let said = match state {
                State::Good => Said::Known(true),
                State::Dark => Said::Unknown("AccessDenied".into()),
                State::Bad => Said::Known(false),
            };
            if source == Source::RetentionPolicies {
                organization.denies_retention_mantle = said;
            } else {
                organization.denies_global_profiles = said;
            }
        }
        Source::ModelAccess => {
            let mut asked = model("amazon.nova-pro");
            match (&mut asked.access, state) {
                (_, State::Good) => {}
                (access, State::Dark) => *access = Said::Unknown("AccessDenied".into()),
                (Said::Known(access), State::Bad) => access.agreement = "NOT_AVAILABLE".into(),
                (Said::Unknown(_), State::Bad) => panic!("it is known"),
            }
            findings.models = known(vec![asked]);
        }
        Source::FirstTimeUse => {
            findings.use_case_form = match state {
                State::Good => known(true),
                State::Dark => unknown("AccessDenied"),
                State::Bad => known(false),
            }
        }
        Source::Canary => {
            findings.canary = match state {
                State::Good => Some(known(canary())),
                State::Dark => Some(unknown("AccessDenied")),
                State::Bad => Some(known(Canary { intervened: false, ..canary() })),
            }
        }
        // There is nobody who may not read: reviewers judge who does.
        Source::LogReaders => {
            if state != State::Good {
                findings.log_readers = unknown("AccessDenied");
            }
        }
        Source::ModelModes | Source::Attestation(_) => {}
    }
}

fn judged(states: &[(Source, State)]) -> Report {
    let mut all = findings();
    all.config_rules = known(Some(rules()));
    for (source, state) in states {
        set(*source, *state, &mut all);
    }
    report(&all, &attesting(states), now())
}

fn attesting(states: &[(Source, State)]) -> Baseline {
    let attested = states.iter().map(|(source, state)| match (source, state) {
        (Source::Attestation(id), State::Good) => attestation(id, "2026-06-01", "2027-06-01"),
        (Source::Attestation(id), State::Bad) => attestation(id, "2026-06-01", "2026-11-22"),
        _ => String::new(),
    });
    baseline_with(&attested.collect::<String>(), |text| text)
}

fn states() -> impl Strategy<Value = Vec<(Source, State)>> {
    // Mostly good: else nothing would ever hold.
    let state = prop_oneof![12 => Just(State::Good), 1 => Just(State::Dark), 1 => Just(State::Bad)];
    let sources = sources();
    proptest::collection::vec(state, sources.len())
        .prop_map(move |states| sources.iter().copied().zip(states).collect())
}

fn holding(report: &Report) -> BTreeSet<String> {
    report.boxes().filter(|each| each.answer.holds()).map(|each| each.id.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_gets_better_by_getting_worse(states in states(), at in any::<Index>(), worse in prop_oneof![Just(State::Dark), Just(State::Bad)]) {
        let before = judged(&states);
        let mut after = states;
        let one = at.get_mut(&mut after);
        one.1 = one.1.max(worse);
        let changed = one.0;
        let after = judged(&after);
        prop_assert!(holding(&after).is_subset(&holding(&before)), "{changed:?}");
        prop_assert!(before.verdict.ready || !after.verdict.ready);
    }

    #[test]
    fn the_verdict_is_what_the_boxes_say(states in states()) {
        let report = judged(&states);
        let counts = report.verdict.counts;
        prop_assert_eq!(report.verdict.ready, report.boxes().all(|each| each.answer.holds()));
        prop_assert_eq!(counts.boxes, counts.pass + counts.fail + counts.unknown + counts.attested + counts.not_applicable);
        for answered in report.boxes() {
            // What is not well says why; and what a box rests on is well.
            prop_assert!(answered.answer.holds() || !answered.says.is_empty(), "{}", answered.id);
            let rests_on_bad = answered.sources.iter().any(|part| part.counts && !part.answer.holds());
            prop_assert_eq!(answered.answer.holds(), !rests_on_bad, "{}", &answered.id);
        }
    }
}

fn is_on_record_only(source: Source) -> bool {
    let severity = |id| control::by_id(id).unwrap().severity;
    matches!(source, Source::Control(id) if severity(id) == Severity::Informational)
}

/// With nothing to stand in for it, a source that is not well leaves its boxes, and the account, not ready.
#[test]
fn one_source_that_is_not_well_is_enough() {
    let all = sources().into_iter().map(|source| match source {
        Source::Attestation(id) if ALTERNATIVES.contains(&id) => (source, State::Dark),
        _ => (source, State::Good),
    });
    let all: Vec<_> = all.collect();
    assert!(judged(&all).verdict.ready);
    assert!(NEEDED.len() + ALTERNATIVES.len() > 20 && config_rules().len() > 20 && control::ALL.len() > 50);
    for at in 0..all.len() {
        let stands_in = matches!(all[at].0, Source::Attestation(id) if ALTERNATIVES.contains(&id));
        for state in [State::Dark, State::Bad] {
            let mut changed = all.clone();
            changed[at].1 = state;
            let report = judged(&changed);
            let stands_in = stands_in || state == State::Bad && is_on_record_only(all[at].0);
            assert_eq!(report.verdict.ready, stands_in, "{:?} {state:?}", all[at].0);
            let fails = state == State::Bad && all[at].0 != Source::LogReaders;
            let word = if fails { Word::Fail } else { Word::Unknown };
            assert!(stands_in || report.boxes().any(|each| each.answer == word), "{:?}", all[at].0);
        }
    }
    let mut without = findings();
    without.duties.get_mut("buckets").unwrap().unread = names(&["one: AccessDenied"]);
    assert!(!report(&without, &attesting(&all), now()).verdict.ready);
}
