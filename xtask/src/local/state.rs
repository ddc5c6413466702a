//! What is known of a running local AWS, on disk, so that later commands and the tests find it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::process;
use crate::workplace::{Workplace, make_folder};

/// The contents of `local.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) pid: u32,
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) stack: String,
    pub(crate) mode: String,
    /// What the account had before the deploy, and what the deploy made: see `tests/demo/account.py` and `deployed.py`.
    #[serde(flatten)]
    pub(crate) found: Map<String, Value>,
}

impl State {
    /// The one JSON line of `local up` and `local status`.
    pub(crate) fn summary(&self) -> String {
        let none = Value::Array(Vec::new());
        let found = |name: &str| self.found.get(name).unwrap_or(&none).clone();
        json!({
            "endpoint": self.endpoint, "region": self.region, "account": self.account, "stack": self.stack,
            "log_buckets": found("log_buckets"), "phi_buckets": found("phi_buckets"),
        })
        .to_string()
    }

    /// The KMS keys that the account had before the deploy, by commas.
    pub(crate) fn keys(&self) -> String {
        let keys = self.found.get("key_arns").and_then(Value::as_array).into_iter().flatten();
        keys.filter_map(Value::as_str).collect::<Vec<_>>().join(",")
    }

    /// Where `sam` and `cargo-lambda` are.
    pub(crate) fn programs(&self) -> &str {
        self.found.get("programs").and_then(Value::as_str).unwrap_or_default()
    }
}

/// A place for one local AWS: the one to play with and the one of the tests don't meet.
#[derive(Debug)]
pub(crate) struct Slot {
    folder: PathBuf,
}

impl Slot {
    pub(crate) fn play(workplace: &Workplace) -> Self {
        Self { folder: workplace.state() }
    }

    pub(crate) fn test(workplace: &Workplace) -> Self {
        Self { folder: workplace.state().join("test") }
    }

    /// One of several for the tests.
    pub(crate) fn numbered_test(workplace: &Workplace, number: usize) -> Self {
        Self { folder: workplace.state().join(format!("test/{number}")) }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("local.json")
    }

    pub(crate) fn environment(&self) -> PathBuf {
        self.folder.join("local.env")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("local.log")
    }

    /// The output of a step that made it.
    pub(crate) fn log_of(&self, step: &str) -> PathBuf {
        self.folder.join("logs").join(format!("{step}.log"))
    }

    /// Its stdout: one JSON line when it answers.
    pub(crate) fn hello(&self) -> PathBuf {
        self.folder.join("local.out")
    }

    pub(crate) fn make(&self) -> Result<(), Failure> {
        make_folder(&self.folder)
    }

    /// The state, if its process still lives.
    pub(crate) fn live(&self) -> Result<Option<State>, Failure> {
        let file = self.file();
        let text = match std::fs::read_to_string(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(Failure::file("read", &file))?,
        };
        let state: State = serde_json::from_str(&text).map_err(|source| Failure::Content { path: file, source })?;
        Ok(is_alive(&state).then_some(state))
    }

    pub(crate) fn save(&self, state: &State) -> Result<(), Failure> {
        let file = self.file();
        let text =
            serde_json::to_string_pretty(state).map_err(|source| Failure::Content { path: file.clone(), source })?;
        std::fs::write(&file, text + "\n").map_err(Failure::file("write", &file))
    }

    pub(crate) fn clear(&self) -> Result<(), Failure> {
        for file in [self.file(), self.environment()] {
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::file("delete", &file)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Process ids are reused: only a process that was started as this local AWS is ever signalled.
fn is_alive(state: &State) -> bool {
    if !process::lives(state.pid) {
        return false;
    }
    let pid = state.pid.to_string();
    let proc_file = Path::new("/proc").join(&pid).join("cmdline");
    let line = std::fs::read(proc_file).or_else(|_| {
        let ps = ["-p", &pid, "-o", "command="];
        std::process::Command::new("ps").args(ps).output().map(|listed| listed.stdout)
    });
    let port = state.endpoint.rsplit(':').next().unwrap_or_default();
    line.is_ok_and(|bytes| {
        let line = String::from_utf8_lossy(&bytes);
        line.contains("local_aws") && line.contains(port)
    })
}

#[cfg(test)]
mod tests {
    use super::{State, is_alive};

    fn state(pid: u32) -> State {
        let text = format!(
            r#"{{"pid":{pid},"endpoint":"http://127.0.0.1:1","region":"r","account":"a","stack":"s","mode":"detect","log_buckets":["logs-a"]}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_process_that_is_not_the_local_aws_is_never_taken_for_it() {
        assert!(!is_alive(&state(std::process::id())));
        assert!(!is_alive(&state(0)));
    }

    #[test]
    fn the_summary_has_the_members_that_scripts_read() {
        let expected = r#"{"endpoint":"http://127.0.0.1:1","region":"r","account":"a","stack":"s","log_buckets":["logs-a"],"phi_buckets":[]}"#;
        assert_eq!(state(1).summary(), expected);
    }
}
