//! Results go to stdout, all else to stderr. A closed pipe is not an error.

use std::io::{IsTerminal as _, Write as _};

use crate::failure::Failure;

/// One line of a result.
pub(crate) fn result(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// One line to the person who waits.
pub(crate) fn note(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

pub(crate) fn error(failure: &Failure) {
    note(&format!("error: {failure}"));
}

/// Whether stderr may be drawn upon.
pub(crate) fn draws() -> bool {
    std::env::var_os("CI").is_none() && std::io::stderr().is_terminal()
}
