//! The duty `log-groups`.
