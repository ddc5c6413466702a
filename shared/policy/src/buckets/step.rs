//! What can be done to a bucket.
//!
//! The last of the steps only put back what was before a repair, as an operator orders it: no assessment leads to them.

use serde::Serialize;
use serde_json::{Map, Value};

use super::observation::{Encryption, PublicAccessBlock};
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
    /// Adds a statement to the bucket policy as it is then; all others stay.
    AddStatement {
        /// The statement.
        statement: Map<String, Value>,
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
    /// Takes the setting of default encryption away, which leaves S3's own: SSE-S3.
    DeleteEncryption,
    /// Sets the four flags of Block Public Access as they were.
    PutPublicAccessBlock {
        /// All four.
        flags: PublicAccessBlock,
    },
    /// Sets object ownership as it was, which puts ACLs in force again.
    PutOwnership {
        /// In AWS's word.
        ownership: String,
    },
    /// Takes the setting of object ownership away, which puts ACLs in force again.
    DeleteOwnership,
    /// Takes the bucket policy away.
    DeletePolicy {
        /// The policy that is there; if another is there by now, it stays.
        #[serde(skip)]
        expected: Option<Redacted<String>>,
    },
    /// Keeps no more versions; those that are there stay.
    SuspendVersioning,
    /// Removes the lifecycle rule that was added, if it still is as it was made; all other rules stay.
    RemoveExpiry {
        /// After how many days it lets objects expire.
        days: u32,
    },
    /// Sends object events to EventBridge no more; all other notifications stay.
    DisableEventBridge,
}
