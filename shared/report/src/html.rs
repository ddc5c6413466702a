//! The report as one HTML file: no script, no outside request, everything escaped.

use askama::Template;

use crate::answers::{Part, Word};
use crate::findings::Violating;
use crate::moment::duration;
use crate::report::{Answered, Change, Holding, RepairCount, Report, Standing};

/// Why a report could not be shown.
#[derive(Debug, thiserror::Error)]
#[error("the report can't be written as HTML")]
pub struct HtmlError(#[from] askama::Error);

/// The report as one self-contained HTML file.
///
/// # Errors
/// When the template can't be filled in, which no report is known to cause.
pub fn html(report: &Report) -> Result<String, HtmlError> {
    Ok(Page { report }.render()?)
}

#[derive(Template)]
#[template(path = "readiness.html")]
struct Page<'a> {
    report: &'a Report,
}

/// How many violations of a source are shown before the rest is only counted.
const SHOWN: usize = 10;

impl Page<'_> {
    /// The boxes that keep the account from being ready: what fails, then what is unknown.
    fn wanting(&self) -> Vec<&Answered> {
        let of = |word: Word| self.report.boxes().filter(move |answered| answered.answer == word);
        of(Word::Fail).chain(of(Word::Unknown)).collect()
    }

    /// Every word with how many boxes have it, the worst first.
    fn counted(&self) -> [(Word, u64); 5] {
        let counts = self.report.verdict.counts;
        Word::ALL.map(|word| {
            let count = match word {
                Word::Pass => counts.pass,
                Word::Fail => counts.fail,
                Word::Attested => counts.attested,
                Word::NotApplicable => counts.not_applicable,
                Word::Unknown => counts.unknown,
            };
            (word, count)
        })
    }

    /// How many attestations are of little use, or of none.
    fn ending(&self) -> usize {
        self.report.attestations.iter().filter(|each| each.standing != Standing::Stands).count()
    }
}

impl Answered {
    /// The violations that keep it from holding; one that several sources saw, once.
    fn violations(&self) -> Vec<&Violating> {
        let mut found: Vec<&Violating> = Vec::new();
        let deciding = self.sources.iter().filter(|part| part.counts && part.answer == Word::Fail);
        for each in deciding.filter(|_| self.answer == Word::Fail).flat_map(Part::shown) {
            if !found.contains(&each) {
                found.push(each);
            }
        }
        found
    }
}

impl Change {
    /// The word that it had, as people read it.
    fn was_label(&self) -> &str {
        match self.was.as_deref() {
            None => "\u{2014}",
            Some(was) => Word::ALL.into_iter().find(|word| word.as_str() == was).map_or(was, |word| word.label()),
        }
    }
}

impl RepairCount {
    /// The median, in words.
    fn median(&self) -> String {
        self.median_ms.map_or_else(|| "\u{2014}".to_owned(), duration)
    }

    /// The longest, in words.
    fn longest(&self) -> String {
        self.longest_ms.map_or_else(|| "\u{2014}".to_owned(), duration)
    }
}

impl Part {
    /// The first violations.
    fn shown(&self) -> &[Violating] {
        self.violations.get(..SHOWN).unwrap_or(&self.violations)
    }

    /// How many more there are.
    fn more(&self) -> u64 {
        more(self.violating, self.shown().len())
    }
}

impl Holding {
    /// How many more there are than are named.
    fn more(&self) -> u64 {
        more(self.count, self.first.len())
    }
}

/// A text in its pieces: what stands between two backticks is code. A backtick that nothing closes is one of the text.
fn pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let closed = text.matches('`').count() / 2 * 2;
    text.splitn(closed + 1, '`').enumerate().map(|(at, piece)| (at % 2 == 1, piece))
}

fn more(count: u64, shown: usize) -> u64 {
    count.saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX))
}
