//! The steps of a move and of an isolation, and of a release, which only an operator orders.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::finding::Located;
use super::observation::{Facts, Tag, count};
use super::versions::{NULL_VERSION, Version, Versioning};
use crate::Redacted;

/// The most that CopyObject copies, in bytes: 5 GiB (S3 User Guide, "Copying, moving, and renaming objects").
pub const MAX_WHOLE_COPY: u64 = 5 * 1024 * MIB;
const MIB: u64 = 1024 * 1024;
/// Below this a part costs more in requests than it saves in time.
const MIN_PART: u64 = 64 * MIB;
/// The most parts that an upload may have.
const MAX_PARTS: u64 = 10_000;
/// The algorithms by which S3 knows the checksum of a whole object that was uploaded in parts.
const WHOLE_OF_PARTS: [&str; 3] = ["CRC64NVME", "CRC32C", "CRC32"];

/// One repair, complete in itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Copies the version to the quarantine bucket in one request, unless a copy is there.
    Copy {
        /// What is copied.
        object: Place,
        /// Where to.
        copy: CopyPlace,
        /// The checksum that the copy is to have.
        algorithm: String,
    },
    /// Copies the version to the quarantine bucket in parts, unless a copy is there.
    CopyInParts {
        /// What is copied.
        object: Place,
        /// Where to.
        copy: CopyPlace,
        /// In bytes.
        size: u64,
        /// In bytes; the last part may be smaller.
        part_size: u64,
        /// The checksum that the copy is to have.
        algorithm: String,
        /// Its value; S3 refuses a copy with another one.
        checksum: String,
    },
    /// Puts a delete marker on top of the version, if it is still the latest, so that its removal promotes no older one.
    Hide {
        /// What is hidden.
        object: Place,
        /// The copy that must be equal.
        copy: CopyPlace,
        /// What the bucket's versioning must still be: in another state the request would delete.
        versioning: Versioning,
    },
    /// Deletes that version for good, if the copy is equal.
    DeleteVersion {
        /// What is deleted.
        object: Place,
        /// The copy that must be equal.
        copy: CopyPlace,
        /// What the bucket's versioning must still be.
        versioning: Versioning,
    },
    /// Deletes the object of a bucket without versions, if the copy is equal and the object is unchanged.
    DeleteObject {
        /// What is deleted.
        object: Place,
        /// The copy that must be equal.
        copy: CopyPlace,
        /// What the bucket's versioning must still be.
        versioning: Versioning,
    },
    /// Denies access to what is tagged as isolated.
    DenyIsolated {
        /// The bucket.
        bucket: String,
        /// The policy that the plan was made for; it must still be so.
        #[serde(serialize_with = "Redacted::reveal_option")]
        before: Option<Redacted<String>>,
        /// The policy with the statement merged into it.
        #[serde(serialize_with = "Redacted::reveal")]
        after: Redacted<String>,
    },
    /// Tags the version as isolated.
    TagIsolated {
        /// What is tagged.
        object: Place,
        /// The tags that the plan was made for; they must still be so.
        #[serde(serialize_with = "count")]
        before: Vec<Tag>,
        /// Those tags and the isolation's.
        #[serde(serialize_with = "count")]
        after: Vec<Tag>,
    },
    /// Copies a quarantined copy to where it came from, in one request, if nothing lies there. The copy stays.
    BringBack {
        /// The copy.
        copy: Place,
        /// Where to.
        home: Home,
        /// The checksum that the object is to have.
        algorithm: String,
    },
    /// Copies a quarantined copy to where it came from, in parts, if nothing lies there. The copy stays.
    BringBackInParts {
        /// The copy.
        copy: Place,
        /// Where to.
        home: Home,
        /// In bytes.
        size: u64,
        /// In bytes; the last part may be smaller.
        part_size: u64,
        /// The checksum that the object is to have.
        algorithm: String,
        /// Its value; S3 refuses an object with another one.
        checksum: String,
    },
    /// Takes the isolation's tag away from the version; the bucket's statement stays, for others' sake.
    LiftIsolation {
        /// What is tagged.
        object: Place,
        /// The tags that the plan was made for; they must still be so.
        #[serde(serialize_with = "count")]
        before: Vec<Tag>,
        /// Those tags without the isolation's.
        #[serde(serialize_with = "count")]
        after: Vec<Tag>,
    },
}

