//! The duty at the HTTP seam: what it reads, what it writes, and what it makes of S3's rare answers.
//!
//! A mock client fails on every request that no rule of the test expects.

mod fixtures;
mod reads;
mod writes;
