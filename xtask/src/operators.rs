//! `cargo xtask evidence`, `operate`, `dead-letters`: for those who run Phiward, and those who audit it. What AWS is asked,
//! `xtask/python/operators` asks; the evidence is checked here.

mod evidence;
mod operate;

use std::process::Command;

use crate::cli::{Account, DeadLetters, Deployed};
use crate::failure::Failure;
use crate::functions;
use crate::interrupt;
use crate::local::state::Slot;
use crate::python::Venv;
use crate::workplace::Workplace;

pub(crate) use evidence::run as evidence;
pub(crate) use operate::run as operate;

pub(crate) fn dead_letters(workplace: &Workplace, options: &DeadLetters) -> Result<(), Failure> {
    let mut python = at(workplace, &options.at, "dead_letters")?;
    if let Some(max) = options.max {
        python.args(["--max", &max.to_string()]);
    }
    python.arg(options.command.name());
    through(python)
}

/// A module of the Python part, for one stack.
fn at(workplace: &Workplace, deployed: &Deployed, module: &str) -> Result<Command, Failure> {
    let mut python = of(workplace, &deployed.account, module)?;
    python.args(["--stack", &deployed.stack]);
    Ok(python)
}

/// A module of the Python part, for one account.
fn of(workplace: &Workplace, account: &Account, module: &str) -> Result<Command, Failure> {
    let state = match account.local {
        true => Some(Slot::play(workplace).live()?.ok_or(Failure::Down)?),
        false => None,
    };
    let venv = Venv::ready(workplace)?;
    let mut python = match &state {
        None => venv.command("python"),
        Some(state) => {
            let mut python = functions::command(workplace, &venv, "python");
            python
                .env("AWS_ENDPOINT_URL", &state.endpoint)
                .env("AWS_ACCESS_KEY_ID", "test")
                .env("AWS_SECRET_ACCESS_KEY", "test")
                .env("AWS_REGION", &state.region)
                .env("AWS_DEFAULT_REGION", &state.region)
                .env("NO_PROXY", "127.0.0.1,localhost")
                .env("no_proxy", "127.0.0.1,localhost");
            python
        }
    };
    python.env("PYTHONPATH", folder(workplace)).args(["-m", &format!("operators.{module}")]);
    for (option, value) in [("--profile", &account.profile), ("--region", &account.region)] {
        if let Some(value) = value {
            python.arg(format!("{option}={value}"));
        }
    }
    Ok(python)
}

/// The Python part.
pub(crate) fn folder(workplace: &Workplace) -> std::path::PathBuf {
    workplace.root.join("xtask/python")
}

/// Runs it in the foreground, as a profile may ask the person for a code. It says itself what goes wrong.
fn through(mut python: Command) -> Result<(), Failure> {
    interrupt::watch()?;
    let program = python.get_program().to_string_lossy().into_owned();
    let status = python.status().map_err(|source| Failure::Start { program, source })?;
    interrupt::check()?;
    if status.success() { Ok(()) } else { Err(Failure::Reported) }
}
