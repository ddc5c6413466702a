//! Model-invocation logging: it is on, it delivers to the deployment's destinations and nowhere else, and it delivers what
//! the baseline names (guide step S4).
//!
//! The logs hold PHI. So where they went besides is told to a person, and nothing there is touched; and nothing is set to
//! deliver where it could not arrive. A kind of data that is delivered beyond the baseline stays delivered.

mod assess;
mod configuration;
mod delivery;
mod elsewhere;
mod observation;
mod requisites;
mod role;
mod step;

pub use assess::{Desired, assess, needs_requisites};
pub use configuration::{CloudWatchDestination, Configuration, Destinations, S3Destination};
pub use delivery::Delivery;
pub use observation::{LogBucket, LogGroup, LogRole, Observation, Requisites};
pub use role::Trusted;
pub use step::Step;

pub use crate::baseline::Modality;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tables;
