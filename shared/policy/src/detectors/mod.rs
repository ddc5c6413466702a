//! What the duty `detectors` decides.
