//! The one way through, with a toy duty and the real clients, whose answers are given at the HTTP seam.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "it is a test's world")]

mod cut_off;
mod journal;
mod losses;
mod memory;
mod occurrences;
mod one_pass;
mod plain;
mod secret;
mod survey;
mod toy;
