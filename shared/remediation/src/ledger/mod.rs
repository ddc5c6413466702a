//! The ledger: what is remembered between invocations. Read only when something is wrong.
//!
//! One item for each control and resource (the head of its evidence chain, its repairs, what was told last), one for each
//! control (its breaker), one for each run that has not ended (its lease, and the records that it announced), the
//! exemptions, the pause, and the orders of operators. What can't be read is an error, and nothing is changed.

mod dynamo;
mod keys;
mod lease;
mod memory;
mod orders;
mod table;
mod wake;

pub use dynamo::{DynamoTable, client};
pub use keys::Key;
pub use lease::{Announced, Lease, LeaseError, Run};
pub use memory::{Change, Memory};
pub use orders::{Order, OrderAction, OrderResult, Reviewed};
pub use table::{Item, Table, Write, Written};
pub use wake::Wake;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::AwsError;

/// The ledger in a table.
#[derive(Debug, Clone)]
pub struct Ledger<T> {
    /// The table.
    pub table: T,
}

/// An item that is read and written whole; its revision guards it.
#[derive(Debug, Clone)]
pub struct Versioned<B> {
    /// What it says.
    pub body: B,
    /// Which writing of it this is; none: it is not there.
    pub revision: Option<u64>,
}

pub(crate) const OPERATION: &str = "dynamodb (ledger)";

pub(crate) fn broken(code: &str) -> AwsError {
    AwsError { operation: OPERATION, code: code.to_owned(), status: None, request_id: None }
}

/// Reads the body of an item.
///
/// # Errors
/// When it is not what this version writes; a person, or another version, has put it there.
pub fn decode<B: DeserializeOwned>(item: &Item) -> Result<Versioned<B>, AwsError> {
    let body = serde_json::from_str(&item.body).map_err(|_| broken("UnreadableItem"))?;
    Ok(Versioned { body, revision: Some(item.revision) })
}

/// Writes the body of an item.
///
/// # Errors
/// When it has no JSON form.
pub fn encode<B: Serialize>(body: &B) -> Result<String, AwsError> {
    serde_json::to_string(body).map_err(|_| broken("Unserializable"))
}

impl<T: Table> Ledger<T> {
    /// One item.
    ///
    /// # Errors
    /// When it can't be read.
    pub async fn read<B: DeserializeOwned>(&self, key: Key) -> Result<Option<Versioned<B>>, AwsError> {
        let found = self.table.get(vec![key]).await?;
        found.into_iter().next().flatten().map(|item| decode(&item)).transpose()
    }

    /// All items of a partition, with their sort keys.
    ///
    /// # Errors
    /// When they can't be read.
    pub async fn read_all<B: DeserializeOwned>(
        &self,
        partition: &str,
    ) -> Result<Vec<(String, Versioned<B>)>, AwsError> {
        let found = self.table.query(partition.to_owned()).await?;
        found.into_iter().map(|(sort, item)| Ok((sort, decode(&item)?))).collect()
    }

    /// Reads an item, changes it, and writes it, again and again until nobody else has changed it meanwhile. The change
    /// may be asked several times; if it answers nothing, nothing is written.
    ///
    /// # Errors
    /// When the item can't be read or written.
    pub async fn update<B: Serialize + DeserializeOwned + Default, R>(
        &self,
        key: Key,
        mut change: impl FnMut(&mut B) -> (R, bool),
    ) -> Result<R, AwsError> {
        let mut patience = Patience::default();
        loop {
            let Versioned { mut body, revision } =
                self.read(key.clone()).await?.unwrap_or(Versioned { body: B::default(), revision: None });
            let (result, write) = change(&mut body);
            if !write {
                return Ok(result);
            }
            let put = Write::Put { key: key.clone(), body: encode(&body)?, expected: revision };
            if self.table.write(vec![put]).await? == Written::Done {
                return Ok(result);
            }
            patience.wait().await?;
        }
    }

    /// Writes an item, whatever is there.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn put<B: Serialize>(&self, key: Key, body: &B) -> Result<(), AwsError> {
        let body = encode(body)?;
        self.replace(|expected| Write::Put { key: key.clone(), body: body.clone(), expected }, &key).await
    }

    /// Takes an item away, if it is there.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn remove(&self, key: Key) -> Result<(), AwsError> {
        self.replace(|expected| Write::Delete { key: key.clone(), expected }, &key).await
    }

    async fn replace(&self, write: impl Fn(Option<u64>) -> Write, key: &Key) -> Result<(), AwsError> {
        let mut patience = Patience::default();
        loop {
            let found = self.table.get(vec![key.clone()]).await?;
            let revision = found.into_iter().next().flatten().map(|item| item.revision);
            if self.table.write(vec![write(revision)]).await? == Written::Done {
                return Ok(());
            }
            patience.wait().await?;
        }
    }
}

/// Writers of one item take turns: how long one waits for the next try, and when it gives up.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    tries: u32,
}

impl Patience {
    const MOST: u32 = 60;

    pub(crate) async fn wait(&mut self) -> Result<(), AwsError> {
        self.tries += 1;
        if self.tries > Self::MOST {
            return Err(broken("Contention"));
        }
        // Random, so that those who met do not meet again.
        let most = 10 * u64::from(self.tries.min(20));
        let millis = 1 + u64::from(uuid::Uuid::new_v4().as_bytes()[0]) * most / 256;
        tokio::time::sleep(std::time::Duration::from_millis(millis)).await;
        Ok(())
    }
}
