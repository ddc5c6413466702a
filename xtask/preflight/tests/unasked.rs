//! Without a Region or credentials nothing is asked: exit code 2, and what to do.

#![cfg(test)]

use std::process::Command;

/// The program, in an environment that knows nothing of AWS.
fn preflight() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_preflight"));
    command
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command
}

/// The exit code, and what was said to stderr.
fn ran(mut command: Command) -> (Option<i32>, String) {
    let done = command.output().unwrap();
    assert_eq!(String::from_utf8(done.stdout).unwrap(), "", "nothing was asked, so there is no result");
    (done.status.code(), String::from_utf8(done.stderr).unwrap())
}

#[test]
fn no_region_is_guessed() {
    let mut command = preflight();
    command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
    let (code, said) = ran(command);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("no Region") && said.contains("--region"), "{said}");
}

#[test]
fn no_credentials_are_told_with_how_to_get_some() {
    let mut command = preflight();
    command.args(["--region", "eu-west-1"]);
    let (code, said) = ran(command);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("no credentials") && said.contains("--profile"), "{said}");
}

#[test]
fn a_profile_of_the_environment_that_is_not_there_is_named_and_nothing_else_is_tried() {
    let mut command = preflight();
    command.env("AWS_PROFILE", "of-nobody").args(["--region", "eu-west-1"]);
    let (code, said) = ran(command);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("profile `of-nobody`"), "{said}");
}

#[test]
fn a_profile_that_is_not_there_is_named_though_the_environment_has_keys() {
    let mut command = preflight();
    command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
    command.args(["--region", "eu-west-1", "--profile", "of-nobody"]);
    let (code, said) = ran(command);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("profile `of-nobody`"), "{said}");
}
