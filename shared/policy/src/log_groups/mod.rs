//! The log groups of invocation logs: encrypted with the customer's key, kept long enough, masked, and unmasked by few
//! (guide step S4).
//!
//! Each rule has a file. A rule names the smallest change that mends it: whatever is stricter than the baseline, and
//! whatever others have put into a data-protection policy, stays.

mod assess;
mod data_protection;
mod key;
mod observation;
mod step;
mod unmask;

pub use assess::{Desired, absent, assess};
pub use data_protection::{same, sends_findings};
pub use observation::{GroupObservation, Observation};
pub use step::Step;
pub use unmask::{assess as assess_unmask, question};

#[cfg(test)]
mod convergence;
#[cfg(test)]
mod tables;
