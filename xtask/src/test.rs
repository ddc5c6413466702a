//! `cargo xtask test`: everything, each part even if an earlier one failed, and a summary.

mod divided;
mod files;
mod slowest;

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::Instant;

use crate::cli::{Mode, TestOptions, UpOptions};
use crate::console;
use crate::failure::Failure;
use crate::functions;
use crate::local::state::Slot;
use crate::local::up::{self, Running};
use crate::operators;
use crate::process;
use crate::python::Venv;
use crate::stack;
use crate::workplace::Workplace;

const NO_TEST_RAN: i32 = 5;
/// Tests wait as well as compute, so that even one core is worth three stacks.
const STACKS: (usize, usize) = (3, 4);

/// What came of one part.
struct Part {
    name: String,
    verdict: Result<(), String>,
    seconds: f64,
}

pub(crate) fn run(workplace: &Workplace, options: &TestOptions) -> Result<(), Failure> {
    let venv = Venv::ready(workplace)?;
    if !options.pytest.is_empty() {
        return summary(&[part("end to end", || chosen(workplace, &venv, options))?]);
    }
    let mut parts = vec![part("cargo test", || {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&workplace.root).env("CARGO_TARGET_DIR", workplace.target());
        cargo.args(["test", "--workspace"]);
        process::openly(cargo).map(judge)
    })?];
    console::note("\n== the Python tests");
    let beside = vec![
        ("the local AWS's own", own(workplace, &venv, &workplace.local_aws())),
        ("operators' own", own(workplace, &venv, &operators::folder(workplace))),
    ];
    let cores = thread::available_parallelism().map_or(STACKS.0, usize::from);
    let stacks = options.stacks.unwrap_or_else(|| cores.clamp(STACKS.0, STACKS.1));
    parts.extend(divided::run(workplace, &venv, stacks.max(1), beside)?);
    summary(&parts)
}

/// The tests that the caller has chosen, on one stack, as pytest itself tells of them.
fn chosen(workplace: &Workplace, venv: &Venv, options: &TestOptions) -> Result<Result<(), String>, Failure> {
    let slot = Slot::test(workplace);
    let running = match up::up(workplace, &slot, &UpOptions { port: None, mode: Mode::Enforce, schedule: None }) {
        Ok(running) => running,
        Err(Failure::Interrupted) => return Err(Failure::Interrupted),
        Err(failure) => return Ok(Err(failure.to_string())),
    };
    let mut pytest = end_to_end_tests(workplace, venv, &slot, &running);
    pytest.arg(format!("--durations={}", slowest::SHOWN)).args(&options.pytest);
    if !options.pytest.iter().any(|argument| names_tests(workplace, argument)) {
        pytest.arg(workplace.root.join("tests"));
    }
    process::openly(pytest).map(judge)
}

fn end_to_end_tests(workplace: &Workplace, venv: &Venv, slot: &Slot, running: &Running<'_>) -> Command {
    let mut pytest = pytest(stack::client(workplace, venv, &running.state().endpoint, "python"));
    pytest.arg("--ignore").arg(workplace.local_aws()).env("PHIWARD_LOCAL", slot.file());
    // The tests check evidence as an auditor does: with this very program.
    if let Ok(program) = std::env::current_exe() {
        pytest.env("PHIWARD_XTASK", program);
    }
    pytest
}

/// The tests of a Python package by itself. The folder above has a conftest.py for those which need a stack.
fn own(workplace: &Workplace, venv: &Venv, folder: &Path) -> Command {
    let mut pytest = pytest(functions::command(workplace, venv, "python"));
    pytest
        .args(["-q", "--no-header", "--rootdir"])
        .arg(folder)
        .arg("--confcutdir")
        .arg(folder)
        .arg(folder.join("tests"));
    pytest.env("PYTHONPATH", folder);
    pytest
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

fn part(name: &str, work: impl FnOnce() -> Result<Result<(), String>, Failure>) -> Result<Part, Failure> {
    console::note(&format!("\n== {name}"));
    let begun = Instant::now();
    let verdict = work()?;
    Ok(Part { name: name.to_owned(), verdict, seconds: begun.elapsed().as_secs_f64() })
}

fn summary(parts: &[Part]) -> Result<(), Failure> {
    console::note("\n== summary");
    for Part { name, verdict, seconds } in parts {
        let said = match verdict {
            Ok(()) => "passed".to_owned(),
            Err(why) => format!("FAILED: {why}"),
        };
        console::note(&format!("{name:<32} {seconds:>7.1} s  {said}"));
    }
    if parts.iter().all(|part| part.verdict.is_ok()) { Ok(()) } else { Err(Failure::Reported) }
}
