//! What the duty `residency` decides: where inference runs, and with which models (guide steps S3 and S7).
//!
//! An inference can't be undone, so it is only told of. A profile that leads everywhere can be taken away. A model is judged by
//! what it allows: one that can't be used under data-retention mode `none` keeps what it is told.

mod assess;
mod geography;
mod model_id;
mod observation;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tables;

pub use assess::{Rules, assess};
pub use geography::{Geography, is_region};
pub use model_id::{is_same, without_version};
pub use observation::{Destination, Inference, Model, Observation, Retention, Route, Step};
