//! Objects of log and PHI buckets that were written with another encryption than the customer's key (guide step S4).
//!
//! S3 re-encrypts most objects where they lie, whatever their size, version or storage class. Where it can't, the current
//! version is copied onto itself; what neither reaches is reported. Nothing is ever deleted.

mod advice;
mod assess;
mod observation;
mod step;

pub use assess::{Desired, MAX_WHOLE_COPY, Way, assess, way};
pub use observation::{Encryption, Facts, ObjectObservation, State};
pub use step::Step;

#[cfg(test)]
mod model;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tables;
