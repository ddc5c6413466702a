//! What the log groups of invocation logs must be like.

use serde::{Deserialize, Deserializer};

use super::SIX_YEARS_DAYS;
use crate::globs::{self, Glob};

/// The days that CloudWatch Logs takes (PutRetentionPolicy, API reference).
pub const RETENTION_DAYS: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
/// A data-protection policy has room for so many custom identifiers.
pub const MAX_CUSTOM: usize = 10;
/// A custom identifier's regex may be so long.
const MAX_REGEX: usize = 200;
/// Besides letters and digits, what a custom identifier's regex may hold: no parenthesis, no colon, no quote.
const REGEX_CHARACTERS: &str = "_#=@/;,- ^$?[]{}|\\*+.";

/// What the log groups of invocation logs must be like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogGroups {
    /// How long they keep their events at least, in days: one of CloudWatch's values.
    pub minimum_retention_days: u32,
    /// Whether a group that the deployment names and that was deleted is made again.
    pub recreate: bool,
    /// CloudWatch's managed data identifiers that are masked, without the ARN's prefix: `Ssn-US`.
    pub identifiers: Vec<String>,
    /// What CloudWatch has no identifier for: dates of birth, record numbers.
    pub custom_identifiers: Vec<CustomIdentifier>,
    /// ARNs or globs of the principals that may see what is masked (`logs:Unmask`).
    #[serde(default, deserialize_with = "principals")]
    pub may_unmask: Vec<Glob>,
}

/// A custom data identifier of CloudWatch Logs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomIdentifier {
    /// Letters, digits, `_` and `-`.
    pub name: String,
    /// Within CloudWatch's limits: at most 200 characters, no group, colon or quote.
    pub regex: String,
}

fn principals<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Glob>, D::Error> {
    super::globs_of(&globs::PRINCIPAL, deserializer)
}

impl LogGroups {
    pub(super) fn check(&self) -> Result<(), String> {
        let days = self.minimum_retention_days;
        if days < SIX_YEARS_DAYS || !RETENTION_DAYS.contains(&days) {
            return Err(
                "minimum_retention_days must be 2192 or a longer one of CloudWatch Logs' values: 2557, 2922, 3288, \
                        3653 (six years, 45 CFR 164.316(b)(2)(i))"
                    .to_owned(),
            );
        }
        if self.identifiers.is_empty() {
            return Err("identifiers is empty: nothing would be masked".to_owned());
        }
        let plain = |text: &str, more: &str| {
            !text.is_empty() && text.chars().all(|each| each.is_ascii_alphanumeric() || more.contains(each))
        };
        if let Some(bad) = self.identifiers.iter().find(|each| !plain(each, "-")) {
            return Err(format!("`{bad}` is not the name of a data identifier: write it without the ARN's prefix"));
        }
        if self.custom_identifiers.len() > MAX_CUSTOM {
            return Err(format!("a data-protection policy has room for {MAX_CUSTOM} custom identifiers"));
        }
        for each in &self.custom_identifiers {
            let CustomIdentifier { name, regex } = each;
            if !plain(name, "_-") || name.len() > 128 {
                return Err(format!("custom identifier `{name}`: a name has letters, digits, _ and -, at most 128"));
            }
            if regex.len() > MAX_REGEX || !plain(regex, REGEX_CHARACTERS) {
                return Err(format!(
                    "custom identifier `{name}`: CloudWatch Logs takes at most {MAX_REGEX} characters, letters, digits and \
                     {REGEX_CHARACTERS} only: no parenthesis, colon or quote"
                ));
            }
            regex_lite::Regex::new(regex).map_err(|error| format!("custom identifier `{name}`: {error}"))?;
        }
        Ok(())
    }
}
