//! What KMS says of a key, in its own words, so that a word that is not known yet is drift and no error.

use serde::Serialize;

use crate::redacted::Redacted;

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum Observation {
    /// KMS knows no such key.
    Gone,
    /// Phiward may not look at it.
    Closed,
    /// It is there.
    There(Facts),
}

impl Observation {
    /// Whether something can be encrypted and decrypted with it.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        matches!(self, Self::There(facts) if facts.state == "Enabled")
    }
}

/// A key that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// `Enabled`, `Disabled`, `PendingDeletion`...
    pub state: String,
    /// Who manages it: `CUSTOMER` or `AWS`.
    pub manager: String,
    /// `SYMMETRIC_DEFAULT`, or another kind, which KMS never rotates.
    pub spec: String,
    /// Where its material comes from: `AWS_KMS`, `EXTERNAL` (imported), `AWS_CLOUDHSM`, `EXTERNAL_KEY_STORE`.
    pub origin: String,
    /// The Region of the primary key whose replica this one is: rotation is set there.
    pub replica_of: Option<String>,
    /// Automatic rotation.
    pub rotation: Rotation,
    /// The key policy; absent: Phiward may not read it. Others write it, so it is shown in evidence only.
    #[serde(serialize_with = "Redacted::reveal_option")]
    pub policy: Option<Redacted<String>>,
}

/// Automatic rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "rotation", rename_all = "kebab-case")]
pub enum Rotation {
    /// As KMS says. Of a key that is about to be deleted it always says that it is off.
    Said {
        /// Whether it is on.
        enabled: bool,
        /// The time between two rotations, in days; KMS's own, where it says none.
        days: Option<u32>,
    },
    /// KMS has none for such a key.
    Unsupported,
    /// Phiward may not read it.
    Closed,
}

/// The period when none is named (EnableKeyRotation, API reference).
const DEFAULT_DAYS: u32 = 365;

impl Rotation {
    /// Whether the key rotates at least that often.
    #[must_use]
    pub fn at_least_every(self, days: u32) -> bool {
        matches!(self, Self::Said { enabled: true, days: said } if said.unwrap_or(DEFAULT_DAYS) <= days)
    }

    /// The period that keeps what is stricter already.
    #[must_use]
    pub fn period(self, days: u32) -> u32 {
        match self {
            Self::Said { days: Some(said), .. } => said.min(days),
            _ => days,
        }
    }
}
