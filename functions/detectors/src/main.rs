//! The Lambda function of the duty `detectors`: wiring only.

fn main() {}
