//! Writing a bucket's policy.
//!
//! S3 has no compare-and-swap for policies: what a policy was made from must still be there right before the write.

use policy::Redacted;
use policy::policy_document::PolicyDocument;
use remediation::WriteError;
use serde_json::{Map, Value};

use crate::observe::policy_now;
use crate::request::{gone, request, send};
use crate::{Bucket, Buckets};

/// Writes the policy.
pub(crate) async fn put(
    duty: &Buckets,
    at: &Bucket,
    expected: Option<&Redacted<String>>,
    document: &Redacted<String>,
) -> Result<(), WriteError> {
    confirm(duty, at, expected).await?;
    Ok(send!("s3:PutBucketPolicy", request!(duty.put_bucket_policy, at).policy(document.expose()))?)
}

/// Adds a statement to the policy as it is now.
pub(crate) async fn add(duty: &Buckets, at: &Bucket, statement: &Map<String, Value>) -> Result<(), WriteError> {
    let now = policy_now(duty, at).await.map_err(|gap| gone("s3:GetBucketPolicy", gap))?;
    let policy = match now {
        None => PolicyDocument::empty(),
        Some(text) => PolicyDocument::parse(text.expose()).map_err(|_| WriteError::Changed("the bucket policy"))?,
    };
    if policy.statements().any(|each| each == statement) {
        return Ok(());
    }
    let merged = policy.with(statement.clone()).to_text();
    Ok(send!("s3:PutBucketPolicy", request!(duty.put_bucket_policy, at).policy(merged))?)
}

/// Takes the policy away.
pub(crate) async fn delete(duty: &Buckets, at: &Bucket, expected: Option<&Redacted<String>>) -> Result<(), WriteError> {
    confirm(duty, at, expected).await?;
    Ok(send!("s3:DeleteBucketPolicy", request!(duty.delete_bucket_policy, at))?)
}

async fn confirm(duty: &Buckets, at: &Bucket, expected: Option<&Redacted<String>>) -> Result<(), WriteError> {
    let now = policy_now(duty, at).await.map_err(|gap| gone("s3:GetBucketPolicy", gap))?;
    if now.as_ref() == expected { Ok(()) } else { Err(WriteError::Changed("the bucket policy")) }
}
