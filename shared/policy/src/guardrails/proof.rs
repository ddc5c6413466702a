//! The proof that a guardrail catches what it says: the baseline's examples, in both directions.

use regex_lite::Regex;

use crate::baseline::{Action, Guardrails};

/// What is said to a model, or by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the model.
    Input,
    /// By the model.
    Output,
}

/// One made-up text that must be caught.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The baseline's name for what must catch it.
    pub name: String,
    /// In which direction.
    pub direction: Direction,
    /// The text.
    pub text: String,
    /// How ApplyGuardrail names what must catch it: Bedrock's type, or the pattern.
    what: String,
    /// What of the text must not get through; not known for Bedrock's own types.
    secret: Option<String>,
}

/// What ApplyGuardrail found in a text.
#[derive(Clone, Debug)]
pub struct Found {
    /// Bedrock's type, or the pattern.
    pub what: String,
    /// Where it matched.
    pub matched: String,
    /// Whether it was masked or blocked.
    pub acts: bool,
}

/// All of the baseline's examples.
#[must_use]
pub fn probes(wanted: &Guardrails) -> Vec<Probe> {
    let mut probes = Vec::new();
    let mut add = |name: &str, what: &str, text: &str, secret: Option<String>, input: Action, output: Action| {
        for (direction, action) in [(Direction::Input, input), (Direction::Output, output)] {
            if action > Action::None {
                let (name, what, text) = (name.to_owned(), what.to_owned(), text.to_owned());
                probes.push(Probe { name, direction, text, what, secret: secret.clone() });
            }
        }
    };
    for each in &wanted.pii {
        add(&each.kind, &each.kind, &each.example, None, each.input, each.output);
    }
    for each in &wanted.regexes {
        let regex = Regex::new(&each.pattern).ok();
        for example in &each.examples {
            let secret = regex.as_ref().and_then(|regex| regex.find(example)).map(|found| found.as_str().to_owned());
            add(&each.name, &each.pattern, example, secret, each.input, each.output);
        }
    }
    probes
}

impl Probe {
    /// Whether it was caught: by what must, or by something that took all of what must not get through. Two filters may
    /// match the same text, and Bedrock doesn't say that both are told.
    #[must_use]
    pub fn is_caught(&self, found: &[Found]) -> bool {
        found.iter().filter(|found| found.acts).any(|found| {
            found.what == self.what || self.secret.as_ref().is_none_or(|secret| found.matched.contains(secret.as_str()))
        })
    }
}

/// The names of what was not caught, each with its direction, once.
#[must_use]
pub fn misses<'a>(probes: impl Iterator<Item = &'a Probe>) -> String {
    let mut names: Vec<String> = probes
        .map(|probe| {
            let direction = if probe.direction == Direction::Input { "input" } else { "output" };
            format!("{} ({direction})", probe.name)
        })
        .collect();
    names.sort();
    names.dedup();
    names.join(", ")
}
