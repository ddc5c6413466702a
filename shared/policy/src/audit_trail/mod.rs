//! The audit trail: it is there, it logs, and it records everything, validated and encrypted (guide step S5).
//!
//! A trail has one owner and one home Region. Where the trail is another account's or another Region's, it is looked at
//! all the same, and whatever is wrong is for a person. Selectors are only ever widened: what others let the trail record
//! stays recorded.

mod assess;
mod convert;
mod coverage;
mod data_events;
mod delivery;
mod management;
mod observation;
mod requisites;
mod selectors;
mod step;

pub use assess::{Desired, assess};
pub use convert::converted;
pub use coverage::{missing_types, records_management_events};
pub use data_events::with_data_events;
pub use management::with_management_events;
pub use observation::{Observation, Status, TrailBucket, TrailState};
pub use requisites::needs_key;
pub use selectors::{
    AdvancedSelector, BasicSelector, DataResource, FieldSelector, MAX_BASIC, MAX_CONDITIONS, Obstacle, Selectors, Text,
};
pub use step::Step;

#[cfg(test)]
mod model;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod widening;
