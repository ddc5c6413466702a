//! How several answers make one.

use super::{Part, Word};

/// The answer to a box, and what every source said.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) answer: Word,
    /// Why, where the sources don't say.
    pub(crate) because: Option<String>,
    pub(crate) parts: Vec<Part>,
}

impl Judged {
    pub(super) fn of(part: Part) -> Self {
        Self { answer: part.answer, because: None, parts: vec![part] }
    }

    pub(super) fn aside(mut self) -> Self {
        for part in &mut self.parts {
            part.counts = false;
        }
        self
    }

    /// The worst of them.
    pub(super) fn all(judged: Vec<Self>) -> Self {
        let answer = judged.iter().map(|each| each.answer).max_by_key(|word| word.rank()).unwrap_or(Word::Unknown);
        Self { answer, because: None, parts: judged.into_iter().flat_map(|each| each.parts).collect() }
    }

    pub(super) fn any(judged: Vec<Self>) -> Self {
        // Where one does not apply, the other one's failure is still one: an attestation that has expired.
        let failed = judged.iter().any(|each| each.answer == Word::Fail);
        let preferred = [Word::Pass, Word::Attested, Word::NotApplicable];
        let preferred = preferred.iter().filter(|word| !(failed && **word == Word::NotApplicable));
        let taken = preferred.into_iter().find_map(|word| judged.iter().position(|each| each.answer == *word));
        let Some(taken) = taken else { return Self::all(judged) };
        let answer = judged.get(taken).map_or(Word::Unknown, |each| each.answer);
        let parts = judged.into_iter().enumerate().map(|(at, each)| if at == taken { each } else { each.aside() });
        Self { answer, because: None, parts: parts.flat_map(|each| each.parts).collect() }
    }

    pub(super) fn or_else(self, other: Self) -> Self {
        match (self.answer, other.answer) {
            (Word::Unknown, word) if word.holds() => {
                Self { answer: word, because: None, parts: [self.aside().parts, other.parts].concat() }
            }
            (Word::Unknown, _) => Self::all(vec![self, other]),
            (word, _) => Self { answer: word, because: None, parts: [self.parts, other.aside().parts].concat() },
        }
    }
}
