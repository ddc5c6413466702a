//! What counts as PHI.

use serde::Deserialize;

use super::globs;
use crate::globs::Glob;

/// What counts as PHI in a Macie finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quarantine {
    /// Managed data identifiers that are PHI wherever they lie.
    pub phi_types: Vec<String>,
    /// Custom data identifiers, by name, that are PHI wherever they lie.
    pub custom_identifiers: Vec<String>,
    /// Personal data that is PHI in the named buckets.
    #[serde(default)]
    pub personal_data: Vec<PersonalData>,
}

/// Personal data that is PHI in the named buckets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalData {
    /// Names or globs.
    #[serde(deserialize_with = "globs")]
    pub buckets: Vec<Glob>,
    /// Macie's managed data identifiers.
    pub types: Vec<String>,
}
