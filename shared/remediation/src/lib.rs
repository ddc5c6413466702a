//! The one way through: event, observe, assess, plan, evidence, apply, verify, record. The same for every duty.
//!
//! A duty implements [`Duty`] (its reading half) and [`Repair`] (its writing half) and hands itself to [`serve`]; the
//! rest happens here, once, for all of them. See [`engine`] for the way itself.

pub mod admission;
pub mod bus;
pub mod clients;
pub mod duty;
pub mod engine;
pub mod error;
pub mod event;
pub mod evidence;
mod log;
pub mod metrics;
mod pass;
pub mod serve;
pub mod settings;

pub use duty::{Duty, Repair, Scope};
pub use error::{AwsError, ReadError, WriteError};
pub use event::{ApiCall, Signal};
pub use serve::{Parts, StartError, serve};
pub use settings::{Environment, SettingError, Settings};
