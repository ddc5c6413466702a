//! Phiward's pure decisions.
//!
//! A duty hands an observation in and gets its violations out, each with the steps that repair it or with what a
//! person must do. Nothing here knows AWS, waits, reads a clock or touches the world, so every rule can be tested
//! with a table, and a plan can be printed before it is applied.

pub mod audit_trail;
pub mod baseline;
pub mod buckets;
pub mod control;
pub mod data_key;
pub mod decision;
pub mod detectors;
pub mod encryption_keys;
pub mod exemption;
pub mod free_text;
pub mod globs;
pub mod guardrails;
pub mod invocation_logging;
pub mod key_policy;
pub mod log_groups;
pub mod memory;
pub mod object_encryption;
pub mod policy_document;
pub mod principals;
pub mod quarantine;
pub mod redacted;
pub mod residency;
pub mod retention;
pub mod service_access;
pub mod service_control;
pub mod sets;
pub mod storage_surfaces;

pub use baseline::Baseline;
pub use control::{Control, Mode, Severity};
pub use decision::{Decision, Outcome, Remedy, Violation};
pub use exemption::{Exemption, Millis};
pub use redacted::Redacted;
