//! The Lambda function of the duty `encryption-keys`: wiring only.

fn main() {}
