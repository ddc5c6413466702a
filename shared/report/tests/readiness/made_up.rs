//! Findings of an account where everything is as it should be, from which each test changes one thing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use policy::{Baseline, Mode, control};
use report::Report;
use report::answers::Word;
use report::checklist::config_rules;
use report::findings::{
    Access, Agreement, Answer, Canary, Findings, LogReader, Memory, Model, Names, Organization, RuleResult, Run, Said,
    Seen, Surveyed,
};

pub(crate) const ACCOUNT: &str = "111122223333";

pub(crate) fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn began() -> DateTime<Utc> {
    time("2026-11-22T06:00:00Z")
}

pub(crate) fn now() -> DateTime<Utc> {
    time("2026-11-22T06:07:12Z")
}

pub(crate) fn known<T>(known: T) -> Answer<T> {
    Answer { at: time("2026-11-22T06:06:40Z"), said: Said::Known(known) }
}

pub(crate) fn unknown<T>(why: &str) -> Answer<T> {
    Answer { at: time("2026-11-22T06:06:40Z"), said: Said::Unknown(why.to_owned()) }
}

/// Attestations that no source can replace, and the day on which they end.
pub(crate) const NEEDED: [(&str, &str); 19] = [
    ("asset-inventory", "2027-02-01"),
    ("baa-archived", "2027-06-01"),
    ("central-trail", "2027-03-01"),
    ("contact-email", "2027-06-01"),
    ("eligible-services", "2027-02-01"),
    ("fips", "2027-06-01"),
    ("incident-plan", "2027-06-01"),
    ("key-administration", "2027-06-01"),
    ("least-privilege-identities", "2027-06-01"),
    ("mantle-coverage-gap", "2027-06-01"),
    ("minimum-necessary", "2027-06-01"),
    ("other-stores", "2027-06-01"),
    ("recovery-plan", "2027-06-01"),
    ("region-choice", "2027-06-01"),
    ("restore-drill", "2027-04-01"),
    ("risk-assessment", "2027-06-01"),
    ("synthetic-testing", "2027-06-01"),
    ("traces-not-logged", "2027-06-01"),
    ("retention-guarded-by-iam", "2027-06-01"),
];

/// Attestations that stand in for a source.
pub(crate) const ALTERNATIVES: [&str; 6] = [
    "backup-plan",
    "global-inference-guarded",
    "guardrail-applied",
    "macie-equivalent",
    "private-connectivity",
    "retention-guarded-by-iam",
];

pub(crate) fn attestation(id: &str, on: &str, expires: &str) -> String {
    let more = match id {
        "baa-archived" => "effective = 2024-06-03\ncovered_accounts = [\"111122223333\"]\n",
        "zero-retention-arrangement" => "models = [\"openai.gpt-5.4\"]\n",
        _ => "",
    };
    format!(
        "[[readiness.attestations]]\nid = \"{id}\"\nstatement = \"Looked at, and found so.\"\nby = \"Dana Ito\"\non = {on}\n\
         expires = {expires}\n{more}"
    )
}

pub(crate) fn baseline_with(attestations: &str, change: impl Fn(String) -> String) -> Baseline {
    let text = include_str!("../../../../baseline.toml");
    let text = text.replace("approved_models = []", "approved_models = [\"anthropic.claude-x\", \"amazon.nova-pro\"]");
    Baseline::parse(&format!("{}\n{attestations}", change(text))).unwrap()
}

/// All that is needed, and no alternative.
pub(crate) fn attested() -> String {
    let needed = NEEDED.iter().filter(|(id, _)| !ALTERNATIVES.contains(id));
    needed.map(|(id, expires)| attestation(id, "2026-06-01", expires)).collect()
}

pub(crate) fn baseline() -> Baseline {
    baseline_with(&attested(), |text| text)
}

pub(crate) fn names(names: &[&str]) -> Names {
    let mut all = Names::default();
    for name in names {
        all.add(*name);
    }
    all
}

/// Every duty, each with what it looks after.
pub(crate) const DUTIES: [(&str, &[&str]); 13] = [
    ("audit-trail", &["organization-trail"]),
    ("buckets", &["logs-bedrock", "phi-intake", "phi-knowledge-base"]),
    ("detectors", &["config-recorder", "guardduty", "macie"]),
    ("encryption-keys", &["1f0c8a52-6d1e-4f7b-9a33-0b6e2d4c7a18"]),
    ("free-text", &["arn:aws:s3:::phi-intake"]),
    ("guardrails", &["guardrail:a1b2c3d4e5f6"]),
    ("invocation-logging", &["configuration"]),
    ("log-groups", &["log-group:/bedrock/invocations", "unmask"]),
    ("object-encryption", &[]),
    ("quarantine", &[]),
    ("residency", &["application-profile/ap0intake", "model/amazon.nova-pro"]),
    ("retention", &["control-plane", "mantle-account"]),
    ("storage-surfaces", &["arn:aws:bedrock:us-east-1:111122223333:agent/INTAKE0001"]),
];

