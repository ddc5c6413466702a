//! The local AWS's process.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::state::{Slot, State};
use crate::failure::Failure;
use crate::functions;
use crate::interrupt;
use crate::process::{self, Group};
use crate::python::Venv;
use crate::workplace::Workplace;

const START_LIMIT: Duration = Duration::from_secs(60);

/// What it says when it answers requests.
#[derive(Debug, Deserialize)]
pub(crate) struct Hello {
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) account: String,
}

/// Starts it and waits until it answers.
pub(crate) fn start(
    workplace: &Workplace,
    venv: &Venv,
    slot: &Slot,
    port: Option<u16>,
) -> Result<(Group, Hello), Failure> {
    slot.make()?;
    let port = match port {
        Some(port) => check_free(port)?,
        None => free_port()?,
    };
    let (hello, log) = (slot.hello(), slot.log());
    let out = File::create(&hello).map_err(Failure::file("write", &hello))?;
    let err = File::create(&log).map_err(Failure::file("write", &log))?;
    let mut command = functions::command(workplace, venv, "python");
    command
        .args(["-m", "local_aws", "--port", &port.to_string()])
        .env("PYTHONPATH", workplace.local_aws())
        .stdout(out)
        .stderr(err);
    let mut group = Group::start(command)?;
    let until = Instant::now() + START_LIMIT;
    loop {
        if let Some(said) = read_hello(slot)? {
            return Ok((group, said));
        }
        if let Some(status) = group.ended()? {
            return Err(Failure::Step { action: "starting the local AWS".into(), status: process::said(status), log });
        }
        if Instant::now() > until {
            return Err(Failure::Step {
                action: "starting the local AWS".into(),
                status: "no answer within a minute".into(),
                log,
            });
        }
        interrupt::pause(Duration::from_millis(30))?;
    }
}

/// Stops one that another command started.
pub(crate) fn stop(state: &State) {
    process::stop_gently(state.pid, || !process::lives(state.pid));
}

fn read_hello(slot: &Slot) -> Result<Option<Hello>, Failure> {
    let file = slot.hello();
    let text = std::fs::read_to_string(&file).map_err(Failure::file("read", &file))?;
    match text.split_once('\n') {
        Some((line, _)) => {
            serde_json::from_str(line).map(Some).map_err(|source| Failure::Content { path: file, source })
        }
        None => Ok(None),
    }
}

fn check_free(port: u16) -> Result<u16, Failure> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(port),
        Err(source) => Err(Failure::Missing {
            what: format!("port {port} of 127.0.0.1 is not free ({source})"),
            remedy: "name another with --port, or leave it out".into(),
        }),
    }
}

fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|source| Failure::Other(format!("no free port on 127.0.0.1: {source}")))
}
