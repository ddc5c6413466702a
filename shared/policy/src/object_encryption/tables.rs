//! The rule as a table: what is done with which object.

use serde_json::json;

use super::model::{ACCOUNT, FOREIGN, KEY, desired, facts, observation, usable};
use super::*;
use crate::data_key::DataKey;
use crate::decision::Remedy;
use crate::redacted::Redacted;

fn under(algorithm: Option<&str>, key: Option<&str>) -> Facts {
    let [algorithm, key] = [algorithm, key].map(|text| text.map(str::to_owned));
    Facts { encryption: Encryption { algorithm, key }, ..facts() }
}

/// What is planned, in a word: the step, or the beginning of the advice; nothing: compliant.
fn said(desired: &Desired<'_>, state: State) -> String {
    let seen = ObjectObservation { state, ..observation(facts()) };
    match assess(desired, &seen).map(|violation| violation.remedy) {
        None => "compliant".to_owned(),
        Some(Remedy::Steps(steps)) => json!(steps)[0]["step"].as_str().unwrap().to_owned(),
        Some(Remedy::Person(advice)) => advice,
    }
}

fn check(facts: Facts, expected: &str) {
    let said = said(&desired(), State::Shown(Box::new(facts.clone())));
    assert!(said.contains(expected), "{facts:?}: {said}");
}

#[test]
fn only_the_data_key_counts_and_dual_layer_encryption_is_enough() {
    check(under(Some("aws:kms"), Some(KEY)), "compliant");
    check(under(Some("aws:kms:dsse"), Some(KEY)), "compliant");
    check(under(Some("AES256"), None), "update-encryption");
    check(under(Some("aws:kms"), Some(FOREIGN)), "update-encryption");
    check(under(Some("aws:kms"), Some("arn:aws:kms:us-east-1:111122223333:key/1234")), "update-encryption");
    check(under(Some("aws:kms"), None), "update-encryption");
    check(under(Some("aws:kms:dsse"), Some(FOREIGN)), "copy-in-place");
    check(under(None, None), "copy-in-place");
    check(under(Some("aws:brand-new"), Some(KEY)), "doesn't know");
    check(under(Some("aws:backup"), None), "doesn't know");
}

#[test]
fn what_s3_refuses_is_reported() {
    let layered = || under(Some("aws:kms:dsse"), Some(FOREIGN));
    check(Facts { locked: true, ..facts() }, "is locked");
    check(Facts { locked: true, ..layered() }, "is locked");
    check(Facts { locked: true, ..under(Some("aws:kms"), Some(KEY)) }, "compliant");
    check(Facts { current: Some(false), ..layered() }, "not the current one");
    check(Facts { archived: true, ..layered() }, "archived");
    check(Facts { size: MAX_WHOLE_COPY, ..layered() }, "copy-in-place");
    check(Facts { size: MAX_WHOLE_COPY + 1, ..layered() }, "above 5 GB");
    assert!(said(&desired(), State::Sealed).contains("SSE-C"));
}

#[test]
fn what_lies_beneath_is_large_or_archived_is_re_encrypted_where_it_lies() {
    check(Facts { current: Some(false), ..facts() }, "update-encryption");
    check(Facts { archived: true, storage_class: Some("DEEP_ARCHIVE".to_owned()), ..facts() }, "update-encryption");
    check(Facts { size: MAX_WHOLE_COPY * 100, ..facts() }, "update-encryption");
}

#[test]
fn a_key_of_another_account_or_region_or_one_that_does_not_work() {
    let other = "arn:aws:kms:us-east-1:111122223333:key/1234";
    let state = || State::Shown(Box::new(facts()));
    assert_eq!(said(&Desired { key_arn: other, ..desired() }, state()), "copy-in-place");
    assert!(said(&Desired { region: "eu-west-1", ..desired() }, state()).contains("not in this Region"));
    let disabled = DataKey { state: "Disabled".to_owned(), ..usable() };
    check(Facts { data_key: Some(disabled), ..facts() }, "enable it");
    check(Facts { data_key: None, ..facts() }, "was not read");
    assert_eq!(ACCOUNT, desired().account);
}

#[test]
fn a_record_leads_back_to_the_version_and_debug_shows_no_key() {
    let facts = Facts { redirect: Some(Redacted::new("/jane-doe".to_owned())), ..facts() };
    for state in [State::Sealed, State::Shown(Box::new(facts))] {
        let seen = ObjectObservation { state, ..observation(super::model::facts()) };
        let record = serde_json::to_value(&seen).unwrap();
        assert_eq!(record["key"], "jane-doe.pdf");
        assert_eq!(serde_json::from_value::<ObjectObservation>(record).unwrap(), seen);
        assert!(!format!("{seen:?} {:?}", assess(&desired(), &seen)).contains("jane"));
    }
}

#[test]
fn the_plan_of_a_copy_names_all_that_s3_would_forget() {
    let facts = Facts {
        storage_class: Some("STANDARD_IA".to_owned()),
        redirect: Some(Redacted::new("/elsewhere".to_owned())),
        ..under(Some("aws:kms:dsse"), Some(FOREIGN))
    };
    let Some(Remedy::Steps(steps)) = assess(&desired(), &observation(facts)).map(|violation| violation.remedy) else {
        panic!("it is repaired")
    };
    let expected = json!([{
        "step": "copy-in-place", "version_id": "v1", "etag": "e1", "algorithm": "aws:kms:dsse", "to": KEY,
        "storage_class": "STANDARD_IA", "redirect": "/elsewhere",
    }]);
    assert_eq!(json!(steps), expected);
}