/// Where a quarantined copy came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Home {
    /// The bucket.
    pub bucket: String,
    /// The key.
    #[serde(serialize_with = "Redacted::reveal")]
    pub key: Redacted<String>,
    /// What the bucket's versioning must still be: in another state the request could replace a version.
    pub versioning: Versioning,
}

/// One version of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The bucket.
    pub bucket: String,
    /// The key; a release needs it.
    #[serde(serialize_with = "Redacted::reveal")]
    pub key: Redacted<String>,
    /// The version; absent in a bucket that never had versions.
    pub version_id: Option<String>,
    /// The entity tag that it must still have, without quotes.
    pub etag: String,
}

impl Place {
    /// Where that version of the finding's object lies.
    #[must_use]
    pub fn of(located: &Located, version: &Version, versioning: Versioning) -> Self {
        Self {
            bucket: located.bucket.clone(),
            key: located.key.clone(),
            version_id: (versioning != Versioning::Never).then(|| version.id.clone()),
            etag: version.etag.clone(),
        }
    }
}

/// Where a copy lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopyPlace {
    /// The quarantine bucket.
    pub bucket: String,
    /// Free of PHI.
    pub key: String,
}

impl CopyPlace {
    /// The one place for the copy of those bytes: every run finds what an earlier one copied, and they are there once.
    #[must_use]
    pub fn of(located: &Located, version_id: &str, quarantine_bucket: &str) -> Self {
        let hex = identity(located, version_id, &located.etag);
        Self { bucket: quarantine_bucket.to_owned(), key: format!("objects/{hex}") }
    }

    /// The place for the version that is there, or for the one that the finding names.
    #[must_use]
    pub fn for_version(located: &Located, version: Option<&Version>, quarantine_bucket: &str) -> Self {
        let named = located.version_id.as_deref().unwrap_or(NULL_VERSION);
        Self::of(located, version.map_or(named, |version| version.id.as_str()), quarantine_bucket)
    }
}

/// One version of one object by a name that is free of PHI. The ETag is part of it, as a null version can be replaced.
pub(super) fn identity(located: &Located, version_id: &str, etag: &str) -> String {
    let identity = [located.bucket.as_str(), located.key.expose(), version_id, etag].join("\0");
    Sha256::digest(identity.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The checksum by which a copy of the object can be compared with it; none: it can't be.
pub(super) fn comparable(facts: &Facts) -> Option<(&String, &String)> {
    if facts.size <= MAX_WHOLE_COPY {
        return facts.checksums.first_key_value();
    }
    WHOLE_OF_PARTS.iter().find_map(|name| facts.checksums.get_key_value(*name))
}

/// The step that copies.
pub(super) fn copy(object: Place, copy: CopyPlace, facts: &Facts, (algorithm, checksum): (&String, &String)) -> Step {
    let (size, algorithm) = (facts.size, algorithm.clone());
    if size <= MAX_WHOLE_COPY {
        return Step::Copy { object, copy, algorithm };
    }
    Step::CopyInParts { object, copy, size, part_size: part_size(size), algorithm, checksum: checksum.clone() }
}

/// The step that copies back.
pub(super) fn bring_back(copy: Place, home: Home, facts: &Facts, (algorithm, checksum): (&String, &String)) -> Step {
    let (size, algorithm) = (facts.size, algorithm.clone());
    if size <= MAX_WHOLE_COPY {
        return Step::BringBack { copy, home, algorithm };
    }
    Step::BringBackInParts { copy, home, size, part_size: part_size(size), algorithm, checksum: checksum.clone() }
}

fn part_size(size: u64) -> u64 {
    size.div_ceil(MAX_PARTS).next_multiple_of(MIB).max(MIN_PART)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_large_enough_for_ten_thousand_of_them() {
        const GIB: u64 = 1024 * MIB;
        for (size, expected) in
            [(5 * GIB + 1, 64 * MIB), (625 * GIB, 64 * MIB), (626 * GIB, 65 * MIB), (50_000 * GIB, 5120 * MIB)]
        {
            let part = part_size(size);
            assert_eq!(part, expected, "{size}");
            assert!(size.div_ceil(part) <= MAX_PARTS && part <= 5 * GIB);
        }
    }
}
