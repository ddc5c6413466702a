//! The Lambda function of the duty `audit-trail`: wiring only.

fn main() {}
