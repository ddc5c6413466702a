//! The duty without AWS.

mod ids;
mod reads;
