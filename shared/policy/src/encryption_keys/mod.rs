//! What the duty `encryption-keys` decides.
