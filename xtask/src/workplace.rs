//! Where things are: the clone, the cache, and the state of what runs.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::console;
use crate::failure::Failure;
use crate::interrupt;

/// The folders that every command works with.
#[derive(Debug)]
pub(crate) struct Workplace {
    /// The clone.
    pub(crate) root: PathBuf,
    /// `${XDG_CACHE_HOME:-$HOME/.cache}/phiward`: what may be deleted at any time.
    pub(crate) cache: PathBuf,
}

impl Workplace {
    pub(crate) fn find() -> Result<Self, Failure> {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = xtask.parent().unwrap_or(xtask).to_path_buf();
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let cache = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache"))).ok_or_else(|| {
            Failure::Missing { what: "HOME is not set".into(), remedy: "set it, or XDG_CACHE_HOME".into() }
        })?;
        let cache = cache.join("phiward");
        make_folder(&cache)?;
        Ok(Self { root, cache })
    }

    /// Cargo's target folder for the functions and the tests; the caller's own if it has set one.
    pub(crate) fn target(&self) -> PathBuf {
        match std::env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            Some(own) => self.root.join(own),
            None => self.cache.join("target"),
        }
    }

    /// State, logs and built templates of this clone.
    pub(crate) fn state(&self) -> PathBuf {
        self.root.join(".phiward")
    }

    /// The local AWS's Python package, its requirements and its tests.
    pub(crate) fn local_aws(&self) -> PathBuf {
        self.root.join("tests/local-aws")
    }
}

pub(crate) fn make_folder(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(Failure::file("create the folder", path))
}

/// Held until the file is dropped; waits for another command that holds it.
pub(crate) fn lock(path: &Path) -> Result<File, Failure> {
    let file = File::create(path).map_err(Failure::file("write", path))?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(source)) => return Err(Failure::file("lock", path)(source)),
            Err(TryLockError::WouldBlock) if !told => {
                told = true;
                console::note("waiting for another `cargo xtask` to finish this step");
            }
            Err(TryLockError::WouldBlock) => {}
        }
        interrupt::pause(Duration::from_millis(200))?;
    }
}
