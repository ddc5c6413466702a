//! KMS keys that have to stay usable: enabled, not about to be deleted, rotating, and not open to everybody (guide step S5).
//!
//! A key policy is judged and never changed: a mistake there can lock everybody out of a key for ever.

mod assess;
mod everybody;
mod observation;
mod step;

pub use assess::assess;
pub use observation::{Facts, Observation, Rotation};
pub use step::Step;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tables;
