//! What the duty `free-text` decides.
