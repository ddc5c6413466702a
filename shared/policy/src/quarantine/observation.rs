//! What AWS says about a finding and its object.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::finding::Finding;
use super::step::CopyPlace;
use super::versions::{Flagged, Version, Versioning};
use crate::Redacted;

/// A finding and what has become of its object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Observation {
    /// What Macie says.
    pub finding: Finding,
    /// What S3 says.
    #[serde(flatten)]
    pub state: State,
}

/// Where the finding points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "placement", content = "object", rename_all = "kebab-case")]
pub enum State {
    /// Nowhere that Phiward acts.
    Unconcerned,
    /// At PHI where it belongs; nothing of the object is read.
    Inside,
    /// At PHI, without saying where.
    Unlocated,
    /// At PHI where it doesn't belong.
    Outside(Box<Object>),
}

/// The object that holds PHI where it doesn't belong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Object {
    /// Whether the bucket keeps versions.
    pub versioning: Versioning,
    /// Whether deleting a version takes a second factor.
    pub mfa_delete: bool,
    /// The version that was scanned.
    pub flagged: Flagged,
    /// How many versions of the key are older.
    pub older_versions: usize,
    /// Whether a null version lies below the latest one.
    pub null_beneath: bool,
    /// Where the copy of the scanned bytes is to be.
    pub copy_place: CopyPlace,
    /// The flagged version, unless it is gone or changed.
    pub source: Head,
    /// The copy.
    pub copy: Head,
    /// What isolates it; read only when it can't be moved.
    pub isolation: Option<Isolation>,
    /// What readers of the key get; read only when the scanned bytes are gone from it and their copy is there.
    pub current: Option<Current>,
}

/// What lies where the scanned bytes lay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Current {
    /// The latest version of the key.
    pub version: Version,
    /// What it is.
    pub head: Head,
}

/// The answer of a head request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Head {
    /// Not there.
    Absent,
    /// There, but a key or a policy keeps Phiward out.
    Refused,
    /// There.
    Read(Facts),
}

impl Head {
    /// What was read.
    #[must_use]
    pub const fn facts(&self) -> Option<&Facts> {
        match self {
            Self::Read(facts) => Some(facts),
            Self::Absent | Self::Refused => None,
        }
    }
}

/// What decides whether an object can be moved, and whether two are equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The entity tag, without quotes. A copy under another key has another one.
    pub etag: String,
    /// In bytes.
    pub size: u64,
    /// The stored checksums of the whole object by algorithm; none of those that are made of the parts' checksums.
    pub checksums: BTreeMap<String, String>,
    /// Under a legal hold, an event hold, or a retention that has not ended.
    pub locked: bool,
    /// In an archive and not restored.
    pub archived: bool,
}

impl Facts {
    /// Whether size and stored checksums say that both hold the same bytes.
    #[must_use]
    pub fn same_bytes(&self, other: &Self) -> bool {
        let mut shared =
            self.checksums.iter().filter_map(|(name, value)| Some(other.checksums.get(name)? == value)).peekable();
        self.size == other.size && shared.peek().is_some() && shared.all(|equal| equal)
    }
}

/// What keeps readers from an object that stays where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Isolation {
    /// Its tags or the bucket's policy can't be read.
    Unreadable,
    /// As it is.
    Read {
        /// The object's tags; they stay on it, so the evidence only counts them.
        #[serde(serialize_with = "count")]
        tags: Vec<Tag>,
        /// The bucket's policy; an undo needs it.
        #[serde(serialize_with = "Redacted::reveal_option")]
        policy: Option<Redacted<String>>,
    },
}

/// A tag, which may name a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The key.
    pub key: Redacted<String>,
    /// The value.
    pub value: Redacted<String>,
}

/// Writes how many there are.
pub(super) fn count<T, S: Serializer>(items: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(items.len().try_into().unwrap_or(u64::MAX))
}
