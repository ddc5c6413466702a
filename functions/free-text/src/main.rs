//! The Lambda function of the duty `free-text`: wiring only.

fn main() {}
