//! The evidence as an auditor meets it: records sealed, bundled, checked, and held against their schema.
#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

mod altered;
mod bundles;
mod folder;
mod forged;
mod intents;
mod schema;
mod verify;
