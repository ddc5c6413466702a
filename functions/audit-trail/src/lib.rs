//! The duty `audit-trail`.
