//! What the trail must be like.

use serde::Deserialize;

/// What the trail must be like, beyond what every trail must be: on, whole, validated, encrypted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditTrail {
    /// Whether the trail that the deployment names is made again when it was deleted.
    pub recreate: bool,
}
