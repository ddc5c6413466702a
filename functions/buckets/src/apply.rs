//! Writing a bucket's settings. What S3 replaces whole is read again and merged, so that others' parts stay.

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::types::{
    BlockedEncryptionTypes, BucketCannedAcl, BucketLifecycleConfiguration, BucketVersioningStatus, EncryptionType,
    EventBridgeConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
    NoncurrentVersionExpiration, NotificationConfiguration, ObjectOwnership, OwnershipControls, OwnershipControlsRule,
    PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, TransitionDefaultMinimumObjectSize,
    VersioningConfiguration,
};
use policy::Redacted;
use policy::buckets::{Encryption, Step};
use remediation::{AwsError, WriteError};

use crate::observe::policy_now;
use crate::present::{Gap, present};
use crate::{Bucket, Buckets};

/// The request for this bucket, of the account that must own it.
macro_rules! request {
    ($duty:ident.$operation:ident, $at:ident) => {
        $duty.s3.$operation().bucket($at.as_str()).expected_bucket_owner(&$duty.account)
    };
}

/// Sends a request and keeps AWS's code if it fails.
macro_rules! send {
    ($name:literal, $request:expr) => {
        $request.send().await.map_err(|error| AwsError::new($name, &error))
    };
}

/// Applies one step.
pub(crate) async fn apply(duty: &Buckets, at: &Bucket, step: &Step) -> Result<(), WriteError> {
    match step {
        Step::PutEncryption { encryption } => put_encryption(duty, at, encryption).await,
        Step::BlockPublicAccess => block_public_access(duty, at).await,
        Step::MakeAclPrivate => {
            send!("s3:PutBucketAcl", request!(duty.put_bucket_acl, at).acl(BucketCannedAcl::Private))?;
            Ok(())
        }
        Step::EnforceBucketOwner => enforce_bucket_owner(duty, at).await,
        Step::PutPolicy { expected, document } => put_policy(duty, at, expected.as_ref(), document).await,
        Step::EnableVersioning => {
            let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
            send!(
                "s3:PutBucketVersioning",
                request!(duty.put_bucket_versioning, at).versioning_configuration(enabled)
            )?;
            Ok(())
        }
        Step::AddExpiry { days } => add_expiry(duty, at, *days).await,
        Step::EnableEventBridge => enable_event_bridge(duty, at).await,
    }
}

/// A request that lacks what S3 requires; it can't be sent.
fn incomplete(operation: &'static str) -> WriteError {
    AwsError { operation, code: "InvalidRequest".to_owned(), status: None, request_id: None }.into()
}

fn gone(operation: &'static str, gap: Gap) -> WriteError {
    match gap {
        Gap::Failed(error) => error.into(),
        Gap::Gone => AwsError { operation, code: "NoSuchBucket".to_owned(), status: None, request_id: None }.into(),
    }
}

async fn put_encryption(duty: &Buckets, at: &Bucket, encryption: &Encryption) -> Result<(), WriteError> {
    let default = ServerSideEncryptionByDefault::builder()
        .sse_algorithm(ServerSideEncryption::from(encryption.algorithm.as_str()))
        .set_kms_master_key_id(encryption.key.clone())
        .build()
        .map_err(|_| incomplete("s3:PutBucketEncryption"))?;
    let blocked = encryption.blocked_types.iter().map(|kind| EncryptionType::from(kind.as_str()));
    let blocked = BlockedEncryptionTypes::builder().set_encryption_type(Some(blocked.collect())).build();
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(default)
        .bucket_key_enabled(encryption.bucket_key)
        .set_blocked_encryption_types((!encryption.blocked_types.is_empty()).then_some(blocked))
        .build();
    let whole = ServerSideEncryptionConfiguration::builder()
        .rules(rule)
        .build()
        .map_err(|_| incomplete("s3:PutBucketEncryption"))?;
    let request = request!(duty.put_bucket_encryption, at).server_side_encryption_configuration(whole);
    send!("s3:PutBucketEncryption", request)?;
    Ok(())
}

async fn block_public_access(duty: &Buckets, at: &Bucket) -> Result<(), WriteError> {
    let all = PublicAccessBlockConfiguration::builder()
        .block_public_acls(true)
        .ignore_public_acls(true)
        .block_public_policy(true)
        .restrict_public_buckets(true)
        .build();
    send!(
        "s3:PutPublicAccessBlock",
        request!(duty.put_public_access_block, at).public_access_block_configuration(all)
    )?;
    Ok(())
}

