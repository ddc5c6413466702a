//! The functions' binaries: built by `sam build`, the way they are built for AWS.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::progress::Step;
use crate::python::Venv;
use crate::workplace::{self, Workplace, make_folder};

/// For local use the same code is linked without optimising across crates: that takes a minute for each function, and
/// nothing here hangs on it. Who sets these himself gets what he sets.
const QUICK: [(&str, &str); 2] = [("CARGO_PROFILE_RELEASE_LTO", "off"), ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")];

/// Builds every function and returns the built template. Quick when nothing has changed.
pub(crate) fn build(workplace: &Workplace, venv: &Venv) -> Result<PathBuf, Failure> {
    let state = workplace.state();
    make_folder(&state)?;
    let _only_one = workplace::lock(&state.join("build.lock"))?;

    let settings = cargo_lambda_settings(workplace)?;
    // sam shows nothing of cargo and builds the functions one after the other: so cargo goes first, and sam finds all fresh.
    let step = Step::begin("build the functions (some minutes the first time)");
    let mut cargo = quick(command(workplace, venv, "cargo-lambda"));
    cargo.env("CARGO_LAMBDA_GLOBAL", &settings).args(["lambda", "build", "--release"]);
    for name in names(workplace)? {
        cargo.args(["--bin", &name]);
    }
    process::quietly(cargo, "building the functions", &state.join("logs/cargo.log"), &step)?;
    step.done();

    let step = Step::begin("sam build");
    let built = state.join("build");
    // sam leaves a folder for each function where temporary files go.
    let scratch = state.join("scratch");
    make_folder(&scratch)?;
    let mut sam = quick(command(workplace, venv, "sam"));
    sam.env("CARGO_LAMBDA_GLOBAL", &settings)
        .env("TMPDIR", &scratch)
        .args(["build", "--template-file", "template.yaml", "--build-dir"])
        .arg(&built);
    process::quietly(sam, "sam build", &state.join("logs/sam-build.log"), &step)?;
    std::fs::remove_dir_all(&scratch).map_err(Failure::file("remove", &scratch))?;
    step.done();
    Ok(built.join("template.yaml"))
}

fn quick(mut command: Command) -> Command {
    command.envs(QUICK.into_iter().filter(|(name, _)| std::env::var_os(name).is_none()));
    command
}

/// sam takes the binaries from `target/lambda` of the clone, wherever cargo's target folder is.
fn cargo_lambda_settings(workplace: &Workplace) -> Result<PathBuf, Failure> {
    let file = workplace.state().join("cargo-lambda.toml");
    let folder = workplace.root.join("target/lambda");
    let text = format!("[build]\nlambda_dir = {:?}\n", folder.display().to_string());
    std::fs::write(&file, text).map_err(Failure::file("write", &file))?;
    Ok(file)
}

/// The duties: a folder each, named as its binary.
fn names(workplace: &Workplace) -> Result<Vec<String>, Failure> {
    let folder = workplace.root.join("functions");
    let entries = std::fs::read_dir(&folder).map_err(Failure::file("read", &folder))?;
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}

/// A program of the environment that leaves the caller's AWS settings and home alone.
pub(crate) fn command(workplace: &Workplace, venv: &Venv, program: &str) -> Command {
    let mut command = venv.command(program);
    command
        .current_dir(&workplace.root)
        .env("CARGO_TARGET_DIR", workplace.target())
        .env("SAM_CLI_TELEMETRY", "0")
        .env("__SAM_CLI_APP_DIR", workplace.cache.join("sam"))
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_DEFAULT_REGION", "us-east-1");
    for name in [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL",
        "AWS_CA_BUNDLE",
        "SAM_TEMPLATE_FILE",
    ] {
        command.env_remove(name);
    }
    command
}
