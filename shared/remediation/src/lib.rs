//! The one way through: event, observe, assess, plan, evidence, apply, verify, record. The same for every duty.
//!
//! A duty implements [`Duty`] (its reading half) and [`Repair`] (its writing half) and hands itself to [`serve`]; the
//! rest happens here, once, for all of them. See [`engine`] for the way itself.

mod admission;
mod attempt;
pub mod bus;
pub mod clients;
mod conclude;
mod context;
mod data_key;
mod draft;
pub mod duty;
pub mod engine;
pub mod error;
pub mod event;
mod failures;
mod find;
pub mod journal;
mod keeper;
pub mod ledger;
pub mod log;
mod mend;
pub mod metrics;
mod order;
mod pass;
mod plain;
mod principals;
pub mod raw;
mod repair;
pub mod serve;
pub mod settings;
mod settle;
pub mod start;
pub mod store;
pub mod survey;
mod sweep;
mod tally;
mod tell;
mod undo;
mod unfinished;

pub use data_key::DataKeyReader;
pub use duty::{Duty, Repair, Restored, Scope, Undo};
pub use error::{AwsError, ReadError, WriteError};
pub use event::{ApiCall, Signal};
pub use journal::Journal;
pub use ledger::Key;
pub use principals::PrincipalsReader;
pub use serve::{Parts, serve};
pub use settings::{Environment, SettingError, Settings};
pub use start::{Foundation, StartError};
