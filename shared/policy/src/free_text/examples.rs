//! What the compiled baseline takes for PHI, and what it lets pass.

use super::*;
use crate::baseline::Baseline;
use crate::decision::Remedy;

const BASELINE: &str = include_str!("../../../../baseline.toml");

fn free_text() -> crate::baseline::FreeText {
    Baseline::parse(BASELINE).unwrap().free_text
}

fn tag(key: &str, value: &str) -> Texts {
    let tag = Tag { key: Redacted::new(key.to_owned()), value: Redacted::new(value.to_owned()) };
    Texts { labels: Vec::new(), tags: vec![tag] }
}

fn signs(texts: &Texts) -> Vec<(Place, String)> {
    let said = |sign: Sign| match sign {
        Sign::Pattern(name) => name,
        Sign::Announced(key) => format!("key {key}"),
    };
    free_text().search(texts).into_iter().map(|finding| (finding.place, said(finding.sign))).collect()
}

#[test]
fn what_looks_like_phi() {
    const MRN: &str = "a medical record number";
    const DOB: &str = "a date of birth";
    const SSN: &str = "a social security number";
    const MBI: &str = "a Medicare beneficiary identifier";
    const NHS: &str = "an NHS number";
    for (text, sign) in [
        ("123-45-6789", SSN),
        ("intake-123-45-6789-records", SSN),
        ("SSN 123456789", SSN),
        ("ssn_123_45_6789", SSN),
        ("social security number: 123 45 6789", SSN),
        ("mrn-4711008", MRN),
        ("triage-mrn-4711008", MRN),
        ("triage_mrn_4711008", MRN),
        ("MRN: 0004711008", MRN),
        ("mrn no. A4711008", MRN),
        ("patientMRN4711008", MRN),
        ("patientMrn-4711008", MRN),
        ("m.r.n. 4711008", MRN),
        ("medical record number 4711008", MRN),
        ("medical-record-no-4711008", MRN),
        ("patient-id-4711008", MRN),
        ("PatientNumber=4711008", MRN),
        ("dob-1980-03-12", DOB),
        ("DOB: 3/12/1980", DOB),
        ("dob19800312", DOB),
        ("date of birth 12.03.1980", DOB),
        ("birthdate_03121980", DOB),
        ("jane-born-on-12-mar-1980", DOB),
        ("BirthDay 12 March 1980", DOB),
        ("1EG4-TE5-MK73", MBI),
        ("1eg4te5mk73", MBI),
        ("claims_1EG4TE5MK73_2024", MBI),
        ("NHS number 943 476 5919", NHS),
        ("nhs-9434765919", NHS),
    ] {
        let texts = Texts { labels: vec![(Place::Name, Redacted::new(text.to_owned()))], tags: Vec::new() };
        assert_eq!(signs(&texts), [(Place::Name, sign.to_owned())], "{text}");
        assert_eq!(signs(&tag("note", text)), [(Place::TagValue, sign.to_owned())], "{text}");
        assert!(signs(&tag(text, "x")).contains(&(Place::TagKey, sign.to_owned())), "{text}");
    }
}

#[test]
fn what_is_no_phi() {
    for text in [
        "",
        "production",
        "triage-guardrail-v2",
        "nightly-2024-01-01",
        "eval-20240101-093000",
        "claims-export-000000000000-us-east-1",
        "acme-mrn-000000000000",
        "mrn-lookup-service",
        "mrn-lookup-000000000000",
        "mrn-index-20240101",
        "medical-records-20240101",
        "medical-record-summarizer-2024-01-01",
        "patient-intake-20240101",
        "patient-portal-v1234567",
        "patients-000000000000",
        "newborn-screening-2024-01-01",
        "birth-outcomes-20240101",
        "birthday-greetings",
        "dobby-2024-01-01",
        "airborne-1980-03-12",
        "npi-1234567893",
        "1234567893",
        "ticket-1234567893",
        "build-100.12.2024",
        "0d3f1b52-6c1e-4f55-9a6e-8f3a0e1c2b4d",
        "arn:aws:cloudformation:us-east-1:000000000000:stack/phiward/0d3f1b52-123a-45bc-9a6e-8f3a0e1c2b4d",
        "000-12-3456",
        "666-12-3456",
        "900-12-3456",
        "123-00-6789",
        "123-45-0000",
        "2024-123-45-6789",
        "123-45-6789-0",
        "ssn-masking-guardrail",
        "redacts SSN, MRN and DOB",
        "nhs-digital-2024",
        "amazon.titan-text-lite-v1:0:4k",
        "2.0.1-rc.12345",
        "KB1A2B3C4D",
    ] {
        let texts = Texts { labels: vec![(Place::Description, Redacted::new(text.to_owned()))], tags: Vec::new() };
        assert_eq!(signs(&texts), [], "{text}");
        assert_eq!(signs(&tag("note", text)), [], "{text}");
        assert!(free_text().is_clean(text), "{text}");
    }
}

