//! Decisions, one line a case, and the plans as they are recorded.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::*;
use super::*;
use crate::decision::Remedy;
use crate::globs::Glob;

fn kinds(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn in_bucket(bucket: &str) -> Finding {
    let mut finding = finding(1, None, None);
    finding.object.as_mut().unwrap().bucket = bucket.to_owned();
    finding
}

fn word(placement: Placement<'_>) -> &'static str {
    match placement {
        Placement::Unconcerned => "unconcerned",
        Placement::Inside => "inside",
        Placement::Outside(_) => "outside",
        Placement::Unlocated => "unlocated",
    }
}

#[test]
fn where_a_finding_is_acted_on() {
    for (bucket, expected) in [
        ("shared-files", "outside"),
        ("logs-bedrock", "inside"),
        ("phi-records", "inside"),
        ("phiward-quarantine", "unconcerned"),
        ("phiward-evidence", "unconcerned"),
        ("not-watched", "unconcerned"),
    ] {
        assert_eq!(word(rules().place(&in_bucket(bucket))), expected, "{bucket}");
    }
}

#[test]
fn the_quarantine_bucket_is_never_acted_on_even_if_the_deployment_forgot_that_it_is_ours() {
    let mut rules = rules();
    rules.sets.own.clear();
    assert_eq!(word(rules.place(&in_bucket("phiward-quarantine"))), "unconcerned");
}

#[test]
fn which_findings_are_phi() {
    let plain = |managed: &[&str], custom: &[&str]| Finding {
        managed: kinds(managed),
        custom: kinds(custom),
        ..finding(1, None, None)
    };
    let samples = [
        (plain(&["UK_NHS_NUMBER"], &[]), "outside"),
        (plain(&["CREDIT_CARD_NUMBER", "USA_HEALTHCARE_PROCEDURE_CODE"], &[]), "outside"),
        (plain(&[], &["MRN"]), "outside"),
        (plain(&[], &["mrn"]), "unconcerned"),
        (plain(&["CREDIT_CARD_NUMBER"], &[]), "unconcerned"),
        (plain(&["DATE_OF_BIRTH"], &[]), "unconcerned"),
        (plain(&[], &[]), "unconcerned"),
        (Finding { dismissed: true, ..finding(1, None, None) }, "unconcerned"),
        (Finding { sensitive_data: false, ..finding(1, None, None) }, "unconcerned"),
        (Finding { account: Some("444455556666".to_owned()), ..finding(1, None, None) }, "unconcerned"),
        (Finding { account: None, ..finding(1, None, None) }, "unconcerned"),
        (Finding { object: None, ..finding(1, None, None) }, "unlocated"),
        (Finding { object: None, ..plain(&["NAME"], &[]) }, "unconcerned"),
    ];
    for (finding, expected) in samples {
        assert_eq!(word(rules().place(&finding)), expected, "{finding:?}");
    }
}

#[test]
fn personal_data_is_phi_only_where_the_baseline_says_so() {
    let mut rules = rules();
    let buckets = Glob::list("shared-intake-*").unwrap();
    rules.phi.personal_data.push(crate::baseline::PersonalData { buckets, types: vec!["DATE_OF_BIRTH".to_owned()] });
    let birth = |bucket: &str| Finding { managed: kinds(&["DATE_OF_BIRTH"]), ..in_bucket(bucket) };
    assert_eq!(word(rules.place(&birth("shared-intake-a"))), "outside");
    assert_eq!(word(rules.place(&birth("shared-files"))), "unconcerned");
    let name = Finding { managed: kinds(&["NAME"]), ..in_bucket("shared-intake-a") };
    assert_eq!(word(rules.place(&name)), "unconcerned");
}

#[test]
fn which_version_is_meant() {
    let version = |id: &str, bytes: u8, second: i64| Version {
        id: id.to_owned(),
        etag: etag(bytes),
        latest: false,
        last_modified_ms: Some(second * 1000),
    };
    let check = |id: Option<&str>, second: Option<i64>, versions: &[Version], expected: &str| {
        let located = finding(1, id, second.map(|second| second * 1000)).object.unwrap();
        let listing = Listing { versioning: Versioning::Enabled, mfa_delete: false, versions: versions.to_vec() };
        let seen = match listing.flagged(&located) {
            Flagged::Gone => "gone".to_owned(),
            Flagged::Ambiguous => "ambiguous".to_owned(),
            Flagged::Unchanged(version) => version.id,
            Flagged::Changed(version) => format!("{} changed", version.id),
        };
        assert_eq!(seen, expected, "{id:?} {second:?} {versions:?}");
    };
    let (a, b, null) = (version("a", 1, 5), version("b", 2, 6), version("null", 1, 4));
    check(Some("a"), None, &[b.clone(), a.clone()], "a");
    check(Some("b"), None, &[b.clone(), a.clone()], "b changed");
    check(Some("c"), None, &[b.clone(), a.clone()], "gone");
    check(None, None, &[], "gone");
    check(None, Some(4), &[a.clone(), null.clone()], "null");
    check(Some("null"), Some(4), &[a.clone(), null.clone()], "null");
    check(None, Some(5), &[b.clone(), a.clone()], "a");
    check(None, Some(9), &[b.clone(), a.clone()], "gone");
    check(None, None, &[b.clone(), a.clone()], "a");
    check(None, None, &[version("c", 1, 8), a.clone()], "ambiguous");
    check(None, Some(5), &[version("null", 2, 7)], "null changed");
    check(None, Some(5), &[a.clone(), version("null", 2, 7)], "null changed");
    check(Some("null"), Some(5), std::slice::from_ref(&a), "gone");
    check(None, Some(5), &[a, null], "ambiguous");
}

#[test]
fn bytes_are_the_same_only_if_a_stored_checksum_says_so() {
    let facts = |size: u64, checksums: &[(&str, &str)]| Facts {
        size,
        checksums: checksums.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..copied(1)
    };
    for (left, right, expected) in [
        (facts(1, &[("SHA256", "a")]), facts(1, &[("SHA256", "a")]), true),
        (facts(1, &[("SHA256", "a")]), facts(2, &[("SHA256", "a")]), false),
        (facts(1, &[("SHA256", "a")]), facts(1, &[("SHA256", "b")]), false),
        (facts(1, &[("SHA256", "a")]), facts(1, &[("SHA1", "a")]), false),
        (facts(1, &[]), facts(1, &[]), false),
        (facts(1, &[("SHA1", "a"), ("SHA256", "b")]), facts(1, &[("SHA1", "a"), ("SHA256", "c")]), false),
    ] {
        assert_eq!(left.same_bytes(&right), expected, "{left:?} {right:?}");
    }
}

#[test]
fn the_copy_has_one_place_that_tells_nothing() {
    let located = finding(1, None, None).object.unwrap();
    let place = CopyPlace::of(&located, "null", "phiward-quarantine");
    assert_eq!(place, CopyPlace::of(&located, "null", "phiward-quarantine"));
    assert_ne!(place, CopyPlace::of(&located, "version-1", "phiward-quarantine"));
    assert!(
        place.key.starts_with("objects/") && place.key.len() == "objects/".len() + 64 && !place.key.contains("jane")
    );
}

#[test]
fn only_what_is_too_large_is_copied_in_parts() {
    assert!(matches!(copy_step(MAX_WHOLE_COPY), Step::Copy { .. }));
    assert!(matches!(copy_step(MAX_WHOLE_COPY + 1), Step::CopyInParts { .. }));
}

fn printed(world: &World, finding: &Finding) -> Value {
    let lines =
        assess(&rules(), &world.observe(&rules(), finding)).into_iter().map(|violation| match violation.remedy {
            Remedy::Steps(steps) => json!({ "control": violation.control.id, "steps": steps }),
            Remedy::Person(advice) => json!({ "control": violation.control.id, "person": advice }),
        });
    lines.collect()
}

#[test]
fn plans() {
    use Versioning::{Enabled, Never, Suspended};
    let one = || Stored::new("v1", 1, 1000);
    let null = || Stored { id: "null".to_owned(), ..one() };
    let named = finding(1, Some("v1"), Some(1000));
    let unnamed = finding(1, None, Some(1000));
    let show =
        |name: &str, world: &World, finding: &Finding| insta::assert_json_snapshot!(name, printed(world, finding));
    let alone = |stored: Stored| World::new(Enabled, vec![stored]);

    show("current_version", &alone(one()), &named);
    show("unversioned", &World::new(Never, vec![null()]), &unnamed);
    show("suspended_null", &World::new(Suspended, vec![null()]), &unnamed);
    show("suspended_above_a_null", &World::new(Suspended, vec![one(), Stored::new("null", 2, 500)]), &named);
    show("noncurrent", &World::new(Enabled, vec![Stored::new("v2", 2, 2000), one()]), &named);
    show("older_versions", &World::new(Enabled, vec![one(), Stored::new("v0", 2, 500)]), &named);
    show("too_large_for_one_request", &alone(Stored { size: MAX_WHOLE_COPY + 1, ..one() }), &named);
    show("changed_since", &World::new(Never, vec![Stored::new("null", 2, 2000)]), &unnamed);
    show("no_checksum", &alone(Stored { whole_checksum: false, ..one() }), &named);
    show("unreadable", &alone(Stored { readable: false, ..one() }), &named);
    show("locked_and_archived", &alone(Stored { locked: true, archived: true, ..one() }), &named);
    show("mfa_delete", &World { mfa_delete: true, ..alone(one()) }, &named);
    show("inside_the_sets", &alone(one()), &in_bucket("phi-records"));

    let mut copied_and_hidden = World::new(Enabled, vec![Stored::marker("m"), one()]);
    let place = CopyPlace::of(named.object.as_ref().unwrap(), "v1", "phiward-quarantine");
    copied_and_hidden.quarantine.insert(place.key.clone(), copied(1));
    show("killed_after_hiding", &copied_and_hidden, &named);
    copied_and_hidden.quarantine.insert(place.key, copied(2));
    show("another_copy_in_its_place", &copied_and_hidden, &named);
}

#[test]
fn what_is_moved_or_gone_is_compliant() {
    let named = finding(1, Some("v1"), Some(1000));
    let newer = World::new(Versioning::Enabled, vec![Stored::new("v2", 2, 2000)]);
    assert_eq!(printed(&World::new(Versioning::Enabled, Vec::new()), &named), json!([]));
    assert_eq!(printed(&newer, &named), json!([]));
}

#[test]
fn a_clean_object_that_came_after_a_move_is_left_alone() {
    let unnamed = finding(1, None, Some(1000));
    let mut world = World::new(Versioning::Never, vec![Stored::new("null", 2, 2000)]);
    let place = CopyPlace::of(unnamed.object.as_ref().unwrap(), "null", "phiward-quarantine");
    world.quarantine.insert(place.key, copied(1));
    assert_eq!(printed(&world, &unnamed), json!([]));
}

#[test]
fn isolation_keeps_tags_and_statements_and_is_done_once() {
    let named = finding(1, Some("v1"), Some(1000));
    let theirs = Tag { key: "owner".to_owned().into(), value: "billing".to_owned().into() };
    let stored = Stored { locked: true, tags: vec![theirs.clone()], ..Stored::new("v1", 1, 1000) };
    let mut world = World::new(Versioning::Enabled, vec![stored]);
    world.policy = Some(r#"{"Version":"2012-10-17","Statement":[{"Sid":"Theirs","Effect":"Deny"}]}"#.to_owned());
    for violation in assess(&rules(), &world.observe(&rules(), &named)) {
        let Remedy::Steps(steps) = violation.remedy else { continue };
        assert!(matches!(steps.as_slice(), [Step::DenyIsolated { .. }, Step::TagIsolated { .. }]));
        steps.iter().for_each(|step| world.apply(step).unwrap());
    }
    assert!(world.stack[0].tags.contains(&theirs) && world.stack[0].tags.len() == 2);
    assert!(world.policy.as_ref().unwrap().contains("Theirs"));
    insta::assert_json_snapshot!("isolated", printed(&world, &named));
    // S3 may give the policy back with its lists in another form.
    world.policy = world.policy.map(|text| {
        text.replace(r#""Resource":"arn:aws:s3:::shared-files/*""#, r#""Resource":["arn:aws:s3:::shared-files/*"]"#)
    });
    insta::assert_json_snapshot!("isolated", printed(&world, &named));
}

#[test]
fn without_room_for_tag_or_statement_nothing_is_half_done() {
    let named = finding(1, Some("v1"), Some(1000));
    let tag = |at: u8| Tag { key: format!("k{at}").into(), value: String::new().into() };
    let stored = Stored { locked: true, ..Stored::new("v1", 1, 1000) };
    let ten_tags = World::new(Versioning::Enabled, vec![Stored { tags: (0..10).map(tag).collect(), ..stored.clone() }]);
    let mut long_policy = World::new(Versioning::Enabled, vec![stored]);
    long_policy.policy = Some(json!({ "Statement": [{ "Sid": "x".repeat(20_000) }] }).to_string());
    for (world, word) in [(ten_tags, "ten tags"), (long_policy, "no room")] {
        let found = printed(&world, &named);
        assert!(found.to_string().contains(word) && !found.to_string().contains("steps"), "{found}");
    }
}

#[test]
fn nothing_that_is_printed_names_the_object() {
    let world = World::new(Versioning::Enabled, vec![Stored { locked: true, ..Stored::new("v1", 1, 1000) }]);
    let named = finding(1, Some("v1"), Some(1000));
    let seen = world.observe(&rules(), &named);
    let printed = format!("{seen:?} {:?}", assess(&rules(), &seen));
    assert!(!printed.contains("jane") && !printed.contains("4711"), "{printed}");
}
