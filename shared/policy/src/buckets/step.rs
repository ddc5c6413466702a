//! What can be done to a bucket.

use serde::Serialize;

use super::observation::Encryption;
use crate::redacted::Redacted;

/// One repair of a bucket; each is complete, nothing is left to decide when it is applied.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Sets default encryption.
    PutEncryption {
        /// The whole setting.
        encryption: Encryption,
    },
    /// Turns on all four flags of Block Public Access.
    BlockPublicAccess,
    /// Takes the ACL's public grants away, which S3 wants before ACLs can be disabled.
    MakeAclPrivate,
    /// Disables ACLs: object ownership BucketOwnerEnforced.
    EnforceBucketOwner,
    /// Writes the bucket policy.
    PutPolicy {
        /// The policy that this was made from; if another is there by now, nothing is written.
        #[serde(skip)]
        expected: Option<Redacted<String>>,
        /// The whole policy.
        #[serde(serialize_with = "Redacted::reveal")]
        document: Redacted<String>,
    },
    /// Turns versioning on.
    EnableVersioning,
    /// Adds a lifecycle rule that lets objects expire; all other rules stay.
    AddExpiry {
        /// After how many days.
        days: u32,
    },
    /// Sends object events to EventBridge; all other notifications stay.
    EnableEventBridge,
}
