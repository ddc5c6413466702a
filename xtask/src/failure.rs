//! What can go wrong, each in one line: what happened, to what, what to do.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// An error of a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{what}: {remedy}")]
    Missing { what: String, remedy: String },
    #[error("{action} failed ({status}); the whole output is in `{}`", log.display())]
    Step { action: String, status: String, log: PathBuf },
    #[error("`{program}` could not be started ({source}): is it installed and on the PATH?")]
    Start { program: String, source: std::io::Error },
    #[error("cannot {action} `{}`: {source}", path.display())]
    File { action: &'static str, path: PathBuf, source: std::io::Error },
    #[error("`{}` is not what was expected ({source}): delete it and try again", path.display())]
    Content { path: PathBuf, source: serde_json::Error },
    #[error(
        "no answer from the local AWS at {url} ({source}): see `cargo xtask local status` and `.phiward/local.log`"
    )]
    Unreachable { url: String, source: minreq::Error },
    #[error("the local AWS answered {status} to {what}: {body}")]
    Refused { what: String, status: u16, body: String },
    #[error("the local AWS's answer to {what} is not what was expected ({source}): see `.phiward/local.log`")]
    Answer { what: String, source: serde_json::Error },
    #[error("no local AWS is up: start one with `cargo xtask local up`")]
    Down,
    #[error("a local AWS is already up at {endpoint}: use it, or stop it with `cargo xtask local down`")]
    AlreadyUp { endpoint: String },
    #[error("{0}")]
    Other(String),
    /// Not an answer of no, but no answer.
    #[error("{0}")]
    Unusable(String),
    #[error("interrupted; everything that was started is stopped")]
    Interrupted,
    /// What went wrong has been printed already.
    #[error("failed")]
    Reported,
    /// The same, by a program that ended with this code.
    #[error("failed with code {0}")]
    Told(u8),
}

impl Failure {
    /// For `map_err` on file operations.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { action, path: path.to_path_buf(), source }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Interrupted => ExitCode::from(130),
            Self::Unusable(_) => ExitCode::from(2),
            Self::Told(code) => ExitCode::from(*code),
            _ => ExitCode::FAILURE,
        }
    }
}
