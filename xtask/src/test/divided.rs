//! The end-to-end tests, file by file, on several stacks at a time, each on a local AWS of its own.
//!
//! A stack that is free gets the file that is expected to take longest. What needs no stack runs beside them.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use super::files::{self, Times};
use super::{Part, judge, slowest};
use crate::cli::{Mode, UpOptions};
use crate::console;
use crate::failure::Failure;
use crate::functions;
use crate::local::state::Slot;
use crate::local::up;
use crate::preflight;
use crate::process;
use crate::python::Venv;
use crate::workplace::Workplace;

const MODE: UpOptions = UpOptions { port: None, mode: Mode::Enforce, schedule: None };

/// What all threads share.
struct Pool<'a> {
    workplace: &'a Workplace,
    venv: &'a Venv,
    template: PathBuf,
    /// One stack comes up after the other, so that one can read how.
    turn: Mutex<()>,
    waiting: Mutex<VecDeque<String>>,
    done: Mutex<Done>,
}

#[derive(Default)]
struct Done {
    files: usize,
    troubles: Vec<String>,
    slowest: Vec<(f64, String)>,
    times: Times,
}

/// Each of `beside` (its name, and how to run it), and every end-to-end test.
pub(super) fn run(
    workplace: &Workplace,
    venv: &Venv,
    stacks: usize,
    beside: Vec<(&'static str, Command)>,
) -> Result<Vec<Part>, Failure> {
    let begun = Instant::now();
    let times = Times::read(workplace);
    let (template, stacks) = match functions::build(workplace, venv) {
        Ok(template) => (template, stacks),
        Err(Failure::Interrupted) => return Err(Failure::Interrupted),
        Err(failure) => {
            console::error(&failure);
            (PathBuf::new(), 0)
        }
    };
    let pool = Pool {
        workplace,
        venv,
        template,
        turn: Mutex::default(),
        waiting: Mutex::new(times.ordered(files::all(workplace)?)),
        done: Mutex::new(Done { times, ..Done::default() }),
    };
    let mut parts = thread::scope(|scope| {
        let pool = &pool;
        let others = scope.spawn(move || pool.run_beside(beside));
        let workers: Vec<_> = (1..=stacks).map(|number| scope.spawn(move || pool.work(number))).collect();
        let ended: Vec<_> = workers.into_iter().map(end).collect();
        let parts = end(others)?;
        ended.into_iter().collect::<Result<Vec<()>, Failure>>()?;
        Ok::<_, Failure>(parts)
    })?;
    parts.push(pool.conclude(stacks, begun)?);
    Ok(parts)
}

impl Pool<'_> {
    /// One stack, and one file after the other on it. Its local AWS is stopped however this ends.
    fn work(&self, number: usize) -> Result<(), Failure> {
        let slot = Slot::numbered_test(self.workplace, number);
        let up = {
            let _turn = locked(&self.turn);
            if locked(&self.waiting).is_empty() {
                return Ok(());
            }
            console::note(&format!("stack {number}:"));
            up::deployed(self.workplace, self.venv, &slot, &self.template, &MODE)
        };
        let running = match up {
            Ok(running) => running,
            Err(Failure::Interrupted) => return Err(Failure::Interrupted),
            Err(failure) => {
                console::error(&failure);
                locked(&self.done).troubles.push(format!("stack {number}"));
                return Ok(());
            }
        };
        loop {
            let Some(file) = locked(&self.waiting).pop_front() else { return Ok(()) };
            let mut pytest = super::end_to_end_tests(self.workplace, self.venv, &slot, &running);
            pytest.args(["-q", "--no-header"]).arg(self.workplace.root.join(&file));
            pytest.env(preflight::BUILT, preflight::of_tests(self.workplace));
            let (verdict, seconds) = self.run(&file, pytest)?;
            let mut done = locked(&self.done);
            done.files += 1;
            done.times.learn(&file, seconds);
            done.troubles.extend(verdict.err().map(|_| file));
        }
    }

    fn run_beside(&self, commands: Vec<(&'static str, Command)>) -> Result<Vec<Part>, Failure> {
        let mut parts = Vec::new();
        for (name, command) in commands {
            let (verdict, seconds) = self.run(name, command)?;
            parts.push(Part { name: name.to_owned(), verdict, seconds });
        }
        Ok(parts)
    }

    /// One pytest. What it says is shown when it has ended: in one line, or whole when something is wrong.
    fn run(&self, name: &str, mut pytest: Command) -> Result<(Result<(), String>, f64), Failure> {
        let plain: String = name.chars().map(|each| if each.is_alphanumeric() { each } else { '-' }).collect();
        let log = self.workplace.state().join("test/logs").join(format!("{plain}.log"));
        pytest.arg(format!("--durations={}", slowest::SHOWN));
        let begun = Instant::now();
        let (status, said) = process::into_log(pytest, &log)?;
        let (verdict, seconds) = (judge(status), begun.elapsed().as_secs_f64());
        match &verdict {
            Ok(()) => {
                console::note(&format!("ok  {name} ({seconds:.1} s): {}", said.lines().last().unwrap_or_default()))
            }
            Err(why) => console::note(&format!("\n== {name}\n{said}\nFAILED {name} ({seconds:.1} s): {why}\n")),
        }
        locked(&self.done).slowest.extend(slowest::listed(&said));
        Ok((verdict, seconds))
    }

    fn conclude(self, stacks: usize, begun: Instant) -> Result<Part, Failure> {
        let left = self.waiting.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut done = self.done.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !left.is_empty() {
            done.troubles.push(format!("{} files were not run", left.len()));
        }
        done.times.save(self.workplace)?;
        slowest::show(done.slowest);
        let verdict = if done.troubles.is_empty() { Ok(()) } else { Err(done.troubles.join(", ")) };
        let name = format!("end to end: {} files, {stacks} stacks", done.files);
        Ok(Part { name, verdict, seconds: begun.elapsed().as_secs_f64() })
    }
}

fn end<T>(thread: ScopedJoinHandle<'_, Result<T, Failure>>) -> Result<T, Failure> {
    thread.join().unwrap_or_else(|_| Err(Failure::Other("a thread of the tests panicked: see above".into())))
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
