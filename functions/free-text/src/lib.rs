//! The duty `free-text`.
