//! The duty at the HTTP seam: what AWS rarely answers, and what is then not done.
//!
//! A mock client fails on every request that no rule of the test expects, so an empty list of rules asserts that nothing
//! is asked.

mod copies;
mod fixtures;
mod isolations;
mod reads;
mod releases;
mod removals;
