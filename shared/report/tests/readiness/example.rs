//! The example in docs/: an account on its way, with something of everything, and a test that it is what the code makes.

use std::path::Path;

use policy::Baseline;
use report::findings::{
    Exempted, Findings, LogReader, Memory, Names, OpenDrift, Previous, RepairDone, RuleResult, Surveyed, Violating,
};
use report::{Report, Standing};

use crate::made_up::{attestation, baseline_with, findings, known, names, now, rules, time};

const ADMIN: &str = "arn:aws:sts::111122223333:assumed-role/PlatformAdmin/kim";
const PIPELINE: &str = "arn:aws:sts::111122223333:assumed-role/DeployPipeline/build-4471";

fn violating(findings: &mut Findings, control: &str, violations: &[(&str, &str)]) {
    let duty = findings.duties.get_mut(control.split_once('.').unwrap().0).unwrap();
    let seen = duty.controls.get_mut(control).unwrap();
    seen.violating = u64::try_from(violations.len()).unwrap();
    let first = violations
        .iter()
        .map(|(resource, says)| Violating { resource: (*resource).to_owned(), says: (*says).to_owned() });
    seen.first = first.collect();
}

fn looks_after(findings: &mut Findings, duty: &str, resources: &[&str], count: u64) {
    let duty: &mut Surveyed = findings.duties.get_mut(duty).unwrap();
    duty.resources = Names { count, ..names(resources) };
}

fn resources(findings: &mut Findings) {
    let buckets = [
        "cloudtrail-111122223333",
        "intake-scans-archive",
        "logs-bedrock-111122223333",
        "logs-bedrock-large-111122223333",
        "phi-discharge-letters",
        "phi-intake",
        "phi-knowledge-base",
        "phi-lab-results",
        "phi-legacy-dicom",
        "phi-training-sets",
    ];
    looks_after(findings, "buckets", &buckets, 214);
    looks_after(
        findings,
        "log-groups",
        &["log-group:/bedrock/invocations", "log-group:/bedrock/invocations-eu", "unmask"],
        3,
    );
    let surface = |id: &str| format!("arn:aws:bedrock:us-east-1:111122223333:{id}");
    let surfaces =
        ["agent/INTAKE0001", "agent/TRIAGE0002", "custom-model/letters", "flow/SUMMARY001", "prompt/DISCHARGE1"]
            .map(surface);
    let surfaces: Vec<&str> = surfaces.iter().map(String::as_str).chain(["data-source/KB0LETTERS/DS0S3"]).collect();
    looks_after(findings, "storage-surfaces", &surfaces, 6);
    looks_after(findings, "free-text", &["agent/INTAKE0001"], 231);
    looks_after(findings, "encryption-keys", &["data-key", "phiward-key"], 2);
}

fn what_is_wrong(findings: &mut Findings) {
    violating(
        findings,
        "buckets.tls-only",
        &[(
            "phi-legacy-dicom",
            "a statement of another owner allows requests without TLS; remove `AllowScanner` from the bucket's policy",
        )],
    );
    violating(
        findings,
        "storage-surfaces.models",
        &[(
            "arn:aws:bedrock:us-east-1:111122223333:custom-model/letters",
            "it has no KMS key, and a custom model's key can't be changed: make it again from its training data with customModelKmsKeyId",
        )],
    );
    let keys = findings.duties.get_mut("quarantine").unwrap();
    keys.unread = names(&["the list of resources: macie2:ListFindings: ThrottlingException"]);
    let versioning = findings.duties.get_mut("buckets").unwrap().controls.get_mut("buckets.versioning").unwrap();
    versioning.exempt = 1;
    findings.canary = None;
}

fn config(findings: &mut Findings) {
    let mut results = rules();
    results.insert("secrets-rotation".to_owned(), RuleResult::NonCompliant);
    results.insert("efs".to_owned(), RuleResult::NothingThere);
    results.insert("load-balancer-tls".to_owned(), RuleResult::NothingThere);
    results.insert("bedrock-runtime-endpoint".to_owned(), RuleResult::NoData);
    findings.config_rules = known(Some(results));
}

