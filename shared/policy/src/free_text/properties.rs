//! Whatever the texts are, nothing of them is repeated.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::baseline::{Baseline, FreeText};
use crate::decision::Remedy;

const TOKEN: &str = "QZX";

static FREE_TEXT: LazyLock<FreeText> =
    LazyLock::new(|| Baseline::parse(include_str!("../../../../baseline.toml")).unwrap().free_text);

/// A text with something of its own in it that occurs in no baseline, around what patterns look for.
fn text() -> impl Strategy<Value = String> {
    let likely = prop::sample::select(vec![
        "mrn-4711008",
        "dob 1980-03-12",
        "123-45-6789",
        "patient",
        "Patient Name",
        "ssn",
        "1EG4-TE5-MK73",
        "none",
        "",
        "true",
    ]);
    (any::<bool>(), "[ -~]{0,12}", likely, "\\PC{0,12}").prop_map(|(marked, before, likely, after)| {
        format!("{before}{}{likely}{}{after}", if marked { TOKEN } else { "" }, if marked { "" } else { "/" })
    })
}

fn texts() -> impl Strategy<Value = Texts> {
    let place = prop::sample::select(vec![Place::Name, Place::ModelName, Place::Description]);
    let labels = prop::collection::vec((place, text().prop_map(Redacted::new)), 0..4);
    let tag = (text(), text()).prop_map(|(key, value)| Tag { key: key.into(), value: value.into() });
    (labels, prop::collection::vec(tag, 0..4)).prop_map(|(labels, tags)| Texts { labels, tags })
}

proptest! {
    #[test]
    fn nothing_of_a_text_is_repeated(texts in texts()) {
        let findings = FREE_TEXT.search(&texts);
        let mut sorted = findings.clone();
        sorted.sort();
        sorted.dedup();
        prop_assert_eq!(&sorted, &findings);
        let seen = Observation::Read { suspects: vec![Suspect { resource: "guardrail/a1".to_owned(), findings }] };
        let recorded = serde_json::to_string(&seen).unwrap();
        prop_assert!(!recorded.contains(TOKEN), "{}", recorded);
        for violation in assess(&seen) {
            let Remedy::Person(advice) = violation.remedy else { panic!("a step") };
            prop_assert!(!advice.contains(TOKEN), "{}", advice);
        }
        let printed = format!("{texts:?}");
        prop_assert!(!printed.contains(TOKEN));
    }

    #[test]
    fn a_text_is_clean_where_nothing_is_found_in_it_as_a_name(text in text()) {
        let named = Texts { labels: vec![(Place::Name, text.clone().into())], tags: Vec::new() };
        prop_assert_eq!(FREE_TEXT.is_clean(&text), FREE_TEXT.search(&named).is_empty());
    }
}
