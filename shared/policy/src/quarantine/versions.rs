//! Which version of the key a finding means.

use serde::{Deserialize, Serialize};

use super::finding::Located;

/// S3's id of the version that was written while the bucket had no versions, or had them suspended.
pub const NULL_VERSION: &str = "null";

/// Whether the bucket keeps earlier versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Versioning {
    /// It never did.
    Never,
    /// It does.
    Enabled,
    /// It did; a write now replaces the null version.
    Suspended,
}

/// One version of the key; delete markers are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// S3's id; [`NULL_VERSION`] in a bucket without versions.
    pub id: String,
    /// The entity tag, without quotes.
    pub etag: String,
    /// Whether readers of the key get it.
    pub latest: bool,
    /// When it was written, in milliseconds since 1970.
    pub last_modified_ms: Option<i64>,
}

/// All versions of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The bucket's state.
    pub versioning: Versioning,
    /// Whether deleting a version takes a second factor.
    pub mfa_delete: bool,
    /// In the order of S3: the newest first.
    pub versions: Vec<Version>,
}

/// What has become of the version that was scanned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "version", rename_all = "kebab-case")]
pub enum Flagged {
    /// It is no longer there.
    Gone,
    /// It is there.
    Unchanged(Version),
    /// Other bytes are in its place.
    Changed(Version),
    /// The finding names no version, and several may be meant.
    Ambiguous,
}

impl Flagged {
    /// The version that is there now.
    #[must_use]
    pub const fn version(&self) -> Option<&Version> {
        match self {
            Self::Unchanged(version) | Self::Changed(version) => Some(version),
            Self::Gone | Self::Ambiguous => None,
        }
    }
}

impl Listing {
    /// What has become of the version that was scanned.
    ///
    /// A finding without a version means the null version or, in a bucket that has none, one with that ETag and time;
    /// never one that was written at another time, as the same bytes put there again are another finding's matter.
    #[must_use]
    pub fn flagged(&self, located: &Located) -> Flagged {
        let by_id = |id: &str| self.versions.iter().find(|version| version.id == id);
        let judge = |version: &Version| {
            let version = version.clone();
            if version.etag == located.etag { Flagged::Unchanged(version) } else { Flagged::Changed(version) }
        };
        if let Some(id) = &located.version_id {
            return by_id(id).map_or(Flagged::Gone, judge);
        }
        let null = by_id(NULL_VERSION);
        if let Some(changed) = null.filter(|version| version.etag != located.etag) {
            return judge(changed);
        }
        let meant = |version: &&Version| {
            version.etag == located.etag && (version.id == NULL_VERSION || written_then(version, located))
        };
        let mut meant = self.versions.iter().filter(meant);
        match (meant.next(), meant.next()) {
            (Some(_), Some(_)) => Flagged::Ambiguous,
            (Some(version), None) => judge(version),
            (None, _) => Flagged::Gone,
        }
    }

    /// How many versions of the key are as old as the scanned bytes or older, the flagged one aside.
    #[must_use]
    pub fn older_than(&self, located: &Located, flagged: &Flagged) -> usize {
        let older = |version: &&Version| match (version.last_modified_ms, located.last_modified_ms) {
            (Some(written), Some(scanned)) => written <= scanned,
            // Not known: told rather than passed over.
            _ => true,
        };
        let flagged = flagged.version().map(|version| version.id.as_str());
        self.versions.iter().filter(|version| Some(version.id.as_str()) != flagged).filter(older).count()
    }

    /// What readers of the key get; none: nothing, or a delete marker.
    #[must_use]
    pub fn latest(&self) -> Option<&Version> {
        self.versions.iter().find(|version| version.latest)
    }

    /// Whether a null version lies below the latest one.
    #[must_use]
    pub fn null_beneath(&self) -> bool {
        self.versions.iter().any(|version| version.id == NULL_VERSION && !version.latest)
    }
}

/// S3 keeps whole seconds.
fn written_then(version: &Version, located: &Located) -> bool {
    match (version.last_modified_ms, located.last_modified_ms) {
        (Some(written), Some(scanned)) => written.div_euclid(1000) == scanned.div_euclid(1000),
        _ => true,
    }
}
