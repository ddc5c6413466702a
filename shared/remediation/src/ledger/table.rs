//! The table below the ledger: documents by key, each guarded by its revision.

use std::future::Future;

use super::keys::Key;
use crate::error::AwsError;

/// One document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// JSON.
    pub body: String,
    /// Counts its writings.
    pub revision: u64,
}

/// One write, made only if the item is still what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Puts a document.
    Put {
        /// Where.
        key: Key,
        /// JSON.
        body: String,
        /// The revision that it replaces; none: there must be no item.
        expected: Option<u64>,
    },
    /// Takes a document away.
    Delete {
        /// Where.
        key: Key,
        /// The revision that it must have; none: there must be no item.
        expected: Option<u64>,
    },
}

/// What became of writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// All were made.
    Done,
    /// None was: an item is not what was expected.
    Conflict,
}

/// A table of documents. All reads see every write that has ended.
pub trait Table {
    /// The documents of these keys (at most 100), in their order, as of one moment.
    fn get(&self, keys: Vec<Key>) -> impl Future<Output = Result<Vec<Option<Item>>, AwsError>>;

    /// The documents of a partition with their sort keys, in their order.
    fn query(&self, partition: String) -> impl Future<Output = Result<Vec<(String, Item)>, AwsError>>;

    /// All of these writes (at most 100), or none.
    fn write(&self, writes: Vec<Write>) -> impl Future<Output = Result<Written, AwsError>>;
}
