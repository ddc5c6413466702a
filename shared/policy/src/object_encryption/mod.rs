//! What the duty `object-encryption` decides.
