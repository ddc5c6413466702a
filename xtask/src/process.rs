//! Child processes: each a group of its own, so that it ends whole and only when we say so.

mod group;
mod tail;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;

pub(crate) use group::{Group, lives, stop_gently};

use crate::failure::Failure;
use crate::progress::Step;
use crate::workplace::make_folder;
use tail::Tail;

/// Runs to the end with all output going to `log`, and returns what was written to stdout. `action` names it in errors.
pub(crate) fn quietly(mut command: Command, action: &str, log: &Path, step: &Step) -> Result<String, Failure> {
    if let Some(folder) = log.parent() {
        make_folder(folder)?;
    }
    let file = File::create(log).map_err(Failure::file("write", log))?;
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut group = Group::start(command)?;
    let tail = Mutex::new(Tail::new(file));
    let (out, err) = group.take_output();
    let (status, stdout) = std::thread::scope(|scope| {
        let stdout = scope.spawn(|| follow(out, &tail, step));
        scope.spawn(|| follow(err, &tail, step));
        let status = group.wait();
        (status, stdout.join().unwrap_or_default())
    });
    let status = status?;
    if status.success() {
        return Ok(stdout);
    }
    if let Ok(tail) = tail.into_inner() {
        tail.show();
    }
    Err(Failure::Step { action: action.to_owned(), status: said(status), log: log.to_path_buf() })
}

/// Runs to the end with our own stdout and stderr.
pub(crate) fn openly(command: Command) -> Result<ExitStatus, Failure> {
    Group::start(command)?.wait()
}

/// Runs to the end with all output going to `log`, and returns that.
pub(crate) fn into_log(mut command: Command, log: &Path) -> Result<(ExitStatus, String), Failure> {
    if let Some(folder) = log.parent() {
        make_folder(folder)?;
    }
    let file = File::create(log).map_err(Failure::file("write", log))?;
    command.stderr(file.try_clone().map_err(Failure::file("write", log))?).stdout(file);
    let status = Group::start(command)?.wait()?;
    let said = std::fs::read(log).map_err(Failure::file("read", log))?;
    Ok((status, String::from_utf8_lossy(&said).into_owned()))
}

fn follow(from: Option<impl Read>, tail: &Mutex<Tail>, step: &Step) -> String {
    let mut all = String::new();
    let Some(from) = from else { return all };
    let mut reader = BufReader::new(from);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
        let line = String::from_utf8_lossy(&bytes);
        all.push_str(&line);
        step.says(&line);
        if let Ok(mut tail) = tail.lock() {
            tail.add(&line);
        }
        bytes.clear();
    }
    all
}

/// An exit status in words.
pub(crate) fn said(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit {code}"),
        (None, Some(signal)) => format!("ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}
