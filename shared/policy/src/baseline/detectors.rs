//! What the detective services must do, where the deployment opted into them.

use serde::{Deserialize, Serialize};

/// What the detective services must do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detectors {
    /// GuardDuty's features, by its own names.
    pub guardduty_features: Vec<String>,
    /// Macie's custom data identifiers.
    pub macie_identifiers: Vec<MacieIdentifier>,
}

/// A custom data identifier of Macie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MacieIdentifier {
    /// Findings name it so; see `quarantine.custom_identifiers`.
    pub name: String,
    /// At most 512 characters.
    pub regex: String,
    /// One of these must be near: 3 to 90 characters each, at most 50.
    pub keywords: Vec<String>,
    /// How near, in characters: 1 to 300.
    pub maximum_match_distance: u16,
}

impl Detectors {
    /// The limits are those of CreateCustomDataIdentifier (Macie API reference).
    pub(super) fn check(&self) -> Result<(), String> {
        let feature = |name: &String| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        };
        if let Some(bad) = self.guardduty_features.iter().find(|name| !feature(name)) {
            return Err(format!("`{bad}` is not the name of a GuardDuty feature, as in S3_DATA_EVENTS"));
        }
        for MacieIdentifier { name, regex, keywords, maximum_match_distance } in &self.macie_identifiers {
            let wrong = |what: &str| Err(format!("Macie identifier `{name}`: {what}"));
            if name.is_empty() || name.len() > 128 {
                return wrong("a name has 1 to 128 characters");
            }
            if regex.is_empty() || regex.len() > 512 {
                return wrong("a regex has 1 to 512 characters");
            }
            regex_lite::Regex::new(regex).map_err(|error| format!("Macie identifier `{name}`: {error}"))?;
            if keywords.len() > 50 || keywords.iter().any(|word| !(3..=90).contains(&word.chars().count())) {
                return wrong("at most 50 keywords, of 3 to 90 characters");
            }
            if !(1..=300).contains(maximum_match_distance) {
                return wrong("maximum_match_distance is 1 to 300");
            }
        }
        Ok(())
    }
}
