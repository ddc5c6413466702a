//! Where reports lie: in the evidence bucket, under `readiness/`. Its policy and Object Lock keep each file as it was written.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use remediation::AwsError;
use remediation::store::EvidenceStore;
use report::findings::Previous;
use serde::Serialize;
use serde::de::DeserializeOwned;

const WRITE: &str = "s3:PutObject (readiness)";
const READ: &str = "s3:GetObject (readiness)";
const LIST: &str = "s3:ListObjectsV2 (readiness)";
/// What each report said in short. Their names begin with their times, so that the last one stands last in the list.
const SUMMARIES: &str = "readiness/summaries/";

/// The reports' place.
pub(crate) struct ReportStore {
    s3: Client,
    /// The evidence bucket.
    pub(crate) bucket: String,
    owner: String,
}

fn broken(operation: &'static str, code: &str) -> AwsError {
    AwsError { operation, code: code.to_owned(), status: None, request_id: None }
}

impl ReportStore {
    /// In the bucket of the evidence.
    pub(crate) fn beside(evidence: &EvidenceStore) -> Self {
        Self { s3: evidence.s3.clone(), bucket: evidence.bucket.clone(), owner: evidence.owner.clone() }
    }

    /// Puts a file there. What is there already stays: an earlier attempt of this invocation has put it.
    pub(crate) async fn put(&self, key: &str, content_type: &str, body: Vec<u8>) -> Result<(), AwsError> {
        let put =
            self.s3.put_object().bucket(&self.bucket).key(key).expected_bucket_owner(&self.owner).if_none_match("*");
        match put.content_type(content_type).body(ByteStream::from(body)).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.raw_response().is_some_and(|response| response.status().as_u16() == 412) => Ok(()),
            Err(error) => Err(AwsError::new(WRITE, &error)),
        }
    }

    /// Puts data there.
    pub(crate) async fn keep(&self, key: &str, body: &impl Serialize) -> Result<(), AwsError> {
        let body = serde_json::to_vec(body).map_err(|_| broken(WRITE, "Unserializable"))?;
        self.put(key, "application/json", body).await
    }

    /// Data that was put there; nothing where nothing was.
    pub(crate) async fn recall<B: DeserializeOwned>(&self, key: &str) -> Result<Option<B>, AwsError> {
        let request = self.s3.get_object().bucket(&self.bucket).key(key).expected_bucket_owner(&self.owner);
        let object = match request.send().await {
            Ok(object) => object,
            Err(error) if error.raw_response().is_some_and(|response| response.status().as_u16() == 404) => {
                return Ok(None);
            }
            Err(error) => return Err(AwsError::new(READ, &error)),
        };
        let bytes = object.body.collect().await.map_err(|_| broken(READ, "Interrupted"))?.into_bytes();
        serde_json::from_slice(&bytes).map(Some).map_err(|_| broken(READ, "Unreadable"))
    }

    /// Puts what a report said in short where the next one finds it.
    pub(crate) async fn sum_up(&self, summary: &Previous) -> Result<(), AwsError> {
        self.keep(&format!("{SUMMARIES}{}.json", summary.id), summary).await
    }

    /// What the last report said; nothing where there is none.
    pub(crate) async fn last(&self) -> Result<Option<Previous>, AwsError> {
        let list = self.s3.list_objects_v2().bucket(&self.bucket).prefix(SUMMARIES).expected_bucket_owner(&self.owner);
        let mut pages = list.into_paginator().send();
        let mut last = None;
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| AwsError::new(LIST, &error))?;
            last = page.contents().last().and_then(|object| object.key()).map(str::to_owned).or(last);
        }
        match last {
            Some(key) => self.recall(&key).await,
            None => Ok(None),
        }
    }
}
