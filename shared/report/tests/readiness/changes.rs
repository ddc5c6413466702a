//! What is another since the last report, and the parts beside the boxes.

use report::answers::Word;
use report::findings::{LogReader, Memory, OpenDrift, RepairDone, RuleResult};
use report::{Standing, report};

use crate::made_up::{attestation, attested, baseline_with, findings, known, made, names, now, rules, time, unknown};

#[test]
fn a_report_tells_what_the_next_one_compares_itself_with() {
    let first = made(&findings());
    assert_eq!((first.changes.since.as_ref(), first.changes.boxes.len()), (None, 0));
    let mut next = findings();
    next.previous = known(Some(first.as_previous()));
    let same = made(&next);
    assert!(!same.changes.verdict_changed && same.changes.boxes.is_empty());
    let mut results = rules();
    results.insert("efs".to_owned(), RuleResult::NonCompliant);
    next.config_rules = known(Some(results));
    let worse = made(&next);
    assert!(worse.changes.verdict_changed && worse.changes.was_ready == Some(true) && !worse.verdict.ready);
    let [change] = worse.changes.boxes.as_slice() else { panic!("{:?}", worse.changes.boxes) };
    assert_eq!(
        (change.id.as_str(), change.was.as_deref(), change.is),
        ("encryption.efs", Some("pass"), Some(Word::Fail))
    );
}

#[test]
fn boxes_that_came_or_went_are_changes() {
    let mut before = made(&findings()).as_previous();
    before.boxes.remove("encryption.efs");
    before.boxes.insert("gone.box".to_owned(), "pass".to_owned());
    let mut next = findings();
    next.previous = known(Some(before));
    let changes: Vec<_> = made(&next).changes.boxes.into_iter().map(|each| (each.id, each.was, each.is)).collect();
    let came = ("encryption.efs".to_owned(), None, Some(Word::Pass));
    assert_eq!(changes, [came, ("gone.box".to_owned(), Some("pass".to_owned()), None)]);
}

#[test]
fn a_last_report_that_can_not_be_read_is_said() {
    let mut changed = findings();
    changed.previous = unknown("s3:GetObject: AccessDenied");
    assert_eq!(made(&changed).changes.unknown.as_deref(), Some("s3:GetObject: AccessDenied"));
}

fn repair(control: &str, actor: Option<&str>, milliseconds: Option<u64>, at: &str) -> RepairDone {
    RepairDone {
        control: control.to_owned(),
        resource: "phi-intake".to_owned(),
        actor: actor.map(str::to_owned),
        at: time(at),
        milliseconds,
        evidence: format!("evidence/{control}/1.json"),
    }
}

#[test]
fn repairs_are_counted_by_control_and_by_actor_with_the_time_they_took() {
    let mut changed = findings();
    changed.memory = known(Memory {
        repairs: vec![
            repair("buckets.tls-only", Some("arn:a"), Some(1_000), "2026-11-21T10:00:00Z"),
            repair("buckets.tls-only", Some("arn:b"), Some(9_000), "2026-11-21T12:00:00Z"),
            repair("buckets.tls-only", Some("arn:a"), None, "2026-11-21T11:00:00Z"),
            repair("retention.control-plane", None, Some(4_000), "2026-11-21T09:00:00Z"),
        ],
        repaired: 7,
        ..Memory::default()
    });
    let repairs = made(&changed).repairs.found;
    assert_eq!((repairs.count, repairs.shown), (7, 4));
    let said = |of: &[report::RepairCount]| {
        of.iter().map(|each| (each.of.clone(), each.count, each.median_ms, each.longest_ms)).collect::<Vec<_>>()
    };
    assert_eq!(
        said(&repairs.by_control),
        [
            (Some("buckets.tls-only".to_owned()), 3, Some(5_000), Some(9_000)),
            (Some("retention.control-plane".to_owned()), 1, Some(4_000), Some(4_000)),
        ]
    );
    assert_eq!(said(&repairs.by_actor)[0], (Some("arn:a".to_owned()), 2, Some(1_000), Some(1_000)));
    assert_eq!(repairs.by_actor.len(), 3);
    assert_eq!(repairs.newest[0].at.0, time("2026-11-21T12:00:00Z"));
}

