//! The form of Phiward's evidence.
//!
//! Every decision leaves a [`Record`]. The records of one control for one resource are a chain: each holds the SHA-256 of
//! its own canonical form (RFC 8785) and that of the record before it, and its place in the evidence bucket follows from
//! the chain and its number there, so that no two records can ever be the same link. [`verify`] checks a bundle of them
//! without AWS. 45 CFR 164.312(b) asks for mechanisms that record activity, 164.312(c)(1) for protection of records from
//! alteration, 164.316(b)(1)(ii) for written records of actions.

pub mod bundle;
pub mod canonical;
mod decided;
mod held;
mod operation;
pub mod record;
pub mod schema;
pub mod stream;
mod time;
pub mod verify;

pub use decided::{BaselineUsed, Cause, ControlRef, Cut, Decided, ResourceRef, Times};
pub use held::Held;
pub use operation::{Operation, OperationTimes};
pub use record::{Body, Function, Link, Record, Sealed};
pub use stream::Stream;
