//! What looks like PHI in names and tags.

use regex_lite::Regex;
use serde::Deserialize;

/// What looks like PHI in names and tags, which AWS shows to everybody who may list them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreeText {
    /// Patterns; a name, a tag's key or a tag's value that one matches looks like PHI.
    pub patterns: Vec<Pattern>,
    /// Tag keys that announce PHI, whatever the value is; compared by their letters and digits, without case.
    pub tag_keys: Vec<String>,
    /// Values with which such a tag tells of nobody, compared without case; an empty one never does.
    #[serde(default)]
    pub tag_values_of_nobody: Vec<String>,
}

/// A pattern.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// What it finds, in words: all that is ever told of a match. Several patterns may find the same.
    pub name: String,
    /// What matches.
    #[serde(deserialize_with = "regex")]
    pub regex: Regex,
}

/// Texts that nobody takes for PHI; a pattern that does would report the whole account.
const HARMLESS: [&str; 4] = ["", "production", "team-eu-west-1-2024-01-01", "000000000000"];

/// The longest name of a pattern: it stands in notices.
const MAX_NAME: usize = 100;

fn regex<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Regex, D::Error> {
    let text = String::deserialize(deserializer)?;
    Regex::new(&text).map_err(serde::de::Error::custom)
}

impl FreeText {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.patterns.is_empty() {
            return Err("patterns is empty: nothing would be looked for".to_owned());
        }
        for Pattern { name, regex } in &self.patterns {
            if name.trim().is_empty() || name.len() > MAX_NAME {
                return Err(format!("pattern `{name}`: it needs a name of at most {MAX_NAME} characters"));
            }
            if HARMLESS.iter().any(|text| regex.is_match(text)) {
                return Err(format!(
                    "pattern `{name}` matches what nobody takes for PHI: a plain word, a date, an account"
                ));
            }
        }
        match self.tag_keys.iter().find(|key| bare(key).is_empty()) {
            Some(key) => Err(format!("tag key `{key}` has neither letter nor digit")),
            None => Ok(()),
        }
    }

    /// The baseline's own spelling of a tag key that announces PHI.
    pub(crate) fn announcing(&self, key: &str) -> Option<&str> {
        let bare_key = bare(key);
        self.tag_keys.iter().map(String::as_str).find(|announcing| bare(announcing) == bare_key)
    }

    /// Whether a value after such a key is about no patient.
    pub(crate) fn tells_of_nobody(&self, value: &str) -> bool {
        let value = value.trim();
        value.is_empty() || self.tag_values_of_nobody.iter().any(|nobody| nobody.eq_ignore_ascii_case(value))
    }
}

/// Letters and digits alone, small: `Patient Name`, `patient_name` and `PatientName` are one key.
fn bare(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|each| each.to_ascii_lowercase()).collect()
}
