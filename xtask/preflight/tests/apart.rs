//! What people sign in with is built into this program alone: the functions are built without it, as before.

#![cfg(test)]

use std::path::Path;
use std::process::Command;

/// The crates of a build of these packages by themselves; of all functions if none is named.
fn crates(packages: &[&str]) -> String {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--manifest-path"]).arg(manifest);
    for package in packages {
        cargo.args(["--package", package]);
    }
    let done = cargo.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn no_function_is_built_with_sign_on() {
    const SIGN_ON: &str = "aws-sdk-sso ";
    let has = |crates: String| crates.lines().any(|line| line.starts_with(SIGN_ON));
    assert!(has(crates(&["preflight"])), "the crate has that name");
    let functions = crates(&[]);
    assert!(functions.contains("aws-config "), "{functions}");
    assert!(!has(functions));
}