pub(crate) fn surveyed(duty: &str, resources: &[&str]) -> Surveyed {
    let controls = control::ALL.iter().filter(|control| control.id.split_once('.').unwrap().0 == duty);
    let seen = |id: &str| (id.to_owned(), Seen { mode: Mode::Enforce, violating: 0, first: Vec::new(), exempt: 0 });
    Surveyed {
        at: Some(time("2026-11-22T06:02:30Z")),
        resources: names(resources),
        controls: controls.map(|control| seen(control.id)).collect(),
        complete: true,
        ..Surveyed::default()
    }
}

pub(crate) fn agreement(state: &str) -> Agreement {
    Agreement {
        name: "AWS Business Associate Addendum".to_owned(),
        state: state.to_owned(),
        organization: true,
        effective: Some(time("2024-06-03T14:20:00Z")),
        ended: None,
    }
}

pub(crate) fn model(id: &str) -> Model {
    let access = Access {
        agreement: "AVAILABLE".to_owned(),
        authorization: "AUTHORIZED".to_owned(),
        entitlement: "AVAILABLE".to_owned(),
        region: "AVAILABLE".to_owned(),
    };
    Model { id: id.to_owned(), access: Said::Known(access) }
}

pub(crate) fn canary() -> Canary {
    Canary {
        model: "us.amazon.nova-pro-v1:0".to_owned(),
        guardrail: "a1b2c3d4e5f6:7".to_owned(),
        intervened: true,
        input_tokens: 61,
        output_tokens: 18,
    }
}

pub(crate) fn rules() -> BTreeMap<String, RuleResult> {
    config_rules().iter().map(|rule| (rule.name.to_owned(), RuleResult::Compliant)).collect()
}

/// An account that is ready.
pub(crate) fn findings() -> Findings {
    Findings {
        run: Run {
            id: "2026-11-22T06-00-00Z-4f1c9a2e".to_owned(),
            account: ACCOUNT.to_owned(),
            region: "us-east-1".to_owned(),
            stack: "phiward".to_owned(),
            mode: Mode::Enforce,
            baseline: "9c1d0e5b7f3a4c6288e1d9b0a5f47c3e62d8b1a09f5e4c7d3b2a10f9e8d7c6b5".to_owned(),
            baseline_source: "s3://phiward-baseline-111122223333/baseline.toml".to_owned(),
            began: began(),
            since: time("2026-11-21T06:00:00Z"),
        },
        duties: DUTIES.iter().map(|(duty, of)| ((*duty).to_owned(), surveyed(duty, of))).collect(),
        config_rules: known(Some(rules())),
        agreements: known(vec![agreement("ACTIVE")]),
        organization: known(Some(Organization {
            id: "o-a1b2c3d4e5".to_owned(),
            management_account: false,
            denies_retention_control_plane: Said::Known(true),
            denies_retention_mantle: Said::Known(true),
            denies_global_profiles: Said::Known(true),
        })),
        bedrock_used: known(true),
        models: known(vec![model("anthropic.claude-x"), model("amazon.nova-pro")]),
        use_case_form: known(true),
        canary: Some(known(canary())),
        log_readers: known(vec![LogReader {
            principal: "arn:aws:iam::111122223333:role/PrivacyOfficer".to_owned(),
            unmask: true,
            decrypt: true,
        }]),
        memory: known(Memory::default()),
        previous: known(None),
    }
}

pub(crate) fn made(findings: &Findings) -> Report {
    report::report(findings, &baseline(), now())
}

pub(crate) fn word_of(report: &Report, id: &str) -> Word {
    report.boxes().find(|answered| answered.id == id).unwrap_or_else(|| panic!("no box {id}")).answer
}

/// Everything that a box says.
pub(crate) fn told(report: &Report, id: &str) -> String {
    let answered = report.boxes().find(|answered| answered.id == id).unwrap();
    let sources = answered.sources.iter().map(|part| part.says.as_str());
    answered.says.iter().map(String::as_str).chain(sources).collect::<Vec<_>>().join("\n")
}
