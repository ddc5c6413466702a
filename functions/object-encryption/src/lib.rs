//! The duty `object-encryption`.
