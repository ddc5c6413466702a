//! Every source, and what it makes of the boxes that ask for it.

use policy::{Baseline, Mode};
use report::answers::Word::{self, Attested, Fail, NotApplicable, Pass, Unknown};
use report::checklist::{Source, items};
use report::findings::{Canary, Exempted, Findings, KEPT, Memory, OpenDrift, RuleResult, Said, Violating};
use report::report;

use crate::made_up::{
    agreement, attestation, attested, baseline, baseline_with, canary, findings, known, made, model, names, now, rules,
    time, told, unknown, word_of,
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
        check(id, |_| (), Pass, "Told of by events only: none is open");
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

#[test]
fn a_managed_rule_of_config() {
    let set = |name: &'static str, result| {
        move |all: &mut Findings| {
            let mut results = rules();
            results.insert(name.to_owned(), result);
            all.config_rules = known(Some(results));
        }
    };
    check("account.root-user", set("root-mfa", RuleResult::NonCompliant), Fail, "enable MFA for the root user");
    check("account.root-user", set("root-mfa", RuleResult::NoData), Unknown, "has not been evaluated yet");
    check("account.root-user", set("root-mfa", RuleResult::NothingThere), Unknown, "nothing is there");
    check(
        "encryption.efs",
        set("efs", RuleResult::NothingThere),
        NotApplicable,
        "nothing is there that the rule looks at",
    );
    check("encryption.efs", set("efs", RuleResult::NoData), Unknown, "");
    check("encryption.efs", |all| all.config_rules = known(None), Unknown, "conformance pack is not deployed");
    check("encryption.efs", |all| all.config_rules = unknown("config: AccessDenied"), Unknown, "config: AccessDenied");
    let lacking = |all: &mut Findings| {
        let mut results = rules();
        results.remove("efs");
        all.config_rules = known(Some(results));
    };
    check("encryption.efs", lacking, Unknown, "lacks this rule");
    check("encryption.rds", lacking, Pass, "COMPLIANT");
}

#[test]
fn the_business_associate_addendum() {
    let id = "legal.baa-active";
    let only = |agreement: report::findings::Agreement| {
        move |all: &mut Findings| all.agreements = known(vec![agreement.clone()])
    };
    check(id, |_| (), Pass, "active for the whole organization, since 3 Jun 2024");
    let mut own = agreement("ACTIVE");
    own.organization = false;
    check(id, only(own), Pass, "active for this account");
    let mut ended = agreement("CUSTOMER_TERMINATED");
    ended.ended = Some(time("2026-11-20T00:00:00Z"));
    check(id, only(ended.clone()), Fail, "ended 20 Nov 2026, 00:00 UTC (CUSTOMER_TERMINATED)");
    check(id, only(agreement("AWS_TERMINATED")), Fail, "was terminated");
    check(id, only(agreement("PAUSED")), Unknown, "not known here");
    let mut later = agreement("ACTIVE");
    later.effective = Some(time("2027-01-01T00:00:00Z"));
    check(id, only(later), Fail, "counts only from 1 Jan 2027");
    let mut over = agreement("ACTIVE");
    over.ended = Some(time("2026-11-20T00:00:00Z"));
    check(id, only(over), Fail, "ended");
    let mut other = agreement("ACTIVE");
    other.name = "AWS Non-Disclosure Agreement".to_owned();
    check(id, only(other), Fail, "None of 1 agreements has such a name");
    check(id, |all| all.agreements = known(vec![]), Fail, "Accept the addendum");
    check(id, |all| all.agreements = unknown("artifact: AccessDenied"), Unknown, "artifact: AccessDenied");
    let renewed = [ended, agreement("ACTIVE")];
    check(id, |all| all.agreements = known(renewed.to_vec()), Pass, "active");
    let named = baseline_with(&attested(), |text| text.replace("\"Business Associate\"", "\"business ASSOCIATE\""));
    check_baseline(id, &named, Pass, "active");
    let named = baseline_with(&attested(), |text| text.replace("\"Business Associate\"", "\"HIPAA Addendum\""));
    check_baseline(id, &named, Fail, "None of 1 agreements");
}

#[test]
fn service_control_policies_of_the_organization() {
    let (retention, global) = ("data.retention-guarded", "residency.geographic-profiles");
    let change = |change: fn(&mut report::findings::Organization)| {
        move |all: &mut Findings| match &mut all.organization.said {
            Said::Known(Some(organization)) => change(organization),
            _ => panic!("it is known"),
        }
    };
    check(retention, |_| (), Pass, "o-a1b2c3d4e5");
    check(retention, change(|all| all.denies_retention_mantle = Said::Known(false)), Fail, "bedrock-mantle");
    check(retention, change(|all| all.denies_retention_control_plane = Said::Known(false)), Fail, "bedrock:Put");
    check(retention, change(|all| all.denies_retention_mantle = Said::Unknown("no right".into())), Unknown, "no right");
    check(global, change(|all| all.denies_global_profiles = Said::Known(false)), Fail, "Global profiles");
    check(global, change(|all| all.denies_retention_mantle = Said::Known(false)), Pass, "");
    check(retention, change(|all| all.management_account = true), Fail, "do not bind");
    check(retention, |all| all.organization = known(None), NotApplicable, "in no organization");
    check(retention, |all| all.organization = unknown("organizations: AccessDenied"), Unknown, "AccessDenied");
    let by_iam = attested() + &attestation("retention-guarded-by-iam", "2026-06-01", "2027-06-01");
    let by_iam = baseline_with(&by_iam, |text| text);
    let mut management = findings();
    change(|all| all.management_account = true)(&mut management);
    held(retention, &management, &by_iam, Attested, "Dana Ito");
}

