//! What buckets must be like.

use serde::Deserialize;

/// What buckets must be like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buckets {
    /// How long log buckets keep their objects at least, in days.
    pub minimum_retention_days: u32,
    /// When log buckets let objects expire, in days; absent: never.
    pub expire_after_days: Option<u32>,
}
