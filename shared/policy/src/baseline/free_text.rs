//! What looks like PHI in names and tags.

use regex_lite::Regex;
use serde::Deserialize;

/// What looks like PHI in names and tags, which AWS shows to everybody who may list them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreeText {
    /// Patterns; a name, a tag's key or a tag's value that one matches looks like PHI.
    pub patterns: Vec<Pattern>,
    /// Tag keys that announce PHI, whatever the value is, unless it is empty; compared without case.
    pub tag_keys: Vec<String>,
}

/// A pattern.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// What it finds, in words: all that is ever told of a match.
    pub name: String,
    /// What matches.
    #[serde(deserialize_with = "regex")]
    pub regex: Regex,
}

fn regex<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Regex, D::Error> {
    let text = String::deserialize(deserializer)?;
    Regex::new(&text).map_err(serde::de::Error::custom)
}

impl FreeText {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.patterns.is_empty() {
            return Err("patterns is empty: nothing would be looked for".to_owned());
        }
        match self.patterns.iter().find(|pattern| pattern.name.is_empty() || pattern.regex.is_match("")) {
            Some(pattern) => Err(format!("pattern `{}`: it needs a name, and must not match everything", pattern.name)),
            None => Ok(()),
        }
    }
}
