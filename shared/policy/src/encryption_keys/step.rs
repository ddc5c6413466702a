//! What can be done to a key. Nothing here disables one, deletes one, or writes its policy.

use serde::Serialize;

/// One repair of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Takes the order to delete it back, which leaves it disabled.
    CancelDeletion,
    /// Enables it.
    Enable,
    /// Lets it rotate at least that often. What rotates more often stays.
    EnableRotation {
        /// The longest time between two rotations, in days.
        days: u32,
        /// Its deletion was pending: KMS hid what was set, and gives it back when the deletion is cancelled.
        hidden: bool,
    },
}
