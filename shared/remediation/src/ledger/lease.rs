//! Leases: one run at a time on a resource, and on a document that several duties write.
//!
//! A lease ends with its invocation. It names the invocation, as Lambda's retry of an invocation that died has the same
//! request id and takes the lease over at once; another invocation waits until it has ended. What a run announces before
//! it writes a record stays with its lease, so that whoever comes next knows what was begun.

use std::time::Duration;

use policy::Millis;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::keys::Key;
use super::table::{Table, Write, Written};
use super::{Ledger, Versioned, decode, encode};
use crate::engine::now;
use crate::error::AwsError;

const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// A run that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The invocation's request id and what it is for.
    pub holder: String,
    /// When its invocation ends.
    pub until: Millis,
    /// The records that it is about to write.
    #[serde(default)]
    pub announced: Vec<Announced>,
}

/// A record that is about to be written; if it is an intent, its outcome has the next number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// The control.
    pub control: String,
    /// Its number in the chain of the control and the resource.
    pub sequence: u64,
}

/// Why no lease was given.
#[derive(Debug)]
pub enum LeaseError {
    /// Another run has it, and there is no more time to wait.
    Held,
    /// The ledger can't be read or written.
    Ledger(AwsError),
}

impl From<AwsError> for LeaseError {
    fn from(error: AwsError) -> Self {
        Self::Ledger(error)
    }
}

/// A lease on a resource, and on the documents that its repair writes.
#[derive(Debug)]
pub struct Lease {
    key: Key,
    holder: String,
    until: Millis,
    revision: u64,
    documents: Vec<(Key, u64)>,
    /// What an earlier run has announced and perhaps not finished.
    pub unfinished: Vec<Announced>,
}

impl Lease {
    fn run(&self, announced: Vec<Announced>) -> Run {
        Run { holder: self.holder.clone(), until: self.until, announced }
    }

    /// That what was announced of a control is done.
    pub fn finished(&mut self, control: &str) {
        self.unfinished.retain(|announced| announced.control != control);
    }

    /// What ends the lease, to be written together with what the run has to say.
    pub(super) fn ending(&self) -> Result<Vec<Write>, AwsError> {
        let (key, expected) = (self.key.clone(), Some(self.revision));
        let own = if self.unfinished.is_empty() {
            Write::Delete { key, expected }
        } else {
            let run = Run { until: 0, ..self.run(self.unfinished.clone()) };
            Write::Put { key, body: encode(&run)?, expected }
        };
        let documents = self.documents.iter();
        let documents = documents.map(|(key, revision)| Write::Delete { key: key.clone(), expected: Some(*revision) });
        Ok(std::iter::once(own).chain(documents).collect())
    }
}

impl<T: Table> Ledger<T> {
    /// Waits for the lease on a resource.
    ///
    /// # Errors
    /// When another run keeps it until `give_up`, or the ledger fails.
    pub async fn lease(
        &self,
        duty: &str,
        resource: &str,
        request_id: &str,
        ends: Instant,
        give_up: Instant,
    ) -> Result<Lease, LeaseError> {
        let key = Key::run(duty, resource);
        let holder = format!("{request_id} {duty} {resource}");
        let left = i64::try_from(ends.saturating_duration_since(Instant::now()).as_millis()).unwrap_or(i64::MAX / 2);
        let until = now().timestamp_millis() + left;
        let (revision, unfinished) = self.take(&key, &holder, until, give_up).await?;
        Ok(Lease { key, holder, until, revision, documents: Vec::new(), unfinished })
    }

    /// Waits for the lease on a document; whether it had to wait, and so must look again.
    ///
    /// # Errors
    /// As [`Ledger::lease`].
    pub async fn lease_document(&self, lease: &mut Lease, key: Key, give_up: Instant) -> Result<bool, LeaseError> {
        if lease.documents.iter().any(|(held, _)| *held == key) {
            return Ok(false);
        }
        let asked = Instant::now();
        let (revision, _) = self.take(&key, &lease.holder, lease.until, give_up).await?;
        lease.documents.push((key, revision));
        Ok(asked.elapsed() >= FIRST_WAIT)
    }

    async fn take(
        &self,
        key: &Key,
        holder: &str,
        until: Millis,
        give_up: Instant,
    ) -> Result<(u64, Vec<Announced>), LeaseError> {
        let mut run = Run { holder: holder.to_owned(), until, announced: Vec::new() };
        let mut expected = None;
        let mut wait = FIRST_WAIT;
        loop {
            let put = Write::Put { key: key.clone(), body: encode(&run)?, expected };
            if self.table.write(vec![put]).await? == Written::Done {
                return Ok((expected.unwrap_or(0) + 1, run.announced));
            }
            let found = self.table.get(vec![key.clone()]).await?.into_iter().next().flatten();
            let Some(Versioned { body, revision }) = found.map(|item| decode::<Run>(&item)).transpose()? else {
                (expected, run.announced) = (None, Vec::new());
                continue;
            };
            if body.holder == holder || body.until <= now().timestamp_millis() {
                (expected, run.announced) = (revision, body.announced);
                continue;
            }
            if Instant::now() + wait > give_up {
                return Err(LeaseError::Held);
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
            expected = None;
        }
    }

    /// Says which records are about to be written; what was announced before is finished.
    ///
    /// # Errors
    /// When the ledger fails, or another run has taken the lease.
    pub async fn announce(&self, lease: &mut Lease, announced: Vec<Announced>) -> Result<(), LeaseError> {
        let body = encode(&lease.run(announced.clone()))?;
        let put = Write::Put { key: lease.key.clone(), body, expected: Some(lease.revision) };
        if self.table.write(vec![put]).await? == Written::Conflict {
            return Err(LeaseError::Held);
        }
        lease.revision += 1;
        lease.unfinished = announced;
        Ok(())
    }

    /// The resources of a duty whose run was cut off, or is an earlier attempt of this invocation.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn unfinished(&self, duty: &str, request_id: &str) -> Result<Vec<String>, AwsError> {
        let runs = self.read_all::<Run>(&Key::runs(duty)).await?;
        let ended = |run: &Run| {
            let own = run.holder.strip_prefix(request_id).is_some_and(|rest| rest.starts_with(' '));
            own || run.until <= now().timestamp_millis()
        };
        Ok(runs.into_iter().filter(|(_, run)| ended(&run.body)).map(|(resource, _)| resource).collect())
    }
}
