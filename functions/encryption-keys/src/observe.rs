//! Reading a key.

use aws_sdk_kms::Client;
use aws_sdk_kms::error::ProvideErrorMetadata;
use aws_sdk_kms::types::{KeyMetadata, MultiRegionKeyType};
use policy::Redacted;
use policy::encryption_keys::{Facts, Observation, Rotation};
use remediation::{AwsError, ReadError};

use crate::Key;

const DESCRIBE: &str = "kms:DescribeKey";
/// A key policy can shut Phiward out; that is told, and no error.
const DENIED: &str = "AccessDeniedException";

/// What KMS says of the key, read at once.
pub(crate) async fn observe(kms: &Client, at: &Key) -> Result<Observation, ReadError> {
    let described = kms.describe_key().key_id(at.arn()).send();
    let (described, rotation, policy) = tokio::join!(described, rotation(kms, at), policy(kms, at));
    let described = match described {
        Ok(answer) => answer,
        Err(error) => match error.code() {
            Some("NotFoundException") => return Ok(Observation::Gone),
            Some(DENIED) => return Ok(Observation::Closed),
            _ => return Err(AwsError::new(DESCRIBE, &error).into()),
        },
    };
    let missing = ReadError::Answer { operation: DESCRIBE, what: "it describes no key" };
    let metadata = described.key_metadata.ok_or(missing)?;
    let replica_of = replica_of(&metadata);
    Ok(Observation::There(Facts {
        state: metadata.key_state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
        manager: metadata.key_manager.map(|manager| manager.as_str().to_owned()).unwrap_or_default(),
        spec: metadata.key_spec.map(|spec| spec.as_str().to_owned()).unwrap_or_default(),
        origin: metadata.origin.map(|origin| origin.as_str().to_owned()).unwrap_or_default(),
        replica_of,
        rotation: rotation?,
        policy: policy?,
    }))
}

/// The primary key's Region, unless the key is a primary key itself or of one Region only.
fn replica_of(metadata: &KeyMetadata) -> Option<String> {
    let related = metadata.multi_region_configuration()?;
    let is_primary = related.multi_region_key_type() == Some(&MultiRegionKeyType::Primary);
    let region = related.primary_key().and_then(|primary| primary.region()).unwrap_or("its primary Region");
    (!is_primary).then(|| region.to_owned())
}

/// Automatic rotation, as KMS says.
pub(crate) async fn rotation(kms: &Client, at: &Key) -> Result<Rotation, ReadError> {
    match kms.get_key_rotation_status().key_id(at.arn()).send().await {
        Ok(answer) => Ok(Rotation::Said {
            enabled: answer.key_rotation_enabled(),
            days: answer.rotation_period_in_days().and_then(|days| u32::try_from(days).ok()),
        }),
        Err(error) => match error.code() {
            Some("UnsupportedOperationException") => Ok(Rotation::Unsupported),
            Some(DENIED) => Ok(Rotation::Closed),
            _ => Err(AwsError::new("kms:GetKeyRotationStatus", &error).into()),
        },
    }
}

async fn policy(kms: &Client, at: &Key) -> Result<Option<Redacted<String>>, ReadError> {
    match kms.get_key_policy().key_id(at.arn()).policy_name("default").send().await {
        Ok(answer) => Ok(Some(Redacted::new(answer.policy.unwrap_or_default()))),
        Err(error) if error.code() == Some(DENIED) => Ok(None),
        Err(error) => Err(AwsError::new("kms:GetKeyPolicy", &error).into()),
    }
}
