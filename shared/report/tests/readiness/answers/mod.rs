//! Every source, and what it makes of the boxes that ask for it.

mod account;
mod duties;

use policy::Baseline;
use report::answers::Word::{self, Attested, Fail, NotApplicable, Unknown};
use report::checklist::items;
use report::findings::{Findings, KEPT, Memory, Said, Violating};
use report::report;

use crate::made_up::{
    attestation, attested, baseline, baseline_with, findings, known, made, now, told, unknown, word_of,
};

fn memory(findings: &mut Findings) -> &mut Memory {
    match &mut findings.memory.said {
        Said::Known(memory) => memory,
        Said::Unknown(_) => panic!("it is known"),
    }
}

fn violate(findings: &mut Findings, control: &str, resource: &str) {
    let duty = findings.duties.get_mut(control.split_once('.').unwrap().0).unwrap();
    let seen = duty.controls.get_mut(control).unwrap();
    seen.violating += 1;
    if seen.first.len() < KEPT {
        seen.first.push(Violating { resource: resource.to_owned(), says: "put it right".to_owned() });
    }
}

/// One change of the findings, and what a box then says.
fn check(id: &str, change: impl Fn(&mut Findings), word: Word, says: &str) {
    let mut changed = findings();
    change(&mut changed);
    held(id, &changed, &baseline(), word, says);
}

/// One change of the baseline, and what a box then says.
fn check_baseline(id: &str, baseline: &Baseline, word: Word, says: &str) {
    held(id, &findings(), baseline, word, says);
}

fn held(id: &str, findings: &Findings, baseline: &Baseline, word: Word, says: &str) {
    let report = report(findings, baseline, now());
    let told = told(&report, id);
    assert_eq!(word_of(&report, id), word, "{id}: {told}");
    assert!(told.contains(says), "{id}: expected `{says}` in:\n{told}");
    assert_eq!(report.verdict.ready, report.boxes().all(|each| each.answer.holds()));
}

#[test]
fn an_account_where_all_is_as_it_should_be_is_ready() {
    let report = made(&findings());
    let wanting: Vec<_> =
        report.boxes().filter(|each| !each.answer.holds()).map(|each| (&each.id, &each.says)).collect();
    assert!(report.verdict.ready, "{wanting:?}");
    assert_eq!((report.verdict.counts.fail, report.verdict.counts.unknown), (0, 0));
    assert!(report.verdict.counts.pass > 20 && report.verdict.counts.attested > 10);
}

#[test]
fn an_attestation_counts_from_its_day_until_its_end() {
    let id = "duties.incident-plan";
    let all = attested();
    let (before, rest) = all.split_once("[[readiness.attestations]]\nid = \"incident-plan\"").unwrap();
    let (_, after) = rest.split_once("[[readiness.attestations]]").unwrap();
    let with = |on: &str, expires: &str| {
        let this = attestation("incident-plan", on, expires);
        baseline_with(&format!("{before}{this}[[readiness.attestations]]{after}"), |text| text)
    };
    check_baseline(id, &with("2026-11-22", "2026-11-23"), Attested, "Dana Ito, 22 Nov 2026; expires 23 Nov 2026");
    check_baseline(id, &with("2026-06-01", "2026-11-22"), Fail, "that expired 22 Nov 2026");
    check_baseline(id, &with("2026-11-23", "2027-06-01"), Fail, "still to come");
    let without = baseline_with(&format!("{before}[[readiness.attestations]]{after}"), |text| text);
    check_baseline(id, &without, Unknown, "Nobody has attested that an incident-response");
}

#[test]
fn an_archived_addendum_covers_this_account_from_its_day() {
    let id = "agreement.archived";
    let with = |from: &str, to: &str| baseline_with(&attested().replace(from, to), |text| text);
    check_baseline(id, &baseline(), Attested, "Dana Ito");
    check_baseline(id, &with("[\"111122223333\"]", "[\"444455556666\"]"), Fail, "does not cover account 111122223333");
    check_baseline(id, &with("2024-06-03", "2026-12-03"), Fail, "counts only from 3 Dec 2026");
}

#[test]
fn where_bedrock_is_not_used_that_is_said_and_not_failed() {
    let mut changed = findings();
    changed.bedrock_used = known(false);
    violate(&mut changed, "retention.control-plane", "control-plane");
    violate(&mut changed, "encryption-keys.enabled", "key");
    let report = made(&changed);
    for item in items() {
        let word = word_of(&report, item.id);
        assert_eq!(item.bedrock, word == NotApplicable, "{}", item.id);
    }
    assert!(told(&report, "data.retention-none").contains("Amazon Bedrock is not used in this account and Region"));
    assert_eq!(word_of(&report, "encryption.key-administration"), Fail);
    assert!(report.verdict.says.contains("not used") && report.verdict.bedrock_used == Some(false));
    changed.bedrock_used = unknown("cloudwatch: AccessDenied");
    assert_eq!(word_of(&made(&changed), "data.retention-none"), Fail);
}

#[test]
fn a_box_says_one_reason_once_and_names_the_first_that_it_holds_back() {
    let mut changed = findings();
    changed.duties.get_mut("audit-trail").unwrap().failed = Some("its function failed; look at its log".to_owned());
    let report = made(&changed);
    let says = &report.boxes().find(|each| each.id == "audit.cloudtrail").unwrap().says;
    let [one] = says.as_slice() else { panic!("{says:?}") };
    let reason = "The duty could not be asked: its function failed; look at its log";
    assert_eq!(
        *one,
        format!(
            "Not known: \u{201c}The trail that the deployment names is there\u{201d}, \u{201c}The trail logs\u{201d} and 7 more. {reason}"
        )
    );
}
