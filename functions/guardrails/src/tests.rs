//! The duty at the HTTP seam.
