//! The Lambda function of the duty `log-groups`: wiring only.

fn main() {}
