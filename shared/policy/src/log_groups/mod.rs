//! What the duty `log-groups` decides.
