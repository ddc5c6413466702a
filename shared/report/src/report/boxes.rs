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
    let deciding = judged.parts.iter().filter(|part| part.counts && part.answer == judged.answer);
    let says = match judged.because {
        Some(because) => vec![because],
        // That all is well needs no words; they stand with the sources.
        None if judged.answer == Word::Pass => Vec::new(),
        None => distinct(deciding.map(said)),
    };
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

/// A sentence that stands by itself.
fn said(part: &Part) -> String {
    match part.answer {
        Word::Fail | Word::Unknown if part.source != "Attestation" => format!("{}: {}", part.asks, part.says),
        Word::Fail | Word::Unknown => format!("{}. {}", part.asks, part.says),
        Word::Pass | Word::Attested | Word::NotApplicable => part.says.clone(),
    }
}

/// One reason may hold back many sources.
fn distinct(says: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for each in says {
        if !found.contains(&each) {
            found.push(each);
        }
    }
    found
}
