//! `cargo xtask test`: everything, each part even if an earlier one failed, and a summary.

use std::process::{Command, ExitStatus};
use std::time::Instant;

use crate::cli::{Mode, TestOptions, UpOptions};
use crate::console;
use crate::failure::Failure;
use crate::functions;
use crate::local::state::Slot;
use crate::local::up;
use crate::operators;
use crate::process;
use crate::python::Venv;
use crate::stack;
use crate::workplace::Workplace;

const NO_TEST_RAN: i32 = 5;

/// What came of one part.
struct Part {
    name: &'static str,
    verdict: Result<(), String>,
    seconds: f64,
}

pub(crate) fn run(workplace: &Workplace, options: &TestOptions) -> Result<(), Failure> {
    let venv = Venv::ready(workplace)?;
    let mut parts = Vec::new();
    if options.pytest.is_empty() {
        parts.push(part("cargo test", || {
            let mut cargo = Command::new("cargo");
            cargo.current_dir(&workplace.root).env("CARGO_TARGET_DIR", workplace.target());
            cargo.args(["test", "--workspace"]);
            process::openly(cargo).map(judge)
        })?);
        parts.push(part("the local AWS's own", || {
            let mut pytest = pytest(functions::command(workplace, &venv, "python"));
            // The folder above has a conftest.py for the end-to-end tests, which need a stack.
            pytest.arg("--confcutdir").arg(workplace.local_aws()).arg(workplace.local_aws().join("tests"));
            pytest.env("PYTHONPATH", workplace.local_aws());
            process::openly(pytest).map(judge)
        })?);
        parts.push(part("operators' own", || {
            let folder = operators::folder(workplace);
            let mut pytest = pytest(functions::command(workplace, &venv, "python"));
            pytest.arg("--rootdir").arg(&folder).arg(folder.join("tests")).env("PYTHONPATH", &folder);
            process::openly(pytest).map(judge)
        })?);
    }
    parts.push(part("end to end", || end_to_end(workplace, &venv, options))?);
    summary(&parts)
}

fn end_to_end(workplace: &Workplace, venv: &Venv, options: &TestOptions) -> Result<Result<(), String>, Failure> {
    let slot = Slot::test(workplace);
    let running = match up::up(workplace, &slot, &UpOptions { port: None, mode: Mode::Enforce, schedule: None }) {
        Ok(running) => running,
        Err(Failure::Interrupted) => return Err(Failure::Interrupted),
        Err(failure) => return Ok(Err(failure.to_string())),
    };
    let mut pytest = pytest(stack::client(workplace, venv, &running.state().endpoint, "python"));
    pytest.arg("--ignore").arg(workplace.local_aws()).env("PHIWARD_LOCAL", slot.file()).args(&options.pytest);
    // The tests check evidence as an auditor does: with this very program.
    if let Ok(program) = std::env::current_exe() {
        pytest.env("PHIWARD_XTASK", program);
    }
    if !options.pytest.iter().any(|argument| names_tests(workplace, argument)) {
        pytest.arg(workplace.root.join("tests"));
    }
    process::openly(pytest).map(judge)
}

fn pytest(mut python: Command) -> Command {
    python.args(["-m", "pytest", "-p", "no:cacheprovider"]);
    python
}

/// Whether the caller has chosen files, as in `tests/test_buckets.py::test_name`.
fn names_tests(workplace: &Workplace, argument: &str) -> bool {
    let path = argument.split("::").next().unwrap_or(argument);
    !path.starts_with('-') && path.contains(".py") && workplace.root.join(path).exists()
}

fn judge(status: ExitStatus) -> Result<(), String> {
    match status.code() {
        Some(0) => Ok(()),
        Some(NO_TEST_RAN) => Err("no test was found".to_owned()),
        _ => Err(process::said(status)),
    }
}

fn part(name: &'static str, work: impl FnOnce() -> Result<Result<(), String>, Failure>) -> Result<Part, Failure> {
    console::note(&format!("\n== {name}"));
    let begun = Instant::now();
    let verdict = work()?;
    Ok(Part { name, verdict, seconds: begun.elapsed().as_secs_f64() })
}

fn summary(parts: &[Part]) -> Result<(), Failure> {
    console::note("\n== summary");
    for Part { name, verdict, seconds } in parts {
        let said = match verdict {
            Ok(()) => "passed".to_owned(),
            Err(why) => format!("FAILED: {why}"),
        };
        console::note(&format!("{name:<16} {seconds:>7.1} s  {said}"));
    }
    if parts.iter().all(|part| part.verdict.is_ok()) { Ok(()) } else { Err(Failure::Reported) }
}
