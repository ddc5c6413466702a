//! The Lambda function of the duty `object-encryption`: wiring only.

fn main() {}
