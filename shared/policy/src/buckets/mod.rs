//! Buckets that hold logs or PHI: encrypted, private, in transit over TLS only, and keeping what they hold (guide step S4).
//!
//! Each rule has a file. A rule looks at the observation alone and names the smallest change that mends it: whatever is
//! stricter than the baseline, and whatever others have put there, stays.

mod access;
mod assess;
mod delivery;
mod encryption;
mod key;
mod lifecycle;
mod log_targets;
mod observation;
mod step;
mod tls;
mod undo;

pub use assess::{Desired, assess};
pub use encryption::needs_key;
pub use lifecycle::{EXPIRY_RULE, expiry_rule};
pub use observation::{BucketObservation, Encryption, Expiry, Grantee, LifecycleRule, PublicAccessBlock, Versioning};
pub use step::Step;
pub use tls::{MAX_POLICY_BYTES, needs_policy_status};
pub use undo::undo;

#[cfg(test)]
mod convergence;
#[cfg(test)]
mod undoing;