#[test]
fn access_to_the_approved_models() {
    let id = "bedrock.model-access";
    let with = |change: fn(&mut report::findings::Access)| {
        move |all: &mut Findings| {
            let mut lacking = model("anthropic.claude-x");
            if let Said::Known(access) = &mut lacking.access {
                change(access);
            }
            all.models = known(vec![model("amazon.nova-pro"), lacking]);
        }
    };
    check(id, |_| (), Pass, "2 approved models may be invoked here");
    check(id, with(|access| access.agreement = "NOT_AVAILABLE".into()), Fail, "1 of 2");
    check(id, with(|access| access.agreement = "PENDING".into()), Fail, "1 of 2");
    check(id, with(|access| access.authorization = "NOT_AUTHORIZED".into()), Fail, "1 of 2");
    check(id, with(|access| access.entitlement = "NOT_AVAILABLE".into()), Fail, "1 of 2");
    check(id, with(|access| access.region = "NOT_AVAILABLE".into()), Fail, "1 of 2");
    check(id, with(|access| access.agreement = "ERROR".into()), Unknown, "agreement ERROR");
    check(id, with(|access| access.region = "SOON".into()), Unknown, "Region SOON");
    check(id, |all| all.models = known(vec![]), Unknown, "approves no model");
    check(id, |all| all.models = unknown("bedrock: AccessDenied"), Unknown, "AccessDenied");
    let mut unread = model("amazon.nova-pro");
    unread.access = Said::Unknown("throttled".to_owned());
    check(id, |all| all.models = known(vec![unread.clone()]), Unknown, "throttled");
}

#[test]
fn the_first_time_use_form() {
    let id = "bedrock.model-access";
    check(id, |all| all.use_case_form = known(false), Fail, "It was not filled in");
    check(id, |all| all.use_case_form = unknown("bedrock: AccessDenied"), Unknown, "AccessDenied");
    let mut missing = findings();
    missing.use_case_form = known(false);
    let no_need = baseline_with(&attested(), |text| text.replace("# first_time_use_form", "first_time_use_form"));
    held(id, &missing, &no_need, Pass, "not needed");
    let others = baseline_with(&attested(), |text| text.replace("\"anthropic.claude-x\", ", ""));
    held(id, &missing, &others, Pass, "No approved model is Anthropic's");
    let needed = baseline_with(&attested(), |text| {
        text.replace("\"anthropic.claude-x\", ", "")
            .replace("# first_time_use_form = false", "first_time_use_form = true")
    });
    held(id, &missing, &needed, Fail, "It was not filled in");
}

#[test]
fn models_that_keep_something_need_an_arrangement() {
    let (id, control) = ("data.models", "residency.zero-retention-models");
    let mut keeping = findings();
    violate(&mut keeping, control, "model/openai.gpt-5.4-v1:0");
    held(id, &keeping, &baseline(), Fail, "without mode none and without an arrangement");
    let arranged = |expires: &str| {
        baseline_with(&(attested() + &attestation("zero-retention-arrangement", "2026-06-01", expires)), |text| text)
    };
    held(id, &keeping, &arranged("2027-06-01"), Attested, "Zero retention is arranged for 1");
    held(id, &keeping, &arranged("2026-11-22"), Fail, "");
    let mut other = keeping.clone();
    violate(&mut other, control, "model/openai.gpt-5.5");
    held(id, &other, &arranged("2027-06-01"), Fail, "1 without mode none");
    let mut more = keeping.clone();
    more.duties.get_mut("residency").unwrap().controls.get_mut(control).unwrap().violating = 40;
    held(id, &more, &arranged("2027-06-01"), Fail, "39 without mode none");
    let mut unread = keeping.clone();
    unread.duties.get_mut("residency").unwrap().unread = names(&["model/x: AccessDenied"]);
    held(id, &unread, &arranged("2027-06-01"), Unknown, "model/x: AccessDenied");
    check(id, |all| violate(all, "residency.approved-models", "model/openai.gpt-5.5"), Fail, "");
}

#[test]
fn the_canary_and_what_stands_in_for_it() {
    let id = "data.guardrail";
    let missed = Canary { intervened: false, ..canary() };
    let applied = attested() + &attestation("guardrail-applied", "2026-06-01", "2027-06-01");
    let applied = baseline_with(&applied, |text| text);
    check(id, |_| (), Pass, "It intervened: us.amazon.nova-pro-v1:0");
    check(id, |all| all.canary = None, Unknown, "The canary is off");
    check(id, |all| all.canary = Some(unknown("bedrock-runtime: ThrottlingException")), Unknown, "Throttling");
    check(id, |all| all.canary = Some(known(missed.clone())), Fail, "let synthetic PHI through");
    let mut without = findings();
    without.canary = None;
    held(id, &without, &applied, Attested, "Dana Ito");
    without.canary = Some(known(missed));
    held(id, &without, &applied, Fail, "let synthetic PHI through");
}

#[test]
fn who_may_read_the_invocation_logs() {
    let id = "audit.invocation-logs";
    check(id, |_| (), Attested, "1 may; the report lists them");
    check(id, |all| all.log_readers = unknown("iam: AccessDenied"), Unknown, "iam: AccessDenied");
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