fn memory() -> Memory {
    let repair =
        |control: &str, resource: &str, actor: Option<&str>, at: &str, milliseconds: u64, number: u32| RepairDone {
            control: control.to_owned(),
            resource: resource.to_owned(),
            actor: actor.map(str::to_owned),
            at: time(at),
            milliseconds: actor.map(|_| milliseconds),
            evidence: format!("evidence/{control}/5f0c1e77a2b94d30/{number:08}.json"),
        };
    let open = |control: &str, resource: &str, outcome: &str, since: &str| OpenDrift {
        control: control.to_owned(),
        resource: resource.to_owned(),
        outcome: outcome.to_owned(),
        since: time(since),
    };
    Memory {
        open: vec![
            open(
                "storage-surfaces.models",
                "arn:aws:bedrock:us-east-1:111122223333:custom-model/letters",
                "reported",
                "2026-11-09T06:03:11Z",
            ),
            open("buckets.tls-only", "phi-legacy-dicom", "reported", "2026-11-21T15:42:07Z"),
        ],
        repairs: vec![
            repair("retention.control-plane", "control-plane", Some(ADMIN), "2026-11-21T09:14:22Z", 2_140, 7),
            repair("buckets.public-access-block", "phi-intake", Some(PIPELINE), "2026-11-21T11:30:05Z", 3_480, 3),
            repair("buckets.public-access-block", "phi-lab-results", Some(PIPELINE), "2026-11-21T11:30:06Z", 4_020, 4),
            repair("buckets.tls-only", "phi-intake", Some(PIPELINE), "2026-11-21T11:30:09Z", 6_910, 9),
            repair(
                "log-groups.data-protection",
                "log-group:/bedrock/invocations",
                Some(ADMIN),
                "2026-11-21T16:02:48Z",
                5_260,
                2,
            ),
            repair("encryption-keys.rotation", "data-key", None, "2026-11-22T03:00:31Z", 46_000, 1),
        ],
        repaired: 6,
        exemptions: vec![Exempted {
            control: "buckets.versioning".to_owned(),
            resource: "phi-legacy-dicom".to_owned(),
            reason: "The archive's vendor deletes by key; replaced by the new archive in December.".to_owned(),
            owner: "Radiology IT, M. Okafor".to_owned(),
            expires: time("2026-12-15T00:00:00Z"),
        }],
        paused_since: None,
    }
}

pub(crate) fn baseline() -> Baseline {
    let say = |id: &str, statement: &str, by: &str, on: &str, expires: &str| {
        attestation(id, on, expires)
            .replace("Looked at, and found so.", statement)
            .replace("\"Dana Ito\"", &format!("\"{by}\""))
    };
    let (privacy, security, counsel) = ("Dana Ito, Privacy Officer", "Sam Reyes, CISO", "Robin Vale, Counsel");
    let said = [
        say(
            "asset-inventory",
            "CMDB view PHI-01 lists every system that holds PHI, ranked by impact.",
            security,
            "2026-06-02",
            "2027-06-01",
        ),
        say("baa-archived", "Executed addendum archived as LEGAL-2041.", counsel, "2026-01-15", "2027-01-15"),
        say(
            "central-trail",
            "The organization's trail delivers to the log archive account.",
            security,
            "2026-06-02",
            "2027-06-01",
        ),
        say(
            "contact-email",
            "aws-contact is a list of three people on call; tested 1 November.",
            privacy,
            "2026-11-01",
            "2027-05-01",
        ),
        say(
            "eligible-services",
            "Service control policy p-eligible reviewed against AWS's list of October.",
            security,
            "2026-10-12",
            "2027-04-12",
        ),
        say("fips", "FIPS 140-3 is not required by our customers' agreements.", counsel, "2026-06-02", "2027-06-01"),
        say(
            "guardrail-applied",
            "Every client calls the model through the gateway, which names the guardrail.",
            security,
            "2026-09-15",
            "2027-03-15",
        ),
        say(
            "incident-plan",
            "Plan IR-7 names the owners; exercised on 3 September.",
            privacy,
            "2026-09-03",
            "2027-09-03",
        ),
        say(
            "key-administration",
            "Key administrators are two break-glass roles; reviewed quarterly.",
            security,
            "2026-10-01",
            "2027-01-01",
        ),
        say(
            "least-privilege-identities",
            "People sign in through IAM Identity Center with hardware MFA; no IAM user has a password.",
            security,
            "2026-06-02",
            "2027-06-01",
        ),
        say(
            "mantle-coverage-gap",
            "No client uses the Responses API; CloudTrail data events would show one.",
            security,
            "2026-06-02",
            "2026-12-02",
        ),
        say(
            "minimum-necessary",
            "Prompt templates reviewed; identifiers are replaced before the call.",
            privacy,
            "2026-08-20",
            "2027-08-20",
        ),
        say(
            "other-stores",
            "AgentCore is not used; the one OpenSearch collection is encrypted with our key.",
            security,
            "2026-07-01",
            "2027-07-01",
        ),
        say(
            "private-connectivity",
            "Clients reach Bedrock through the interface endpoints of the shared network account.",
            security,
            "2026-07-01",
            "2027-07-01",
        ),
        say(
            "recovery-plan",
            "Plan DR-7: phi-knowledge-base back within 8 hours, at most 1 hour of data lost.",
            security,
            "2026-07-01",
            "2027-07-01",
        ),
        say(
            "region-choice",
            "us-east-1, for the models and the residency clause of our agreements.",
            counsel,
            "2026-06-02",
            "2027-06-01",
        ),
        say(
            "restore-drill",
            "Restored phi-knowledge-base to the drill account; safeguards checked.",
            security,
            "2025-11-18",
            "2026-11-18",
        ),
        say(
            "synthetic-testing",
            "Every pipeline is tried with the synthetic set before PHI.",
            privacy,
            "2026-08-20",
            "2027-08-20",
        ),
        say(
            "traces-not-logged",
            "The gateway drops response bodies and traces; code search repeated monthly.",
            security,
            "2026-11-02",
            "2027-05-02",
        ),
    ];
    baseline_with(&said.concat(), |text| text)
}

