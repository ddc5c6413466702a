//! What can be done to the trail.

use serde::Serialize;

/// One repair of the trail; each is complete, nothing is left to decide when it is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Makes the trail: all Regions, global services, digests, encrypted. It does not log yet.
    Create {
        /// The bucket that its files go to.
        bucket: String,
        /// The ARN of the key.
        key: String,
    },
    /// Lets it log.
    StartLogging,
    /// Widens its selectors, as they are right then, to every management event.
    RecordManagementEvents,
    /// Widens its selectors, as they are right then, to the data events of these types.
    RecordDataEvents {
        /// As CloudTrail names them.
        types: Vec<String>,
    },
    /// Lets it record global services.
    RecordGlobalEvents,
    /// Lets it record all Regions, which AWS takes only together with global services.
    RecordAllRegions,
    /// Lets its files have digests.
    ValidateFiles,
    /// Encrypts its files from now on.
    Encrypt {
        /// The ARN of the key.
        key: String,
    },
}
