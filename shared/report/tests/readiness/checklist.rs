//! The boxes are those of the guide, and leave nothing out.

use std::collections::BTreeSet;

use policy::baseline::ATTESTABLE;
use policy::control;
use report::checklist::{GUIDE, Item, SIGN_OFF, Source, config_rules, items};

/// The guide's groups, each with its lines.
fn guide() -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for line in GUIDE.lines() {
        match line.strip_prefix("  \u{2022} ") {
            Some(text) => groups.last_mut().unwrap().1.push(text.to_owned()),
            None => groups.push((line.to_owned(), Vec::new())),
        }
    }
    groups
}

fn is_of_guide(item: &Item) -> bool {
    guide().iter().any(|(group, _)| group == item.group)
}

#[test]
fn the_boxes_of_the_guide_are_all_there_once_in_its_words_and_order() {
    let guide = guide();
    assert_eq!((guide.len(), guide.iter().map(|(_, lines)| lines.len()).sum::<usize>()), (8, 21));
    let mut made: Vec<(String, Vec<String>)> = Vec::new();
    for item in items().filter(|item| is_of_guide(item)) {
        match made.last_mut().filter(|(group, _)| group == item.group) {
            Some((_, lines)) => lines.push(item.text.to_owned()),
            None => made.push((item.group.to_owned(), vec![item.text.to_owned()])),
        }
    }
    assert_eq!(made, guide);
}

#[test]
fn the_practices_beyond_the_guide_come_after_it() {
    let beyond: Vec<_> = items().skip_while(|item| is_of_guide(item)).collect();
    assert!(beyond.len() >= 20 && beyond.iter().all(|item| !is_of_guide(item)));
    assert!(SIGN_OFF.starts_with("If every box above is checked"));
}

#[test]
fn a_box_is_whole_and_no_id_is_there_twice() {
    let mut ids = BTreeSet::new();
    for item in items() {
        assert!(ids.insert(item.id), "{} twice", item.id);
        let plain = item.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b'.');
        assert!(plain && item.citation.starts_with("45 CFR 164."), "{}", item.id);
        assert!(!item.title.is_empty() && !item.step.is_empty() && !item.need.sources().is_empty(), "{}", item.id);
    }
}

fn asked() -> Vec<Source> {
    items().flat_map(|item| item.need.sources()).collect()
}

#[test]
fn every_control_of_every_duty_answers_a_box() {
    let asked = asked();
    for control in control::ALL {
        let by_models = control.id == "residency.zero-retention-models" && asked.contains(&Source::ModelModes);
        assert!(by_models || asked.contains(&Source::Control(control.id)), "no box asks for {}", control.id);
    }
    for source in asked {
        if let Source::Control(id) = source {
            assert!(control::by_id(id).is_some(), "there is no control {id}");
        }
    }
}

#[test]
fn every_managed_rule_and_every_attestation_answers_a_box() {
    let asked = asked();
    let rules: BTreeSet<_> = config_rules().iter().map(|rule| rule.name).collect();
    assert_eq!(rules.len(), config_rules().len());
    let rules_asked = asked.iter().filter_map(|source| match source {
        Source::ConfigRule(name) => Some(*name),
        _ => None,
    });
    assert_eq!(rules_asked.collect::<BTreeSet<_>>(), rules);
    let attested = asked.iter().filter_map(|source| match source {
        Source::Attestation(id) => Some(*id),
        _ => None,
    });
    let mut attested: BTreeSet<_> = attested.collect();
    attested.insert("zero-retention-arrangement");
    assert_eq!(attested, ATTESTABLE.iter().map(|(id, _)| *id).collect());
}

#[test]
fn a_managed_rule_is_named_as_config_names_it() {
    for rule in config_rules() {
        let upper =
            rule.identifier.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        assert!(upper && rule.identifier.len() > 8, "{}", rule.identifier);
        assert!(!rule.says.is_empty() && !rule.remedy.is_empty(), "{}", rule.name);
    }
}
