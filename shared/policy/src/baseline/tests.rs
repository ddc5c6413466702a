//! Baselines that are taken, and those that are refused.

use super::*;

const GOOD: &str = include_str!("../../../../baseline.toml");

#[test]
fn the_compiled_default_is_valid_and_its_digest_is_its_sha256() {
    let baseline = Baseline::parse(GOOD).unwrap();
    assert_eq!(baseline.digest.len(), 64);
    assert_eq!(baseline.quarantine.phi_types.len(), 12);
    assert_eq!(baseline.buckets.minimum_retention_days, 2192);
}

#[test]
fn the_more_careful_mode_wins() {
    let text = format!("{GOOD}\n[controls.\"buckets.tls-only\"]\nmode = \"detect\"\n");
    let baseline = Baseline::parse(&text).unwrap();
    assert_eq!(baseline.mode_of(&control::BUCKETS_TLS_ONLY, Mode::Enforce), Mode::Detect);
    assert_eq!(baseline.mode_of(&control::BUCKETS_TLS_ONLY, Mode::Off), Mode::Off);
    assert_eq!(baseline.mode_of(&control::BUCKETS_VERSIONING, Mode::Enforce), Mode::Enforce);
}

#[test]
fn principals_are_named_by_arn() {
    let may = r#"may_unmask = ["arn:aws:iam::000000000000:role/Privacy-Officer", "*:role/break-glass/*"]"#;
    let named = Baseline::parse(&GOOD.replace("may_unmask = []", may)).unwrap().log_groups.may_unmask;
    assert!(named.iter().any(|glob| glob.matches("arn:aws:iam::000000000000:role/break-glass/Eve")));
}

const ATTESTED: &str = r#"
[[readiness.attestations]]
id = "incident-plan"
statement = "The plan of January names the owners."
by = "Dana Ito"
on = 2026-01-15
expires = 2027-01-15
[[readiness.attestations]]
id = "baa-archived"
statement = "Archived."
by = "Robin Vale"
on = 2026-01-15
expires = 2026-07-15
effective = 2024-06-03
covered_accounts = ["111122223333"]
[[readiness.attestations]]
id = "zero-retention-arrangement"
statement = "Arranged."
by = "Dana Ito"
on = 2026-01-15
expires = 2026-07-15
models = ["openai.gpt-5.4"]
[[readiness.attestations]]
id = "zero-retention-arrangement"
statement = "Arranged later."
by = "Dana Ito"
on = 2026-02-15
expires = 2026-07-15
models = ["openai.gpt-5.5"]
"#;

#[test]
fn nothing_is_attested_by_default_and_a_baseline_needs_no_such_section() {
    let (before, section) = GOOD.split_once("[readiness]").unwrap();
    let (_, after) = section.split_once("[repairs]").unwrap();
    let without = format!("{before}[repairs]{after}");
    for baseline in [Baseline::parse(GOOD).unwrap(), Baseline::parse(&without).unwrap()] {
        assert_eq!(baseline.readiness.baa_name, "Business Associate");
        assert_eq!(baseline.readiness.first_time_use_form, None);
        assert_eq!(baseline.readiness.attestations().count(), 0);
    }
}

#[test]
fn what_is_attested_is_read_whole() {
    let readiness = Baseline::parse(&format!("{GOOD}{ATTESTED}")).unwrap().readiness;
    let archived = readiness.attestations().find(|each| each.id == "baa-archived").unwrap();
    assert_eq!(archived.effective, Some(Day { year: 2024, month: 6, day: 3 }));
    assert_eq!(archived.covered_accounts, ["111122223333"]);
    assert_eq!(archived.expires.to_string(), "2026-07-15");
    assert_eq!(readiness.attestations().count(), 4);
}

#[test]
fn the_baseline_names_everything_that_can_be_attested() {
    for (id, about) in ATTESTABLE {
        assert!(GOOD.contains(id) && !about.is_empty(), "baseline.toml does not name `{id}`");
    }
}

