//! Writing a bucket's lifecycle: S3 replaces it whole, so it is read again and all other rules are kept.

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
    NoncurrentVersionExpiration, TransitionDefaultMinimumObjectSize,
};
use policy::buckets::{EXPIRY_RULE, expiry_rule};
use remediation::WriteError;

use crate::observe::summarize;
use crate::present::present;
use crate::request::{gone, incomplete, request, send};
use crate::{Bucket, Buckets};

const READ: &str = "s3:GetBucketLifecycleConfiguration";
const WRITE: &str = "s3:PutBucketLifecycleConfiguration";

/// Adds the rule that lets objects expire.
pub(crate) async fn add_expiry(duty: &Buckets, at: &Bucket, days: u32) -> Result<(), WriteError> {
    let days = i32::try_from(days).map_err(|_| incomplete(WRITE))?;
    let mut current = Lifecycle::read(duty, at).await?;
    let rule = LifecycleRule::builder()
        .id(EXPIRY_RULE)
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .expiration(LifecycleExpiration::builder().days(days).build())
        .noncurrent_version_expiration(NoncurrentVersionExpiration::builder().noncurrent_days(days).build())
        .build()
        .map_err(|_| incomplete(WRITE))?;
    current.rules.push(rule);
    current.write(duty, at).await
}

/// Removes that rule, if it still is as it was made.
pub(crate) async fn remove_expiry(duty: &Buckets, at: &Bucket, days: u32) -> Result<(), WriteError> {
    let mut current = Lifecycle::read(duty, at).await?;
    let before = current.rules.len();
    current.rules.retain(|rule| !is_as_made(rule, days));
    if current.rules.len() + 1 != before {
        return Err(WriteError::Changed("the lifecycle rule"));
    }
    if current.rules.is_empty() {
        // S3 takes no lifecycle without rules.
        return Ok(send!("s3:DeleteBucketLifecycle", request!(duty.delete_bucket_lifecycle, at))?);
    }
    current.write(duty, at).await
}

/// Whether it is the rule that was added, with nothing that others have put into it since.
fn is_as_made(rule: &LifecycleRule, days: u32) -> bool {
    let kept = rule.noncurrent_version_expiration.as_ref().and_then(|expiration| expiration.newer_noncurrent_versions);
    rule.transitions().is_empty()
        && rule.noncurrent_version_transitions().is_empty()
        && rule.abort_incomplete_multipart_upload().is_none()
        && kept.is_none()
        && summarize(rule.clone()) == expiry_rule(days)
}

/// A lifecycle as it is.
struct Lifecycle {
    rules: Vec<LifecycleRule>,
    minimum_size: Option<TransitionDefaultMinimumObjectSize>,
}

impl Lifecycle {
    async fn read(duty: &Buckets, at: &Bucket) -> Result<Self, WriteError> {
        let answer = request!(duty.get_bucket_lifecycle_configuration, at).send().await;
        let current = present(READ, "NoSuchLifecycleConfiguration", answer).map_err(|gap| gone(READ, gap))?;
        let minimum_size = current.as_ref().and_then(|current| current.transition_default_minimum_object_size.clone());
        Ok(Self { rules: current.and_then(|current| current.rules).unwrap_or_default(), minimum_size })
    }

    async fn write(self, duty: &Buckets, at: &Bucket) -> Result<(), WriteError> {
        let whole = BucketLifecycleConfiguration::builder().set_rules(Some(self.rules)).build();
        let whole = whole.map_err(|_| incomplete(WRITE))?;
        let request = request!(duty.put_bucket_lifecycle_configuration, at).lifecycle_configuration(whole);
        Ok(send!(WRITE, request.set_transition_default_minimum_object_size(self.minimum_size))?)
    }
}
