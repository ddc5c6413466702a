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
