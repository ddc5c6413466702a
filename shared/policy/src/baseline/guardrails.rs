//! What guardrails must catch.

use regex_lite::Regex;
use serde::{Deserialize, Serialize};

/// The most regexes that a guardrail has room for (Amazon Bedrock's quotas; UpdateGuardrail, API reference).
pub const MAX_REGEXES: usize = 10;
/// The longest pattern.
const MAX_PATTERN: usize = 500;
/// The longest name of a regex.
const MAX_NAME: usize = 100;

/// What a guardrail does with what it finds. The order is that of strictness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Action {
    /// Nothing; it only tells of it.
    None,
    /// What it finds is masked.
    Anonymize,
    /// The whole message is stopped.
    Block,
}

impl Action {
    /// As AWS calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Anonymize => "ANONYMIZE",
            Self::Block => "BLOCK",
        }
    }
}

/// What guardrails must catch at least.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guardrails {
    /// Whether what only masks, or does nothing, may be made to block.
    pub raise_to_block: bool,
    /// Bedrock's own types of personal data.
    pub pii: Vec<PiiType>,
    /// What Bedrock has no type for.
    pub regexes: Vec<SensitiveRegex>,
}

/// One of Bedrock's types.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PiiType {
    /// `US_SOCIAL_SECURITY_NUMBER`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The least that is done in what is said to a model.
    pub input: Action,
    /// The least that is done in what a model says.
    pub output: Action,
    /// Made up, and caught.
    pub example: String,
}

/// A pattern.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensitiveRegex {
    /// Under which a guardrail has it, and masks.
    pub name: String,
    /// Linear in time: no lookaround, no backreference.
    pub pattern: String,
    /// The least that is done in what is said to a model.
    pub input: Action,
    /// The least that is done in what a model says.
    pub output: Action,
    /// Made up, and caught.
    pub examples: Vec<String>,
}

/// What nobody takes for PHI; a pattern that does would mask everything.
const HARMLESS: [&str; 3] = ["", "The patient is well.", "Take two tablets at 8 o'clock."];

impl Guardrails {
    /// The limits are those of UpdateGuardrail (API reference).
    pub(super) fn check(&self) -> Result<(), String> {
        if self.pii.is_empty() && self.regexes.is_empty() {
            return Err("pii and regexes are empty: nothing would be caught".to_owned());
        }
        if self.regexes.len() > MAX_REGEXES {
            return Err(format!("a guardrail has room for {MAX_REGEXES} regexes"));
        }
        let upper =
            |text: &str| text.chars().all(|each| each.is_ascii_uppercase() || each == '_' || each.is_ascii_digit());
        for PiiType { kind, example, .. } in &self.pii {
            if kind.is_empty() || !upper(kind) {
                return Err(format!("`{kind}` is not the name of a type, as in US_SOCIAL_SECURITY_NUMBER"));
            }
            if example.trim().is_empty() {
                return Err(format!("type `{kind}`: it needs an example that is made up and must be caught"));
            }
        }
        let mut names: Vec<&str> = self.pii.iter().map(|each| each.kind.as_str()).collect();
        names.extend(self.regexes.iter().map(|each| each.name.as_str()));
        names.sort_unstable();
        if let Some([twice, _]) = names.array_windows().find(|[one, next]| one == next) {
            return Err(format!("`{twice}` is there twice"));
        }
        self.regexes.iter().try_for_each(SensitiveRegex::check)
    }
}

impl SensitiveRegex {
    fn check(&self) -> Result<(), String> {
        let Self { name, pattern, examples, .. } = self;
        let wrong = |what: String| Err(format!("regex `{name}`: {what}"));
        if name.trim().is_empty() || name.chars().count() > MAX_NAME {
            return wrong(format!("a name has 1 to {MAX_NAME} characters"));
        }
        if pattern.is_empty() || pattern.chars().count() > MAX_PATTERN {
            return wrong(format!("a pattern has 1 to {MAX_PATTERN} characters"));
        }
        // It takes what guardrails take: no lookaround and no backreference.
        let regex = match Regex::new(pattern) {
            Ok(regex) => regex,
            Err(error) => return wrong(error.to_string()),
        };
        if HARMLESS.iter().any(|text| regex.is_match(text)) {
            return wrong("it matches what nobody takes for PHI".to_owned());
        }
        if examples.is_empty() {
            return wrong("it needs an example that is made up and must be caught".to_owned());
        }
        match examples.iter().position(|example| !regex.is_match(example)) {
            Some(at) => wrong(format!("it does not match its example {}", at + 1)),
            None => Ok(()),
        }
    }
}
