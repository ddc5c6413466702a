//! What Bedrock stores, and the key that it is encrypted with (guide step S5, 45 CFR 164.312(a)(2)(iv)).
//!
//! What has no key of the customer's is given the data key, where the baseline says so and AWS lets it be changed. Another
//! key of this account stays: somebody has chosen it, it is the customer's as well, and an update with ours would take the
//! resource away from those who may use that one. A key of another account or Region is told of.

mod assess;
mod fixed;
mod key;
mod observation;
mod step;
mod surface;
mod whole;

pub use assess::{Desired, assess};
pub use key::{Holder, holder};
pub use observation::{Observation, Preparation, Rest, Writable};
pub use step::Step;
pub use surface::Surface;
pub use whole::{WholeError, digest, is_settled, request};

#[cfg(test)]
mod convergence;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod wholes;
