//! What can be done to a resource.

use serde::Serialize;

/// One repair; each is complete, nothing is left to decide when it is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Writes the resource whole again, with the key.
    GiveKey {
        /// The data key.
        key_arn: String,
        /// The digest of all the rest; if it is something else by now, nothing is written.
        rest_sha256: String,
    },
    /// Makes what was written the draft that runs.
    Prepare,
}
