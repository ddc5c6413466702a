//! What AWS answers, beside the duties.

use report::answers::Word::{Attested, Fail, NotApplicable, Pass, Unknown};
use report::findings::{Canary, Findings, RuleResult, Said};

use super::{check, check_baseline, held, violate};
use crate::made_up::{
    agreement, attestation, attested, baseline, baseline_with, canary, findings, known, model, names, rules, time,
    unknown,
};

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
    let expired = attested() + &attestation("retention-guarded-by-iam", "2026-06-01", "2026-11-22");
    let mut alone = findings();
    alone.organization = known(None);
    held(retention, &alone, &baseline_with(&expired, |text| text), Fail, "expired");
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
    check(id, |all| all.canary = None, Pass, "The canary is off");
    check(id, |all| all.canary = Some(unknown("bedrock-runtime: ThrottlingException")), Unknown, "Throttling");
    check(id, |all| all.canary = Some(known(missed.clone())), Fail, "let synthetic PHI through");
    let mut not_named = findings();
    let unwatched = &mut not_named.duties.get_mut("guardrails").unwrap().unwatched;
    unwatched.insert("guardrails.enforcement".to_owned(), "The deployment names none".to_owned());
    held(id, &not_named, &baseline(), Unknown, "The deployment names none, so nobody looks.");
    held(id, &not_named, &applied, Attested, "Dana Ito");
    not_named.canary = Some(known(missed));
    held(id, &not_named, &applied, Fail, "let synthetic PHI through");
}

#[test]
fn who_may_read_the_invocation_logs() {
    let id = "audit.invocation-logs";
    check(id, |_| (), Attested, "1 may; the report lists them");
    check(id, |all| all.log_readers = unknown("iam: AccessDenied"), Unknown, "iam: AccessDenied");
}
