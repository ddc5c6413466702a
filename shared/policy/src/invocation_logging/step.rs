//! What can be done to model-invocation logging.
//!
//! AWS replaces the configuration whole. A step names only its own part: the rest is taken from what is there right before
//! the write.

use std::collections::BTreeSet;

use serde::Serialize;

use super::configuration::{Configuration, Destinations};
use crate::baseline::Modality;

/// One repair; each is complete, nothing is left to decide when it is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Switches logging on.
    Enable {
        /// Where the logs go.
        destinations: Destinations,
        /// The kinds of data that they hold.
        deliver: BTreeSet<Modality>,
    },
    /// Sends the logs elsewhere; what they hold stays.
    Redirect {
        /// The destinations that this was planned for; if there are others by now, nothing is written.
        #[serde(skip)]
        expected: Destinations,
        /// Where the logs go.
        destinations: Destinations,
    },
    /// Lets the logs hold more; where they go stays.
    Deliver {
        /// The kinds of data that are added.
        deliver: BTreeSet<Modality>,
    },
}

impl Step {
    /// The whole configuration that the step leads to from the one that is there; `None`: that is not the one that it was
    /// planned for.
    #[must_use]
    pub fn applied_to(&self, current: Option<&Configuration>) -> Option<Configuration> {
        let live = current.filter(|current| !current.destinations.is_empty());
        let with = |deliver: &BTreeSet<Modality>| {
            current.map(|current| &current.deliver).into_iter().flatten().chain(deliver).copied().collect()
        };
        match self {
            Self::Enable { destinations, deliver } => match live {
                None => Some(Configuration { destinations: destinations.clone(), deliver: with(deliver) }),
                Some(_) => None,
            },
            Self::Redirect { expected, destinations } => live
                .filter(|live| live.destinations == *expected || live.destinations == *destinations)
                .map(|live| Configuration { destinations: destinations.clone(), deliver: live.deliver.clone() }),
            Self::Deliver { deliver } => {
                live.map(|live| Configuration { destinations: live.destinations.clone(), deliver: with(deliver) })
            }
        }
    }
}