#[test]
fn a_tag_s_key_announces_what_its_value_does_not_show() {
    let announced = |key: &str| vec![(Place::TagValue, format!("key {key}"))];
    for (key, value, expected) in [
        ("patient", "Jane Doe", announced("patient")),
        ("Patient Name", "Jane Doe", announced("patient-name")),
        ("patient_name", "doe", announced("patient-name")),
        ("MRN", "see chart", announced("mrn")),
        ("PatientMRN", "4711008", vec![(Place::TagValue, "a medical record number".to_owned())]),
        (
            "Birthdate",
            "1980-03-12",
            [vec![(Place::TagValue, "a date of birth".to_owned())], announced("birthdate")].concat(),
        ),
        ("patient", "", Vec::new()),
        ("patient", " ", Vec::new()),
        ("patient", "No", Vec::new()),
        ("ssn", "none", Vec::new()),
        ("patient-data", "true", Vec::new()),
        ("patients", "Jane Doe", Vec::new()),
        ("DataClass", "PHI", Vec::new()),
    ] {
        assert_eq!(signs(&tag(key, value)), expected, "{key}={value}");
    }
}

#[test]
fn one_resource_one_advice_in_the_baseline_s_words() {
    let texts = Texts {
        labels: vec![(Place::Name, Redacted::new("mrn-4711008".to_owned()))],
        tags: vec![
            Tag { key: Redacted::new("Jane Doe".to_owned()), value: Redacted::new("dob 1980-03-12".to_owned()) },
            Tag { key: Redacted::new("Jane Roe".to_owned()), value: Redacted::new("dob 1981-03-12".to_owned()) },
            Tag { key: Redacted::new("PATIENT".to_owned()), value: Redacted::new("Jane Doe".to_owned()) },
        ],
    };
    let suspects = vec![Suspect { resource: "guardrail/a1".to_owned(), findings: free_text().search(&texts) }];
    let violations = assess(&Observation::Read { suspects });
    let [Violation { control, remedy: Remedy::Person(advice), losses }] = violations.as_slice() else {
        panic!("{violations:?}")
    };
    assert_eq!((control.id, losses.as_slice()), ("free-text.personal-data", &[][..]));
    assert_eq!(
        advice.split_once(". ").unwrap().0,
        "guardrail/a1: the name looks like a medical record number; the value of a tag looks like a date of birth; a tag \
         with the key `patient`, in whatever spelling, has a value"
    );
    assert!(advice.contains("Take the tag away") && advice.contains("Rename the resource") && !advice.contains("hash"));
}

#[test]
fn nothing_found_is_compliant_and_what_was_not_read_never_is() {
    assert_eq!(assess(&Observation::Read { suspects: Vec::new() }), []);
    assert_eq!(assess(&Observation::Unreachable).len(), 1);
}

#[test]
fn a_long_list_is_cut_off_and_says_so() {
    let finding = Finding { place: Place::Name, sign: Sign::Pattern("a date of birth".to_owned()) };
    let suspects = |count: usize| {
        let all = (0..count).map(|n| Suspect { resource: format!("job/{n}"), findings: vec![finding.clone()] });
        Observation::Read { suspects: all.collect() }
    };
    assert_eq!(assess(&suspects(20)).len(), 20);
    let cut = assess(&suspects(25));
    assert!(matches!(&cut[20].remedy, Remedy::Person(advice) if advice.starts_with("5 more")), "{cut:?}");
}

#[test]
fn a_pattern_that_would_report_the_whole_account_is_refused() {
    let with = |pattern: &str| format!("{BASELINE}\n[[free_text.patterns]]\n{pattern}\n");
    assert!(Baseline::parse(&with("name = \"a ticket\"\nregex = 'TICKET-[0-9]+'")).is_ok());
    for (pattern, expected) in [
        ("name = \"all\"\nregex = '.*'", "nobody takes for PHI"),
        ("name = \"words\"\nregex = '[a-z]+'", "nobody takes for PHI"),
        ("name = \"dates\"\nregex = '[0-9]{4}-[0-9]{2}-[0-9]{2}'", "nobody takes for PHI"),
        ("name = \"accounts\"\nregex = '[0-9]{10,12}'", "nobody takes for PHI"),
        ("name = \" \"\nregex = 'x[0-9]'", "needs a name"),
        ("name = \"x\"\nregex = '('", "without closing"),
    ] {
        let error = Baseline::parse(&with(pattern)).unwrap_err().to_string();
        assert!(error.contains(expected), "{pattern}: {error}");
    }
    let keyless = BASELINE.replace("    \"birthdate\",", "    \"- -\",");
    assert!(Baseline::parse(&keyless).unwrap_err().to_string().contains("neither letter nor digit"));
}
