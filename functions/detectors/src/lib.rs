//! The duty `detectors`.
