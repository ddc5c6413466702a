//! Writing a bucket's settings. What S3 replaces whole is read again and merged, so that others' parts stay.

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::types::{
    BlockedEncryptionTypes, BucketCannedAcl, BucketVersioningStatus, EncryptionType, EventBridgeConfiguration,
    NotificationConfiguration, ObjectOwnership, OwnershipControls, OwnershipControlsRule,
    PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, VersioningConfiguration,
};
use policy::buckets::{Encryption, PublicAccessBlock, Step};
use remediation::{AwsError, WriteError};

use crate::present::present;
use crate::request::{gone, incomplete, request, send};
use crate::{Bucket, Buckets, bucket_policy, lifecycle};

/// Applies one step.
pub(crate) async fn apply(duty: &Buckets, at: &Bucket, step: &Step) -> Result<(), WriteError> {
    match step {
        Step::PutEncryption { encryption } => put_encryption(duty, at, encryption).await,
        Step::DeleteEncryption => Ok(send!("s3:DeleteBucketEncryption", request!(duty.delete_bucket_encryption, at))?),
        Step::BlockPublicAccess => put_public_access_block(duty, at, PublicAccessBlock::ALL).await,
        Step::PutPublicAccessBlock { flags } => put_public_access_block(duty, at, *flags).await,
        Step::MakeAclPrivate => {
            Ok(send!("s3:PutBucketAcl", request!(duty.put_bucket_acl, at).acl(BucketCannedAcl::Private))?)
        }
        Step::EnforceBucketOwner => put_ownership(duty, at, ObjectOwnership::BucketOwnerEnforced).await,
        Step::PutOwnership { ownership } => put_ownership(duty, at, ownership.as_str().into()).await,
        Step::DeleteOwnership => {
            Ok(send!("s3:DeleteBucketOwnershipControls", request!(duty.delete_bucket_ownership_controls, at))?)
        }
        Step::PutPolicy { expected, document } => bucket_policy::put(duty, at, expected.as_ref(), document).await,
        Step::AddStatement { statement } => bucket_policy::add(duty, at, statement).await,
        Step::DeletePolicy { expected } => bucket_policy::delete(duty, at, expected.as_ref()).await,
        Step::EnableVersioning => put_versioning(duty, at, BucketVersioningStatus::Enabled).await,
        Step::SuspendVersioning => put_versioning(duty, at, BucketVersioningStatus::Suspended).await,
        Step::AddExpiry { days } => lifecycle::add_expiry(duty, at, *days).await,
        Step::RemoveExpiry { days } => lifecycle::remove_expiry(duty, at, *days).await,
        Step::EnableEventBridge => put_event_bridge(duty, at, true).await,
        Step::DisableEventBridge => put_event_bridge(duty, at, false).await,
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
    Ok(send!("s3:PutBucketEncryption", request)?)
}

async fn put_public_access_block(duty: &Buckets, at: &Bucket, flags: PublicAccessBlock) -> Result<(), WriteError> {
    let whole = PublicAccessBlockConfiguration::builder()
        .block_public_acls(flags.block_public_acls)
        .ignore_public_acls(flags.ignore_public_acls)
        .block_public_policy(flags.block_public_policy)
        .restrict_public_buckets(flags.restrict_public_buckets)
        .build();
    let request = request!(duty.put_public_access_block, at).public_access_block_configuration(whole);
    Ok(send!("s3:PutPublicAccessBlock", request)?)
}

async fn put_ownership(duty: &Buckets, at: &Bucket, ownership: ObjectOwnership) -> Result<(), WriteError> {
    const WRITE: &str = "s3:PutBucketOwnershipControls";
    let rule = OwnershipControlsRule::builder().object_ownership(ownership).build().map_err(|_| incomplete(WRITE))?;
    let controls = OwnershipControls::builder().rules(rule).build().map_err(|_| incomplete(WRITE))?;
    match request!(duty.put_bucket_ownership_controls, at).ownership_controls(controls).send().await {
        Ok(_) => Ok(()),
        // A grant that came after the ACL was read.
        Err(error) if error.code() == Some("InvalidBucketAclWithObjectOwnership") => {
            Err(WriteError::Changed("the bucket's ACL"))
        }
        Err(error) => Err(AwsError::new(WRITE, &error).into()),
    }
}

async fn put_versioning(duty: &Buckets, at: &Bucket, status: BucketVersioningStatus) -> Result<(), WriteError> {
    let whole = VersioningConfiguration::builder().status(status).build();
    match request!(duty.put_bucket_versioning, at).versioning_configuration(whole).send().await {
        Ok(_) => Ok(()),
        // S3 User Guide, "Configuring S3 Object Lock": versioning can't be suspended; likewise where replication is on.
        Err(error) if error.code() == Some("InvalidBucketState") => Err(WriteError::Refused {
            advice: "the bucket has Object Lock or replication, which need versioning: it stays as it is".to_owned(),
        }),
        Err(error) => Err(AwsError::new("s3:PutBucketVersioning", &error).into()),
    }
}

/// Switches EventBridge on or off; all other notifications stay.
async fn put_event_bridge(duty: &Buckets, at: &Bucket, on: bool) -> Result<(), WriteError> {
    const READ: &str = "s3:GetBucketNotificationConfiguration";
    let answer = request!(duty.get_bucket_notification_configuration, at).send().await;
    let current = present(READ, "", answer).map_err(|gap| gone(READ, gap))?;
    let merged = NotificationConfiguration::builder()
        .set_event_bridge_configuration(on.then(|| EventBridgeConfiguration::builder().build()));
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
    Ok(send!("s3:PutBucketNotificationConfiguration", request)?)
}
