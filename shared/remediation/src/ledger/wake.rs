//! What is to be looked at again at a certain time, though no event will tell.

use policy::Millis;
use serde::{Deserialize, Serialize};

/// That a resource is to be looked at again; the heartbeat does what is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wake {
    /// From then on.
    pub at: Millis,
}
