//! The boxes with their answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::{Facts, Part, Word, answer};
use crate::checklist::{Item, items};

/// Boxes that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Group {
    /// As the guide calls it.
    pub title: String,
    /// Whether it is one of the guide's checklist, or a practice beyond it.
    pub of_guide: bool,
    /// Its boxes.
    pub boxes: Vec<Answered>,
}

/// A box with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Answered {
    /// Stable.
    pub id: String,
    /// A few words.
    pub title: String,
    /// What is confirmed by ticking it; of a box of the guide its own words.
    pub text: String,
    /// The paragraphs of the HIPAA rules that it serves.
    pub citation: String,
    /// The steps of the guide, or the practice, that it comes from.
    pub step: String,
    /// The answer.
    pub answer: Word,
    /// Why, and what to do: what the sources said that decide it.
    pub says: Vec<String>,
    /// What every source said.
    pub sources: Vec<Part>,
}

/// Every box, by group.
pub(super) fn groups(facts: Facts<'_>) -> Vec<Group> {
    let guide: Vec<&str> = crate::checklist::GUIDE.lines().collect();
    let mut groups: Vec<Group> = Vec::new();
    for item in items() {
        let answered = answered(item, facts);
        match groups.last_mut().filter(|group| group.title == item.group) {
            Some(group) => group.boxes.push(answered),
            None => groups.push(Group {
                title: item.group.to_owned(),
                of_guide: guide.contains(&item.group),
                boxes: vec![answered],
            }),
        }
    }
    groups
}

fn answered(item: &Item, facts: Facts<'_>) -> Answered {
    let judged = answer(item, facts);
    let deciding: Vec<_> = judged.parts.iter().filter(|part| part.counts && part.answer == judged.answer).collect();
    let mut says = match (judged.because, judged.answer) {
        (Some(because), _) => vec![because],
        (None, Word::Fail) => of_several("Not so", &deciding),
        (None, Word::Unknown) => of_several("Not known", &deciding),
        // That all is well needs no words; they stand with the sources.
        (None, Word::Pass) => Vec::new(),
        (None, Word::Attested | Word::NotApplicable) => distinct(deciding.iter().map(|part| part.says.clone())),
    };
    // What a person let pass is never left unsaid.
    let exempt = judged.parts.iter().filter(|part| part.counts && part.exempt > 0 && part.answer.holds());
    says.extend(distinct(exempt.map(|part| format!("\u{201c}{}\u{201d}: {}", part.asks, part.says))));
    Answered {
        id: item.id.to_owned(),
        title: item.title.to_owned(),
        text: item.text.to_owned(),
        citation: item.citation.to_owned(),
        step: item.step.to_owned(),
        answer: judged.answer,
        says,
        sources: judged.parts,
    }
}

/// One reason may hold back many sources: it is said once.
fn of_several(word: &str, parts: &[&Part]) -> Vec<String> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for part in parts {
        let asks = if part.is_attestation() { None } else { Some(part.asks.as_str()) };
        match found.iter_mut().find(|(says, _)| *says == part.says) {
            Some((_, several)) => several.extend(asks),
            None => found.push((&part.says, asks.into_iter().collect())),
        }
    }
    let said = found.into_iter().map(|(says, asks)| match asks.as_slice() {
        // An attestation says itself what it is about.
        [] => says.to_owned(),
        asks => format!("{word}: {}. {says}", quoted(asks)),
    });
    said.collect()
}

/// How many sources a sentence names.
const NAMED: usize = 2;

fn quoted(asks: &[&str]) -> String {
    let named = asks.get(..NAMED).unwrap_or(asks);
    let quoted = format!("\u{201c}{}\u{201d}", named.join("\u{201d}, \u{201c}"));
    match asks.len() - named.len() {
        0 => quoted,
        more => format!("{quoted} and {more} more"),
    }
}

fn distinct(says: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for each in says {
        if !found.contains(&each) {
            found.push(each);
        }
    }
    found
}
