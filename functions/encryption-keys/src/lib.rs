//! The duty `encryption-keys`.
