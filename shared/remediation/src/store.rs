//! The evidence bucket: records are appended to chains, and read again.
//!
//! It has Object Lock and Phiward's own key. A record's key follows from its chain and number and is put only if it is
//! not there, so that S3 itself keeps two records from being the same link, whatever the ledger says.

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use evidence::{Body, Function, Record, Stream, canonical};
use policy::memory::ResourceState;
use serde_json::Value;

use crate::error::AwsError;

const WRITE: &str = "s3:PutObject (evidence)";
const READ: &str = "s3:GetObject (evidence)";
/// How often a record is appended again, because the chain has grown.
const TRIES: u32 = 5;

/// The evidence bucket.
#[derive(Debug, Clone)]
pub struct EvidenceStore {
    /// The client.
    pub s3: aws_sdk_s3::Client,
    /// The bucket's name.
    pub bucket: String,
    /// The account that must own it: a bucket of that name in another account gets nothing.
    pub owner: String,
}

/// The last record of a chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// Its number; 0: there is none.
    pub sequence: u64,
    /// Its digest.
    pub sha256: Option<String>,
}

impl From<&ResourceState> for Head {
    fn from(state: &ResourceState) -> Self {
        Self { sequence: state.sequence, sha256: state.sha256.clone() }
    }
}

/// A record that is in the bucket.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The record.
    pub record: Record,
    /// Its key.
    pub key: String,
    /// Its digest.
    pub sha256: String,
}

impl Stored {
    /// The head of its chain, now that it is the last.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { sequence: self.record.chain.sequence, sha256: Some(self.sha256.clone()) }
    }
}

fn broken(operation: &'static str, code: &str) -> AwsError {
    AwsError { operation, code: code.to_owned(), status: None, request_id: None }
}

impl EvidenceStore {
    /// Appends a record to a chain whose last record is `head`, or what has followed it unknown to the ledger.
    ///
    /// # Errors
    /// When S3 does not take it, or the record can't be put into JSON.
    pub async fn append(
        &self,
        stream: &Stream,
        mut head: Head,
        body: Body,
        function: &Function,
    ) -> Result<Stored, AwsError> {
        for _ in 0..TRIES {
            let record = Record::new(stream, head.sequence + 1, head.sha256.clone(), body.clone(), function.clone());
            let sealed = record.seal().map_err(|_| broken(WRITE, "Unserializable"))?;
            let stored = Stored { key: stream.key(record.chain.sequence), sha256: sealed.sha256, record };
            let sent = self
                .s3
                .put_object()
                .bucket(&self.bucket)
                .key(&stored.key)
                .if_none_match("*")
                .expected_bucket_owner(&self.owner)
                .content_type("application/json")
                .body(ByteStream::from(sealed.bytes))
                .send()
                .await;
            match sent {
                Ok(_) => return Ok(stored),
                Err(error) if status(&error) == Some(412) => {}
                Err(error) => return Err(AwsError::new(WRITE, &error)),
            }
            // Something is there: this very record, written by an attempt whose answer was lost, or the chain is longer
            // than the ledger knows (it was restored, or a run was cut off).
            match self.read(&stored.key).await? {
                Some(there) if there.record.record_id == stored.record.record_id => return Ok(stored),
                Some(there) => head = self.last(stream, there).await?,
                None => {}
            }
        }
        Err(broken(WRITE, "Contention"))
    }

    /// The last record of a chain in which this one is: chains have no gaps, so steps that double, and begin anew at one when
    /// they go too far, find it with few reads.
    async fn last(&self, stream: &Stream, known: Stored) -> Result<Head, AwsError> {
        let mut known = known.head();
        let mut step = 1;
        loop {
            match self.read(&stream.key(known.sequence + step)).await? {
                Some(there) => {
                    known = there.head();
                    step *= 2;
                }
                None if step == 1 => return Ok(known),
                None => step = 1,
            }
        }
    }

    /// A record; nothing when it is not there.
    ///
    /// # Errors
    /// When it can't be read, or is not what was written.
    pub async fn read(&self, key: &str) -> Result<Option<Stored>, AwsError> {
        let request = self.s3.get_object().bucket(&self.bucket).key(key).expected_bucket_owner(&self.owner);
        let object = match request.send().await {
            Ok(object) => object,
            Err(error) if status(&error) == Some(404) => return Ok(None),
            Err(error) => return Err(AwsError::new(READ, &error)),
        };
        let bytes = object.body.collect().await.map_err(|_| broken(READ, "Interrupted"))?.into_bytes();
        let read = || {
            let value: Value = serde_json::from_slice(&bytes).ok()?;
            let sha256 = canonical::digest(&value).ok()?;
            let sound = value.get(canonical::DIGEST)?.as_str()? == sha256;
            let record: Record = serde_json::from_value(value).ok()?;
            sound.then_some((record, sha256))
        };
        let (record, sha256) = read().ok_or_else(|| broken(READ, "Altered"))?;
        Ok(Some(Stored { record, key: key.to_owned(), sha256 }))
    }
}

fn status<E>(error: &SdkError<E, aws_smithy_runtime_api::client::orchestrator::HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