#[test]
fn a_bad_attestation_is_refused_with_its_own_line() {
    let first = GOOD.lines().count() + 2;
    let long = "x".repeat(501);
    let cases = [
        (0, ("id = \"incident-plan\"", "id = \"incident\""), "no box of the readiness report asks for it"),
        (0, ("by = \"Dana Ito\"", "by = \" \""), "`by` must have"),
        (0, ("The plan of January names the owners.", long.as_str()), "`statement` must have"),
        (0, ("expires = 2027-01-15", "expires = 2027-01-16"), "at most a year"),
        (0, ("expires = 2027-01-15", "expires = 2026-01-15"), "after `on`"),
        (0, ("expires = 2027-01-15", "expires = 2027-01-15\nmodels = [\"a.b\"]"), "belongs to `zero-ret"),
        (0, ("expires = 2027-01-15", "expires = 2027-01-15\neffective = 2024-06-03"), "belong to `baa-archived`"),
        (6, ("effective = 2024-06-03\n", ""), "needs `effective`"),
        (6, ("[\"111122223333\"]", "[\"1111-2222-3333\"]"), "twelve digits"),
        (14, ("models = [\"openai.gpt-5.4\"]", "models = []"), "needs `models`"),
        (6, ("\"baa-archived\"", "\"incident-plan\""), "belong to `baa-archived`"),
        (
            21,
            (
                "id = \"zero-retention-arrangement\"\nstatement = \"Arranged later.\"",
                "id = \"fips\"\nstatement = \"x\"",
            ),
            "belongs to",
        ),
    ];
    for (after, (from, to), expected) in cases {
        let attested = ATTESTED.replacen(from, to, 1);
        assert_ne!(attested, ATTESTED);
        let error = Baseline::parse(&format!("{GOOD}{attested}")).unwrap_err().to_string();
        assert!(error.contains(expected), "expected `{expected}` in `{error}`");
        assert!(error.starts_with(&format!("line {}: ", first + after)), "line {} in `{error}`", first + after);
    }
    let (first, _) = ATTESTED.split_once("[[readiness.attestations]]\nid = \"baa").unwrap();
    let twice = format!("{GOOD}{ATTESTED}{first}");
    assert!(Baseline::parse(&twice).unwrap_err().to_string().contains("`incident-plan` is there twice"));
    let quoted = ATTESTED.replace("on = 2026-01-15", "on = \"2026-01-15\"");
    assert!(Baseline::parse(&format!("{GOOD}{quoted}")).unwrap_err().to_string().contains("line "));
    let empty = GOOD.replace("baa_name = \"Business Associate\"", "baa_name = \"\"");
    assert!(Baseline::parse(&empty).unwrap_err().to_string().contains("baa_name is empty"));
}

#[test]
fn a_bad_baseline_is_refused_with_its_line() {
    let last = GOOD.lines().count();
    let cases = [
        (
            format!("{GOOD}\n[controls.\"buckets.tls\"]\nmode = \"detect\"\n"),
            format!("line {}: there is no control `buckets.tls`", last + 2),
        ),
        (format!("{GOOD}\n[controls.\"buckets.tls-only\"]\nmode = \"maybe\"\n"), format!("line {}", last + 3)),
        (GOOD.replace("= 2192", "= 30"), "at least 2190".to_owned()),
        (
            GOOD.replace("# expire_after_days = 2557", "expire_after_days = 7"),
            "below minimum_retention_days".to_owned(),
        ),
        (GOOD.replace("budget = 5", "budget = 0"), "at least 1".to_owned()),
        (GOOD.replace("longest_days = 90", "longest_days = 3650"), "at most 366".to_owned()),
        (GOOD.replace("never = [", "never = [\"nothing\", "), "there is no control `nothing`".to_owned()),
        (GOOD.replace("rotation_days = 365", "rotation_days = 30"), "90 to 2560".to_owned()),
        (GOOD.replacen("= 2192", "= 2200", 2), "CloudWatch Logs' values".to_owned()),
        (GOOD.replace("name = \"MRN\"\nregex = \"", "name = \"MRN\"\nregex = \"(x)"), "no parenthesis".to_owned()),
        (GOOD.replace("may_unmask = []", "may_unmask = [\"Eve Doe\"]"), "the ARN or glob of a principal".to_owned()),
        (GOOD.replace("deliver = [\"text\", ", "deliver = [\"smell\", "), "unknown variant `smell`".to_owned()),
        (
            GOOD.replace("deliver = [\"text\", \"image\", \"embedding\", \"video\", \"audio\"]", "deliver = []"),
            "deliver is empty".to_owned(),
        ),
        (GOOD.replace("type = \"EMAIL\"", "type = \"Email\""), "is not the name of a type".to_owned()),
        (GOOD.replace("type = \"EMAIL\"", "type = \"NAME\""), "`NAME` is there twice".to_owned()),
        (GOOD.replacen("input = \"ANONYMIZE\"", "input = \"SHRED\"", 1), "unknown variant `SHRED`".to_owned()),
        (GOOD.replace("pattern = '([Nn]", "pattern = '(?=x)([Nn]"), "regex `NPI`: ".to_owned()),
        (GOOD.replace("[12][0-9]{9}'", "[12][0-9]{19}'"), "does not match its example 1".to_owned()),
        (GOOD.replace("pattern = '([Nn]", "pattern = 'e|([Nn]"), "takes for PHI".to_owned()),
        (GOOD.replace("recreate = true", "recreate = 1"), "expected a boolean".to_owned()),
        (GOOD.replace("version = 1", "version = 2"), "version must be 1".to_owned()),
        (GOOD.replace("[buckets]", "[bucket]"), "unknown field `bucket`".to_owned()),
        ("not toml".to_owned(), "line 1".to_owned()),
    ];
    for (text, expected) in cases {
        let error = Baseline::parse(&text).unwrap_err().to_string();
        assert!(error.contains(&expected), "expected `{expected}` in `{error}`");
    }
}
