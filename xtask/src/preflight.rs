//! `cargo xtask preflight`: what an account lacks before the first deploy. It is a program of its own, `xtask/preflight`, as it is
//! made of the AWS SDK, which no other command here needs.

use std::path::PathBuf;
use std::process::Command;

use crate::cli::Preflight;
use crate::failure::Failure;
use crate::interrupt;
use crate::process;
use crate::progress::Step;
use crate::workplace::Workplace;

/// The tests' own: a program that is built already.
pub(crate) const BUILT: &str = "PHIWARD_PREFLIGHT";

pub(crate) fn run(workplace: &Workplace, options: &Preflight) -> Result<(), Failure> {
    let mut preflight = match std::env::var_os(BUILT) {
        Some(program) => Command::new(program),
        None => built(workplace)?,
    };
    preflight.args(&options.arguments);
    interrupt::watch()?;
    // In the foreground, with the caller's own AWS settings: a profile may ask the person for something.
    let program = preflight.get_program().to_string_lossy().into_owned();
    let status = preflight.status().map_err(|source| Failure::Start { program, source })?;
    interrupt::check()?;
    match status.code().map(u8::try_from) {
        Some(Ok(0)) => Ok(()),
        Some(Ok(code)) => Err(Failure::Told(code)),
        _ => Err(Failure::Other(format!("preflight did not end by itself: {}", process::said(status)))),
    }
}

/// The program that `cargo test --workspace` has just built, as the package has a test that runs it.
pub(crate) fn of_tests(workplace: &Workplace) -> PathBuf {
    workplace.target().join("debug/preflight")
}

fn built(workplace: &Workplace) -> Result<Command, Failure> {
    let step = Step::begin("build preflight (some minutes the first time)");
    let build = cargo(workplace, "build");
    process::quietly(build, "building preflight", &workplace.state().join("logs/preflight.log"), &step)?;
    step.done();
    let mut run = cargo(workplace, "run");
    run.args(["--quiet", "--"]);
    Ok(run)
}

/// By its manifest, so that relative paths of the caller's stay what they are.
fn cargo(workplace: &Workplace, what: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.env("CARGO_TARGET_DIR", workplace.target());
    cargo.args([what, "-p", "preflight", "--manifest-path"]).arg(workplace.root.join("Cargo.toml"));
    cargo
}
