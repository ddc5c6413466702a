//! The virtual environment: made once for each set of pinned requirements and each Python.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::failure::Failure;
use crate::prerequisites::{self, Python};
use crate::process;
use crate::progress::Step;
use crate::workplace::{self, Workplace};

/// A complete virtual environment.
#[derive(Debug)]
pub(crate) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// Finds it in the cache, or makes it from the requirements, checking every hash.
    pub(crate) fn ready(workplace: &Workplace) -> Result<Self, Failure> {
        let python = prerequisites::check()?;
        let requirements = workplace.local_aws().join("requirements.txt");
        let wanted = std::fs::read(&requirements).map_err(Failure::file("read", &requirements))?;
        let venv = Self { folder: workplace.cache.join(format!("venv-{}", key(&wanted, &python))) };
        let _only_one = workplace::lock(&workplace.cache.join("venv.lock"))?;
        if !venv.mark().exists() {
            venv.make(workplace, &python, &requirements)?;
        }
        Ok(venv)
    }

    fn make(&self, workplace: &Workplace, python: &Python, requirements: &Path) -> Result<(), Failure> {
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder).map_err(Failure::file("delete the unfinished", &self.folder))?;
        }
        let step = Step::begin(format!("make the Python environment (Python {}, once)", python.version));
        let log = workplace.state().join("logs/venv.log");
        let mut make = Command::new(&python.program);
        make.args(["-m", "venv"]).arg(&self.folder);
        process::quietly(make, "making the virtual environment", &log, &step)?;
        let mut install = Command::new(self.program("python"));
        install
            .args([
                "-m",
                "pip",
                "install",
                "--require-hashes",
                "--no-deps",
                "--no-input",
                "--disable-pip-version-check",
                "-r",
            ])
            .arg(requirements);
        process::quietly(
            install,
            "installing the pinned Python packages (are PyPI and a network there?)",
            &log,
            &step,
        )?;
        let mark = self.mark();
        std::fs::write(&mark, "").map_err(Failure::file("write", &mark))?;
        step.done();
        Ok(())
    }

    /// Its last file: there only when all else is.
    fn mark(&self) -> PathBuf {
        self.folder.join("complete")
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs().join(name)
    }

    /// Where its programs are.
    pub(crate) fn programs(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// Its programs first, then the caller's own.
    pub(crate) fn search_path(&self) -> OsString {
        let mut path = self.programs().into_os_string();
        if let Some(rest) = std::env::var_os("PATH") {
            path.push(":");
            path.push(rest);
        }
        path
    }

    /// A command of this environment, which nothing of the caller's Python reaches.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.program(program));
        command
            .env("PATH", self.search_path())
            .env("VIRTUAL_ENV", &self.folder)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUNBUFFERED", "1")
            .env_remove("PYTHONHOME")
            .env_remove("PYTHONPATH");
        command
    }
}

fn key(requirements: &[u8], python: &Python) -> String {
    let digest = Sha256::new().chain_update(requirements).chain_update(&python.version).finalize();
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
