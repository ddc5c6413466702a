//! The destinations that the deployment names.

use policy::Redacted;
use policy::invocation_logging::{CloudWatchDestination, Destinations, S3Destination};
use remediation::{Environment, SettingError};

const BUCKET: &str = "PHIWARD_INVOCATION_LOG_BUCKET";
const PREFIX: &str = "PHIWARD_INVOCATION_LOG_PREFIX";
const GROUP: &str = "PHIWARD_INVOCATION_LOG_GROUP";
const ROLE: &str = "PHIWARD_INVOCATION_LOG_ROLE_ARN";
const LARGE_BUCKET: &str = "PHIWARD_INVOCATION_LARGE_DATA_BUCKET";
const LARGE_PREFIX: &str = "PHIWARD_INVOCATION_LARGE_DATA_PREFIX";

/// What is named. A part that lacks another it needs is refused: logs would go elsewhere than was meant.
pub(crate) fn destinations(environment: &Environment<'_>) -> Result<Destinations, SettingError> {
    let s3 = place(environment, BUCKET, PREFIX)?;
    let large_data = place(environment, LARGE_BUCKET, LARGE_PREFIX)?;
    let cloudwatch = match (environment.optional(GROUP), environment.optional(ROLE)) {
        (Some(group), Some(role_arn)) => Some(CloudWatchDestination { group, role_arn, large_data }),
        (Some(_), None) => return Err(SettingError::Missing(ROLE)),
        (None, Some(_)) => return Err(SettingError::Missing(GROUP)),
        (None, None) if large_data.is_some() => return Err(SettingError::Missing(GROUP)),
        (None, None) => None,
    };
    Ok(Destinations { s3, cloudwatch })
}

fn place(
    environment: &Environment<'_>,
    bucket: &'static str,
    prefix: &'static str,
) -> Result<Option<S3Destination>, SettingError> {
    match (environment.optional(bucket), environment.optional(prefix)) {
        (Some(bucket), prefix) => Ok(Some(S3Destination { bucket, prefix: Redacted::new(prefix.unwrap_or_default()) })),
        (None, Some(_)) => Err(SettingError::Missing(bucket)),
        (None, None) => Ok(None),
    }
}