#[test]
fn open_drift_has_an_age_and_the_oldest_comes_first() {
    let open = |since: &str| OpenDrift {
        control: "buckets.tls-only".to_owned(),
        resource: "phi-a".to_owned(),
        outcome: "detected".to_owned(),
        since: time(since),
    };
    let mut changed = findings();
    let paused_since = Some(time("2026-11-22T05:00:00Z"));
    let open = vec![open("2026-11-22T04:07:12Z"), open("2026-11-19T02:07:12Z")];
    changed.memory = known(Memory { open, paused_since, ..Memory::default() });
    let report = made(&changed);
    let ages: Vec<_> = report.open_drift.found.iter().map(|each| (each.age.as_str(), each.age_hours)).collect();
    assert_eq!(ages, [("3 days 4 h", 76), ("2 h", 2)]);
    assert!(report.open_drift.found[0].title.starts_with("Log and PHI buckets refuse"));
    assert_eq!(report.run.paused_since.map(|at| at.0), paused_since);
}

#[test]
fn what_the_memory_does_not_tell_is_unknown_and_not_nothing() {
    let mut changed = findings();
    changed.memory = unknown("dynamodb:Query: AccessDenied");
    changed.log_readers = unknown("iam: AccessDenied");
    let report = made(&changed);
    for unknown in [&report.open_drift.unknown, &report.repairs.unknown, &report.exemptions.unknown] {
        assert_eq!(unknown.as_deref(), Some("dynamodb:Query: AccessDenied"));
    }
    assert_eq!(report.log_readers.unknown.as_deref(), Some("iam: AccessDenied"));
    assert!(report.sources.iter().any(|each| each.source == "Ledger and evidence" && each.unknown.is_some()));
}

#[test]
fn attestations_that_run_out_are_said_to() {
    let text = [("macie-equivalent", "2026-12-22"), ("fips", "2026-12-23"), ("backup-plan", "2026-11-22")];
    let text: String = text.iter().map(|(id, expires)| attestation(id, "2026-06-01", expires)).collect();
    let text = text + &attestation("incident-plan", "2026-11-23", "2027-06-01");
    let baseline = baseline_with(&text, |text| text);
    let report = report(&findings(), &baseline, now());
    let standing: Vec<_> =
        report.attestations.iter().map(|each| (each.id.as_str(), each.standing, each.days_left)).collect();
    assert_eq!(
        standing,
        [
            ("backup-plan", Standing::Expired, 0),
            ("macie-equivalent", Standing::RunningOut, 30),
            ("fips", Standing::Stands, 31),
            ("incident-plan", Standing::NotYet, 191),
        ]
    );
    assert!(attested().contains("incident-plan"));
}

#[test]
fn the_inventory_names_what_holds_phi_and_says_where_it_may_lack_something() {
    let mut changed = findings();
    changed.duties.get_mut("buckets").unwrap().unread = names(&["phi-x: AccessDenied"]);
    changed.duties.remove("log-groups");
    changed.log_readers = known(vec![LogReader { principal: "arn:r".to_owned(), unmask: true, decrypt: false }]);
    let report = made(&changed);
    let held: Vec<_> =
        report.inventory.iter().map(|each| (each.duty.as_str(), each.count, each.lacks.is_some())).collect();
    assert_eq!(
        held,
        [
            ("buckets", 3, true),
            ("log-groups", 0, true),
            ("storage-surfaces", 1, false),
            ("invocation-logging", 1, false)
        ]
    );
    assert_eq!((report.totals.unread, report.totals.unreadable[0].first[0].as_str()), (1, "phi-x: AccessDenied"));
    assert_eq!(report.log_readers.found[0].principal, "arn:r");
    assert_eq!(report.gaps.len(), 8);
}
