//! What AWS says a bucket is like. Records hold it, and an undo reads it from them again.

use serde::{Deserialize, Serialize};

use crate::data_key::KeyObservation;
use crate::redacted::Redacted;
use crate::sets::BucketSet;

/// The settings of one bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BucketObservation {
    /// The set that it is in.
    pub set: BucketSet,
    /// Default encryption; absent only where S3 shows none.
    pub encryption: Option<Encryption>,
    /// The baseline's key, read only where the bucket is to be given it.
    pub key: Option<KeyObservation>,
    /// Block Public Access of the bucket.
    pub public_access_block: PublicAccessBlock,
    /// Object ownership, in AWS's word; absent: ACLs are in force.
    pub ownership: Option<String>,
    /// The grants of the ACL to anybody but the owner; empty where ACLs are disabled, as they have no effect there.
    pub grants: Vec<Grantee>,
    /// The bucket policy. Others write it, so it is shown in evidence only.
    #[serde(serialize_with = "Redacted::reveal_option", deserialize_with = "Redacted::conceal_option")]
    pub policy: Option<Redacted<String>>,
    /// Whether S3 calls the policy public; read only where the policy is to be changed.
    pub policy_is_public: Option<bool>,
    /// Versioning.
    pub versioning: Versioning,
    /// The lifecycle's rules that delete something; read of log destinations only.
    pub lifecycle: Vec<LifecycleRule>,
    /// Whether object events go to EventBridge.
    pub event_bridge: bool,
    /// Whether the tag DataClass=PHI is there.
    pub tagged_phi: bool,
}

/// Default encryption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encryption {
    /// `AES256`, `aws:kms`, `aws:kms:dsse`, or one not known yet.
    pub algorithm: String,
    /// The key's ARN, id or alias.
    pub key: Option<String>,
    /// Whether a bucket key is used.
    pub bucket_key: bool,
    /// Encryption types that uploads may not use.
    pub blocked_types: Vec<String>,
}

/// The four flags of Block Public Access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are AWS's four flags")]
pub struct PublicAccessBlock {
    /// New public ACLs are refused.
    pub block_public_acls: bool,
    /// Public ACLs have no effect.
    pub ignore_public_acls: bool,
    /// New public policies are refused.
    pub block_public_policy: bool,
    /// A public policy admits only the account and AWS services.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// Everything blocked.
    pub const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

/// To whom an ACL grants something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Grantee {
    /// Everybody, or every AWS account.
    PublicGroup,
    /// S3's log delivery group: the bucket is a server-access-log target.
    LogDelivery,
    /// Another account, or a grantee of a kind not known yet.
    Other,
}

/// Versioning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versioning {
    /// Whether new versions are kept.
    pub enabled: bool,
    /// Whether changing that takes a device that only a person has.
    pub mfa_delete: bool,
}

/// A lifecycle rule, as far as it deletes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LifecycleRule {
    /// The rule's name; chosen by others.
    #[serde(serialize_with = "Redacted::reveal_option", deserialize_with = "Redacted::conceal_option")]
    pub id: Option<Redacted<String>>,
    /// Whether it is in force.
    pub enabled: bool,
    /// Whether it is for the whole bucket.
    pub whole_bucket: bool,
    /// When current objects go.
    pub expiry: Option<Expiry>,
    /// When versions go that are no longer current, in days.
    pub noncurrent_days: Option<i32>,
}

/// When an object goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expiry {
    /// That many days after it was written.
    Days(i32),
    /// On a date.
    Date,
}
