//! What can be done to a log group.

use serde::Serialize;

use crate::redacted::Redacted;

/// One repair of a log group; each is complete, nothing is left to decide when it is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Makes the group, encrypted from its first event on. It keeps events for ever.
    CreateGroup {
        /// The data key.
        key_arn: String,
    },
    /// Encrypts what comes from now on with the key; what is there stays as it is.
    AssociateKey {
        /// The data key.
        key_arn: String,
    },
    /// Keeps events longer.
    PutRetention {
        /// What they are kept now; if it is something else by now, nothing is written.
        #[serde(skip)]
        expected: i32,
        /// From now on.
        days: u32,
    },
    /// Writes the data-protection policy.
    PutDataProtection {
        /// The policy that this was made from; if another is there by now, nothing is written.
        #[serde(skip)]
        expected: Option<Redacted<String>>,
        /// The whole policy.
        #[serde(serialize_with = "Redacted::reveal")]
        document: Redacted<String>,
    },
}