pub(crate) fn example_findings() -> Findings {
    let mut findings = findings();
    resources(&mut findings);
    what_is_wrong(&mut findings);
    config(&mut findings);
    findings.memory = known(memory());
    findings.log_readers = known(vec![
        LogReader {
            principal: "arn:aws:iam::111122223333:role/PrivacyOfficer".to_owned(),
            unmask: true,
            decrypt: true,
        },
        LogReader { principal: "arn:aws:iam::111122223333:role/BreakGlass".to_owned(), unmask: true, decrypt: true },
        LogReader {
            principal: "arn:aws:iam::111122223333:role/IntakeService".to_owned(),
            unmask: false,
            decrypt: true,
        },
    ]);
    findings.previous = known(Some(previous(&findings)));
    findings
}

/// The report of the day before: the restore drill still counted, and a log group was not masked.
fn previous(findings: &Findings) -> Previous {
    let mut before = report::report(findings, &baseline(), time("2026-11-17T06:07:00Z")).as_previous();
    before.id = "2026-11-21T06-00-00Z-b7e210cc".to_owned();
    before.began = time("2026-11-21T06:00:00Z");
    for (id, word) in [
        ("data.masking-blind-spots", "fail"),
        ("audit.transit-and-labels", "attested"),
        ("recovery.restore-drill", "attested"),
        ("agreement.phi-in-its-place", "pass"),
        ("surfaces.phi-discovery", "pass"),
    ] {
        before.boxes.insert(id.to_owned(), word.to_owned());
    }
    before
}

pub(crate) fn report() -> Report {
    report::report(&example_findings(), &baseline(), now())
}

#[test]
fn the_example_in_the_docs_is_what_the_code_makes() {
    let made = report();
    let json = serde_json::to_string_pretty(&made).unwrap() + "\n";
    let html = report::html(&made).unwrap();
    for (name, text) in [("example-readiness-report.json", json), ("example-readiness-report.html", html)] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        if std::env::var_os("UPDATE_EXAMPLE").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(committed == text, "docs/{name} is not what the code makes: UPDATE_EXAMPLE=1 cargo test -p report");
    }
}

#[test]
fn the_example_shows_something_of_everything() {
    let made = report();
    let counts = made.verdict.counts;
    assert!(!made.verdict.ready && counts.fail > 2 && counts.unknown > 0 && counts.pass > 10 && counts.attested > 8);
    assert!(counts.not_applicable > 0);
    assert!(!made.changes.boxes.is_empty() && !made.open_drift.found.is_empty() && !made.exemptions.found.is_empty());
    assert!(made.repairs.found.count > 3 && made.attestations.iter().any(|each| each.standing == Standing::RunningOut));
}
