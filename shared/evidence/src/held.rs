//! What keeps a repair from being made.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kept a repair from being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Held {
    /// A person has paused Phiward.
    Pause {
        /// The ARN of who did.
        actor: String,
    },
    /// A person's exemption.
    Exemption {
        /// The resource, or the pattern, that is exempt.
        resource: String,
        /// Who answers for it.
        owner: String,
        /// When it ends, RFC 3339.
        expires: String,
    },
    /// The resource's repair budget: others keep reverting.
    Budget {
        /// How many verified repairs there were in the window.
        repairs: u32,
        /// Who caused them, as far as events say.
        actors: Vec<String>,
        /// Until when nothing is written, RFC 3339.
        until: String,
    },
    /// The control's breaker: too many resources changed at once.
    Breaker {
        /// How many resources were changed in an hour.
        resources: u32,
        /// Until when nothing is written, RFC 3339.
        until: String,
    },
}
