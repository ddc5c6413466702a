//! What a fresh machine must have beside Rust: Python 3.10 or newer with venv, and a C compiler.

use std::process::{Command, Stdio};

use crate::failure::Failure;

const NAMES: [&str; 6] = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
const PROBE: &str = "import sys; print('%d.%d.%d' % sys.version_info[:3]); import venv, ensurepip";

/// A Python that will do.
#[derive(Debug)]
pub(crate) struct Python {
    pub(crate) program: String,
    pub(crate) version: String,
}

/// All of them; every one that is missing is named at once, a line each.
pub(crate) fn check() -> Result<Python, Failure> {
    match (python(), compiler()) {
        (Ok(python), Ok(())) => Ok(python),
        (Err(first), Err(second)) => {
            crate::console::error(&first);
            Err(second)
        }
        (Err(only), Ok(())) | (Ok(_), Err(only)) => Err(only),
    }
}

fn python() -> Result<Python, Failure> {
    let own = std::env::var("PYTHON").ok().filter(|name| !name.is_empty());
    let names = own.iter().map(String::as_str).chain(NAMES);
    let mut nearest = Failure::Missing {
        what: "python3 is not on the PATH".into(),
        remedy: "install Python 3.10 or newer (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python)".into(),
    };
    for name in names {
        let Ok(probe) = Command::new(name).args(["-c", PROBE]).stdin(Stdio::null()).output() else {
            continue;
        };
        let version = String::from_utf8_lossy(&probe.stdout).trim().to_owned();
        if !is_new_enough(&version) {
            if !version.is_empty() {
                nearest = Failure::Missing {
                    what: format!("`{name}` is Python {version}"),
                    remedy: "install Python 3.10 or newer, or name one in the environment variable PYTHON".into(),
                };
            }
        } else if probe.status.success() {
            return Ok(Python { program: name.to_owned(), version });
        } else {
            nearest = Failure::Missing {
                what: format!("`{name}` (Python {version}) lacks venv"),
                remedy: "install it (Debian, Ubuntu: apt-get install python3-venv)".into(),
            };
        }
    }
    Err(nearest)
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map_while(|part| part.parse::<u32>().ok());
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) => (major, minor) >= (3, 10),
        _ => false,
    }
}

fn compiler() -> Result<(), Failure> {
    let name = std::env::var("CC").ok().filter(|name| !name.is_empty()).unwrap_or_else(|| "cc".into());
    let found = Command::new(&name).arg("--version").stdin(Stdio::null()).output();
    match found {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err(Failure::Missing {
            what: format!("there is no C compiler `{name}`"),
            remedy: "install one (Debian, Ubuntu: apt-get install gcc libc6-dev; macOS: xcode-select --install)".into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn python_3_10_and_newer_will_do() {
        for (version, enough) in
            [("3.10.0", true), ("3.13.2", true), ("4.0.0", true), ("3.9.18", false), ("2.7.18", false), ("", false)]
        {
            assert_eq!(is_new_enough(version), enough, "{version}");
        }
    }
}
