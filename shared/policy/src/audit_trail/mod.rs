//! What the duty `audit-trail` decides.
