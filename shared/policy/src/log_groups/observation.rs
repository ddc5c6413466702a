//! What AWS says a log group is like, and who may see what it masks.

use serde::Serialize;

use crate::data_key::KeyObservation;
use crate::principals::Principal;
use crate::redacted::Redacted;

/// What is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Observation {
    /// A group.
    Group(GroupObservation),
    /// A group that the deployment names is not there; the key is read, as a new group would get it.
    Absent {
        /// The data key.
        key: KeyObservation,
    },
    /// Everybody who may see what is masked.
    Unmask {
        /// By ARN.
        principals: Vec<Principal>,
    },
}

/// The settings of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupObservation {
    /// `STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY`, or one not known yet.
    pub class: String,
    /// The ARN of the associated key; absent: CloudWatch Logs' own.
    pub key_arn: Option<String>,
    /// The data key, read only where the group is to be given it.
    pub key: Option<KeyObservation>,
    /// After how many days events are deleted; absent: never.
    pub retention_days: Option<i32>,
    /// `ACTIVATED`, `DELETED`, `ARCHIVED`, `DISABLED`, or one not known yet; absent: there never was a policy.
    pub data_protection_status: Option<String>,
    /// The data-protection policy. Others write it too, so it is shown in evidence only.
    #[serde(serialize_with = "Redacted::reveal_option")]
    pub data_protection: Option<Redacted<String>>,
}
