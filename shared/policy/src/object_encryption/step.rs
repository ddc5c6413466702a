//! What can be done to an object.

use serde::Serialize;

use crate::redacted::Redacted;

/// One repair of an object; each is complete, nothing is left to decide when it is applied.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Has S3 encrypt the version's data key anew, where it lies: data, version, ETag and dates stay as they are.
    UpdateEncryption {
        /// The version.
        version_id: Option<String>,
        /// The KMS key that it is encrypted with now; absent: S3's own.
        from: Option<String>,
        /// The ARN of the key that it is to be encrypted with.
        to: String,
    },
    /// Copies the current version onto itself, with its metadata, tags, annotations and checksum.
    CopyInPlace {
        /// The version.
        version_id: Option<String>,
        /// Its entity tag: only what was looked at is copied, and only over itself.
        etag: String,
        /// `aws:kms`, or `aws:kms:dsse` where the object had that.
        algorithm: String,
        /// The ARN of the key that it is to be encrypted with.
        to: String,
        /// S3 takes STANDARD for what isn't named.
        storage_class: Option<String>,
        /// S3 forgets what isn't named.
        #[serde(serialize_with = "Redacted::reveal_option")]
        redirect: Option<Redacted<String>>,
    },
}