async fn enforce_bucket_owner(duty: &Buckets, at: &Bucket) -> Result<(), WriteError> {
    let rule = OwnershipControlsRule::builder()
        .object_ownership(ObjectOwnership::BucketOwnerEnforced)
        .build()
        .map_err(|_| incomplete("s3:PutBucketOwnershipControls"))?;
    let controls =
        OwnershipControls::builder().rules(rule).build().map_err(|_| incomplete("s3:PutBucketOwnershipControls"))?;
    match request!(duty.put_bucket_ownership_controls, at).ownership_controls(controls).send().await {
        Ok(_) => Ok(()),
        // A grant that came after the ACL was read.
        Err(error) if error.code() == Some("InvalidBucketAclWithObjectOwnership") => {
            Err(WriteError::Changed("the bucket's ACL"))
        }
        Err(error) => Err(AwsError::new("s3:PutBucketOwnershipControls", &error).into()),
    }
}

/// S3 has no compare-and-swap for policies: what was merged into must still be there right before the write.
async fn put_policy(
    duty: &Buckets,
    at: &Bucket,
    expected: Option<&Redacted<String>>,
    document: &Redacted<String>,
) -> Result<(), WriteError> {
    let now = policy_now(duty, at).await.map_err(|gap| gone("s3:GetBucketPolicy", gap))?;
    if now.as_ref() != expected {
        return Err(WriteError::Changed("the bucket policy"));
    }
    send!("s3:PutBucketPolicy", request!(duty.put_bucket_policy, at).policy(document.expose()))?;
    Ok(())
}

async fn add_expiry(duty: &Buckets, at: &Bucket, days: u32) -> Result<(), WriteError> {
    const READ: &str = "s3:GetBucketLifecycleConfiguration";
    const WRITE: &str = "s3:PutBucketLifecycleConfiguration";
    let days = i32::try_from(days).map_err(|_| incomplete(WRITE))?;
    let answer = request!(duty.get_bucket_lifecycle_configuration, at).send().await;
    let current = present(READ, "NoSuchLifecycleConfiguration", answer).map_err(|gap| gone(READ, gap))?;
    let minimum_size = current.as_ref().and_then(|current| current.transition_default_minimum_object_size.clone());
    let mut rules = current.and_then(|current| current.rules).unwrap_or_default();
    let rule = LifecycleRule::builder()
        .id("phiward-expiry")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .expiration(LifecycleExpiration::builder().days(days).build())
        .noncurrent_version_expiration(NoncurrentVersionExpiration::builder().noncurrent_days(days).build())
        .build()
        .map_err(|_| incomplete(WRITE))?;
    rules.push(rule);
    let whole =
        BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build().map_err(|_| incomplete(WRITE))?;
    let kept: Option<TransitionDefaultMinimumObjectSize> = minimum_size;
    let request = request!(duty.put_bucket_lifecycle_configuration, at).lifecycle_configuration(whole);
    send!("s3:PutBucketLifecycleConfiguration", request.set_transition_default_minimum_object_size(kept))?;
    Ok(())
}

async fn enable_event_bridge(duty: &Buckets, at: &Bucket) -> Result<(), WriteError> {
    const READ: &str = "s3:GetBucketNotificationConfiguration";
    let answer = request!(duty.get_bucket_notification_configuration, at).send().await;
    let current = present(READ, "", answer).map_err(|gap| gone(READ, gap))?;
    let merged =
        NotificationConfiguration::builder().event_bridge_configuration(EventBridgeConfiguration::builder().build());
    let merged = match current {
        None => merged,
        Some(current) => merged
            .set_topic_configurations(current.topic_configurations)
            .set_queue_configurations(current.queue_configurations)
            .set_lambda_function_configurations(current.lambda_function_configurations),
    };
    // Others' destinations are theirs to validate: one that is gone must not keep this from being set.
    let request = request!(duty.put_bucket_notification_configuration, at)
        .notification_configuration(merged.build())
        .skip_destination_validation(true);
    send!("s3:PutBucketNotificationConfiguration", request)?;
    Ok(())
}
