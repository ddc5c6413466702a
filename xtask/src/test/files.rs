//! The files of end-to-end tests, and how long each took the last time.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::workplace::Workplace;

/// A file that has never been run here, unless it is one of the long ones.
const UNKNOWN_SECONDS: f64 = 15.0;
/// Begun first where nothing is remembered: whoever gets one of them last, all wait for.
const LONG: [&str; 5] = [
    "tests/faults/test_detectors_faults.py",
    "tests/test_permissions.py",
    "tests/faults/test_encryption_keys_faults.py",
    "tests/quarantine/test_killed.py",
    "tests/memory/test_too_much.py",
];

/// By file: the seconds that it took.
#[derive(Debug, Default)]
pub(super) struct Times {
    seconds: BTreeMap<String, f64>,
}

impl Times {
    /// What is remembered; nothing if there is nothing, or nothing that can be read.
    pub(super) fn read(workplace: &Workplace) -> Self {
        let text = std::fs::read_to_string(place(workplace)).unwrap_or_default();
        Self { seconds: serde_json::from_str(&text).unwrap_or_default() }
    }

    pub(super) fn learn(&mut self, file: &str, seconds: f64) {
        self.seconds.insert(file.to_owned(), seconds);
    }

    pub(super) fn save(&self, workplace: &Workplace) -> Result<(), Failure> {
        let file = place(workplace);
        let text = serde_json::to_string_pretty(&self.seconds)
            .map_err(|source| Failure::Content { path: file.clone(), source })?;
        std::fs::write(&file, text + "\n").map_err(Failure::file("write", &file))
    }

    fn expected(&self, file: &str) -> f64 {
        let unknown = if LONG.contains(&file) { f64::MAX } else { UNKNOWN_SECONDS };
        self.seconds.get(file).copied().unwrap_or(unknown)
    }

    /// The longest first.
    pub(super) fn ordered(&self, mut files: Vec<String>) -> VecDeque<String> {
        files.sort_by(|one, other| self.expected(other).total_cmp(&self.expected(one)).then_with(|| one.cmp(other)));
        files.into()
    }
}

fn place(workplace: &Workplace) -> PathBuf {
    workplace.state().join("test-seconds.json")
}

/// Every `test_*.py` below `tests/` but those of the local AWS itself, relative to the clone.
pub(super) fn all(workplace: &Workplace) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    collect(&workplace.root, &workplace.root.join("tests"), &workplace.local_aws(), &mut found)?;
    Ok(found)
}

fn collect(root: &Path, folder: &Path, without: &Path, found: &mut Vec<String>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder).map_err(Failure::file("read", folder))? {
        let path = entry.map_err(Failure::file("read", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && path != without {
            collect(root, &path, without, found)?;
        } else if name.starts_with("test_") && name.ends_with(".py") {
            found.push(path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Times;

    #[test]
    fn the_longest_comes_first_and_what_is_unknown_as_if_it_were_of_middle_length() {
        let mut times = Times::default();
        times.learn("tests/test_short.py", 1.0);
        times.learn("tests/test_long.py", 100.0);
        times.learn("tests/test_long_too.py", 50.0);
        let files = ["short", "new", "long", "long_too", "permissions"].map(|name| format!("tests/test_{name}.py"));
        let expected = ["permissions", "long", "long_too", "new", "short"].map(|name| format!("tests/test_{name}.py"));
        assert_eq!(times.ordered(files.to_vec()), expected);
    }
}
