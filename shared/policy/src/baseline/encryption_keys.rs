//! What KMS keys must be like.

use serde::Deserialize;

/// What KMS lets be chosen (EnableKeyRotation, API reference).
const ROTATION_DAYS: std::ops::RangeInclusive<u32> = 90..=2560;

/// What KMS keys must be like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncryptionKeys {
    /// The longest time between two rotations, in days; a shorter one stays.
    pub rotation_days: u32,
}

impl EncryptionKeys {
    pub(super) fn check(&self) -> Result<(), String> {
        if ROTATION_DAYS.contains(&self.rotation_days) {
            return Ok(());
        }
        Err("rotation_days must be 90 to 2560".to_owned())
    }
}
