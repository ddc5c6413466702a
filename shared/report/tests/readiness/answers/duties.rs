//! What duties answer.

use policy::Mode;
use report::answers::Word::{Attested, Fail, NotApplicable, Pass, Unknown};
use report::checklist::{Source, items};
use report::findings::{Exempted, Findings, OpenDrift};

use super::{check, held, memory, violate};
use crate::made_up::{attestation, attested, baseline_with, findings, made, names, time, unknown, word_of};

#[test]
fn a_control_of_a_duty() {
    let (id, control) = ("encryption.buckets", "buckets.versioning");
    let duty = |findings: &mut Findings, change: fn(&mut report::findings::Surveyed)| {
        change(findings.duties.get_mut("buckets").unwrap());
    };
    check(id, |_| (), Pass, "3 looked at, none violates it");
    check(id, |all| violate(all, control, "phi-intake"), Fail, "1 resource violates it");
    check(id, |all| duty(all, |seen| seen.complete = false), Unknown, "Not everything has been looked at: 3 so far");
    check(id, |all| duty(all, |seen| seen.failed = Some("s3: SlowDown".into())), Unknown, "SlowDown");
    check(id, |all| duty(all, |seen| seen.unread = names(&["phi-a: AccessDenied"])), Unknown, "phi-a: AccessDenied");
    check(id, |all| duty(all, |seen| seen.controls.clear()), Unknown, "said nothing of this control");
    check(id, |all| duty(all, |seen| seen.resources = names(&[])), NotApplicable, "No bucket is there");
    check(id, |all| drop(all.duties.remove("buckets")), Unknown, "was not asked");
    let off =
        |all: &mut Findings| all.duties.get_mut("buckets").unwrap().controls.get_mut(control).unwrap().mode = Mode::Off;
    check(id, off, Unknown, "switched off");
}

#[test]
fn a_violation_that_was_seen_fails_whatever_else_is_not_known() {
    let worse: [fn(&mut report::findings::Surveyed); 4] = [
        |seen| seen.complete = false,
        |seen| seen.failed = Some("s3: SlowDown".into()),
        |seen| seen.unread = names(&["phi-a: AccessDenied"]),
        |seen| seen.controls.values_mut().for_each(|seen| seen.mode = Mode::Off),
    ];
    for worse in worse {
        let mut changed = findings();
        violate(&mut changed, "buckets.versioning", "phi-intake");
        worse(changed.duties.get_mut("buckets").unwrap());
        assert_eq!(word_of(&made(&changed), "encryption.buckets"), Fail);
    }
}

#[test]
fn what_the_deployment_does_not_name_is_unknown_and_what_is_not_there_does_not_apply() {
    for (duty, id, word) in [
        ("audit-trail", "audit.cloudtrail", Unknown),
        ("encryption-keys", "encryption.key-administration", Unknown),
        ("guardrails", "data.guardrail", Unknown),
        ("invocation-logging", "audit.invocation-logs", Unknown),
        ("retention", "data.retention-none", Unknown),
        ("detectors", "monitoring.guardduty", Unknown),
        ("detectors", "monitoring.config", Unknown),
        // Others answer for the rest of the box.
        ("log-groups", "audit.invocation-logs", Attested),
        ("storage-surfaces", "audit.customer-keys", Pass),
        ("free-text", "audit.transit-and-labels", Attested),
        ("residency", "data.models", NotApplicable),
        ("quarantine", "agreement.phi-in-its-place", Pass),
    ] {
        check(id, |all| all.duties.get_mut(duty).unwrap().resources = names(&[]), word, "");
    }
}

#[test]
fn a_detective_service_is_looked_at_only_where_the_deployment_opted_in() {
    let without = |all: &mut Findings| all.duties.get_mut("detectors").unwrap().resources = names(&["guardduty"]);
    check("monitoring.guardduty", without, Pass, "");
    check("monitoring.config", without, Unknown, "KeepConfigRecorderOn");
    check("surfaces.phi-discovery", without, Unknown, "KeepMacieOn");
}

#[test]
fn an_equivalent_of_macie_counts_where_macie_is_not_looked_at_and_not_where_it_is_seen_to_be_off() {
    let equivalent = attested() + &attestation("macie-equivalent", "2026-06-01", "2027-06-01");
    let equivalent = baseline_with(&equivalent, |text| text);
    let id = "surfaces.phi-discovery";
    let mut not_opted = findings();
    not_opted.duties.get_mut("detectors").unwrap().resources = names(&["guardduty"]);
    held(id, &not_opted, &equivalent, Attested, "Dana Ito");
    let mut off = findings();
    violate(&mut off, "detectors.macie", "macie");
    held(id, &off, &equivalent, Fail, "");
    held(id, &findings(), &equivalent, Pass, "");
}

