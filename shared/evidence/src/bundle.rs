//! A bundle: records by key, and the heads of their chains as the ledger knew them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::stream::Stream;

/// The file of a bundle that holds the heads.
pub const HEADS: &str = "heads.json";
/// Its form.
pub const HEADS_SCHEMA: &str = "phiward-heads/1";

/// What an auditor was handed.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// The bytes of each record, by its key.
    pub records: BTreeMap<String, Vec<u8>>,
    /// The heads; without them nobody can tell whether the end of a chain is missing.
    pub heads: Option<Heads>,
}

/// The records of a chain, by their numbers.
pub type Chain<'a> = BTreeMap<u64, &'a [u8]>;

/// The heads of all chains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    /// [`HEADS_SCHEMA`].
    pub schema: String,
    /// When they were exported, RFC 3339.
    pub exported: String,
    /// One for each chain.
    pub heads: Vec<Head>,
}

/// The last record of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The chain.
    pub stream: String,
    /// The number of its last record.
    pub sequence: u64,
    /// Its digest.
    pub sha256: String,
}

/// Why a folder is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It can't be read.
    #[error("{path} can't be read: {source}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The heads are not what they must be.
    #[error(
        "{path} does not hold the heads of chains ({what}); export it again, or take it away to check without heads"
    )]
    Heads {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// There is no record.
    #[error("{0} holds no evidence: expected {0}/evidence/<control>/<chain>/<number>.json")]
    Empty(PathBuf),
}

impl Bundle {
    /// Reads a folder that holds what the evidence bucket holds, and perhaps `heads.json`.
    ///
    /// # Errors
    /// When the folder or a file can't be read, or holds neither records nor heads.
    pub fn read(folder: &Path) -> Result<Self, BundleError> {
        let mut bundle = Self { heads: heads(&folder.join(HEADS))?, ..Self::default() };
        let mut folders: Vec<PathBuf> =
            Some(folder.join("evidence")).filter(|folder| folder.is_dir()).into_iter().collect();
        while let Some(next) = folders.pop() {
            let unreadable = |source| BundleError::Unreadable { path: next.clone(), source };
            for entry in std::fs::read_dir(&next).map_err(unreadable)? {
                let entry = entry.map_err(unreadable)?;
                let path = entry.path();
                // A link to a folder is not followed: it could lead in a circle.
                if entry.file_type().map_err(unreadable)?.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes =
                    std::fs::read(&path).map_err(|source| BundleError::Unreadable { path: path.clone(), source })?;
                bundle.records.insert(key(folder, &path), bytes);
            }
        }
        // With heads, the absence of all records says something.
        if bundle.records.is_empty() && bundle.heads.is_none() {
            return Err(BundleError::Empty(folder.to_owned()));
        }
        Ok(bundle)
    }

    /// The records of each chain, by their numbers, and the keys that name none.
    #[must_use]
    pub fn streams(&self) -> (BTreeMap<Stream, Chain<'_>>, Vec<&str>) {
        let mut streams: BTreeMap<Stream, Chain<'_>> = BTreeMap::new();
        let mut foreign = Vec::new();
        for (key, bytes) in &self.records {
            match Stream::parse_key(key) {
                Some((stream, sequence)) => {
                    streams.entry(stream).or_default().insert(sequence, bytes);
                }
                None => foreign.push(key.as_str()),
            }
        }
        (streams, foreign)
    }
}

fn heads(path: &Path) -> Result<Option<Heads>, BundleError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(BundleError::Unreadable { path: path.to_owned(), source }),
    };
    let wrong = |what: String| BundleError::Heads { path: path.to_owned(), what };
    let heads: Heads = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if heads.schema != HEADS_SCHEMA {
        return Err(wrong(format!("its schema is not {HEADS_SCHEMA}")));
    }
    let mut seen = BTreeSet::new();
    if let Some(head) = heads.heads.iter().find(|head| head.sequence == 0 || !seen.insert(&head.stream)) {
        return Err(wrong(format!("{} stands there twice, or without a record", head.stream)));
    }
    Ok(Some(heads))
}

/// The path below the folder, with the separators of keys.
fn key(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
