//! The duty at the HTTP seam: rare answers, and what is written when something has changed meanwhile.
//!
//! A mock client fails on every request that no rule of the test expects, so a list of rules without writes asserts that
//! nothing is written.

mod fixtures;
mod proofs;
mod reads;
mod scopes;
mod writes;