#[test]
fn an_exemption_is_no_failure_but_named_with_its_end() {
    let id = "encryption.buckets";
    let exempt = |all: &mut Findings| {
        all.duties.get_mut("buckets").unwrap().controls.get_mut("buckets.versioning").unwrap().exempt = 1;
    };
    let standing = |control: &str, expires: &str| Exempted {
        control: control.to_owned(),
        resource: "phi-legacy".to_owned(),
        reason: "old scanner".to_owned(),
        owner: "Radiology".to_owned(),
        expires: time(expires),
    };
    let with = |exemption: Exempted| {
        move |all: &mut Findings| {
            exempt(all);
            memory(all).exemptions = vec![exemption.clone()];
        }
    };
    check(
        id,
        with(standing("buckets.versioning", "2026-12-01T00:00:00Z")),
        Pass,
        "`phi-legacy` until 1 Dec 2026, 00:00 UTC (Radiology)",
    );
    check(
        id,
        with(standing("buckets.versioning", "2026-11-22T06:00:00Z")),
        Unknown,
        "no exemption from this control stands",
    );
    check(
        id,
        with(standing("buckets.tls-only", "2026-12-01T00:00:00Z")),
        Unknown,
        "no exemption from this control stands",
    );
    let unread = |all: &mut Findings| {
        exempt(all);
        all.memory = unknown("dynamodb:GetItem: AccessDeniedException");
    };
    check(id, unread, Unknown, "who answers for it, and until when, could not be read");
}

#[test]
fn what_is_only_to_be_on_record_is_no_failure() {
    let inside = |all: &mut Findings| {
        all.duties.get_mut("quarantine").unwrap().resources = names(&["phi-intake/0f1e2d"]);
        violate(all, "quarantine.phi-inside-sets", "phi-intake/0f1e2d");
    };
    check("surfaces.phi-discovery", inside, Pass, "1 on record");
    let outside = |all: &mut Findings| violate(all, "quarantine.phi-outside-sets", "plain/0f1e2d");
    check("agreement.phi-in-its-place", outside, Fail, "1 resource violates it");
}

#[test]
fn what_nobody_looks_at_is_unknown_but_what_was_seen_fails() {
    let unwatched = |all: &mut Findings| {
        let seen = all.duties.get_mut("buckets").unwrap();
        seen.unwatched.insert("buckets.versioning".to_owned(), "The deployment names no bucket".to_owned());
    };
    check("encryption.buckets", unwatched, Unknown, "The deployment names no bucket, so nobody looks.");
    let seen_all_the_same = |all: &mut Findings| {
        unwatched(all);
        violate(all, "buckets.versioning", "phi-intake");
    };
    check("encryption.buckets", seen_all_the_same, Fail, "1 resource violates it");
}

#[test]
fn what_only_events_tell_of_fails_while_it_is_open() {
    let open = |control: &str| OpenDrift {
        control: control.to_owned(),
        resource: "inference/0f1e2d".to_owned(),
        outcome: "reported".to_owned(),
        since: time("2026-11-21T18:00:00Z"),
    };
    for (control, id) in [
        ("residency.global-inference", "residency.geographic-profiles"),
        ("residency.geography", "residency.processing-region"),
        ("object-encryption.kms-key", "audit.customer-keys"),
    ] {
        check(id, |_| (), Pass, "of what was told in the last 30 days none is open");
        check(id, |all| memory(all).open.push(open(control)), Fail, "1 told of by events");
        check(
            id,
            |all| all.memory = unknown("dynamodb:Query: AccessDeniedException"),
            Unknown,
            "AccessDeniedException",
        );
        let off = |all: &mut Findings| {
            let duty = control.split_once('.').unwrap().0;
            all.duties.get_mut(duty).unwrap().controls.get_mut(control).unwrap().mode = Mode::Off;
        };
        check(id, off, Unknown, "switched off");
    }
    check("encryption.buckets", |all| memory(all).open.push(open("buckets.versioning")), Pass, "");
}

/// A read that fails makes exactly those boxes unknown that ask for what was read.
#[test]
fn a_fault_of_one_duty_makes_exactly_its_boxes_unknown() {
    for (duty, _) in crate::made_up::DUTIES {
        let mut changed = findings();
        changed.duties.get_mut(duty).unwrap().unread = names(&["one: ThrottlingException"]);
        let report = made(&changed);
        assert!(!report.verdict.ready, "{duty}");
        for item in items() {
            let asks = item.need.sources().iter().any(|source| match source {
                Source::Control(id) => id.split_once('.').unwrap().0 == duty,
                Source::ModelModes => duty == "residency",
                _ => false,
            });
            assert_eq!(word_of(&report, item.id) == Unknown, asks, "{duty}: {}", item.id);
        }
    }
}

#[test]
fn what_a_person_let_pass_is_said_at_its_box() {
    let mut changed = findings();
    let seen = changed.duties.get_mut("buckets").unwrap().controls.get_mut("buckets.versioning").unwrap();
    seen.exempt = 1;
    memory(&mut changed).exemptions = vec![Exempted {
        control: "buckets.versioning".to_owned(),
        resource: "phi-legacy".to_owned(),
        reason: "old scanner".to_owned(),
        owner: "Radiology".to_owned(),
        expires: time("2026-12-01T00:00:00Z"),
    }];
    let report = made(&changed);
    let answered = report.boxes().find(|each| each.id == "encryption.buckets").unwrap();
    assert_eq!(answered.answer, Pass);
    assert!(
        answered.says.len() == 1 && answered.says[0].contains("`phi-legacy` until 1 Dec 2026"),
        "{:?}",
        answered.says
    );
}
