//! Changing the trail. Only what is wrong is sent: CloudTrail leaves the rest as it is. Selectors alone are replaced
//! whole, so they are read again and merged.

use aws_sdk_cloudtrail::error::ProvideErrorMetadata;
use policy::audit_trail::{Obstacle, Selectors, Step, with_data_events, with_management_events};
use remediation::{AwsError, WriteError};

use crate::observe::selectors_now;
use crate::refusals::write_error;
use crate::{AuditTrail, Trail, selectors};

const UPDATE: &str = "cloudtrail:UpdateTrail";
const PUT: &str = "cloudtrail:PutEventSelectors";

/// Applies one step.
pub(crate) async fn apply(duty: &AuditTrail, at: &Trail, step: &Step) -> Result<(), WriteError> {
    let update = || duty.cloudtrail.update_trail().name(at.arn());
    let update = match step {
        Step::Create { bucket, key } => return create(duty, at, bucket, key).await,
        Step::StartLogging => {
            let sent = duty.cloudtrail.start_logging().name(at.arn()).send().await;
            return sent.map(drop).map_err(|error| write_error("cloudtrail:StartLogging", &error));
        }
        Step::RecordManagementEvents => return put_selectors(duty, at, with_management_events).await,
        Step::RecordDataEvents { types } => {
            let partition = &duty.partition;
            return put_selectors(duty, at, |selectors| with_data_events(selectors, types, partition)).await;
        }
        Step::RecordGlobalEvents => update().include_global_service_events(true),
        Step::RecordAllRegions => update().is_multi_region_trail(true).include_global_service_events(true),
        Step::ValidateFiles => update().enable_log_file_validation(true),
        Step::Encrypt { key } => update().kms_key_id(key),
    };
    update.send().await.map(drop).map_err(|error| write_error(UPDATE, &error))
}

async fn create(duty: &AuditTrail, at: &Trail, bucket: &str, key: &str) -> Result<(), WriteError> {
    let sent = duty
        .cloudtrail
        .create_trail()
        .name(at.name())
        .s3_bucket_name(bucket)
        .kms_key_id(key)
        .is_multi_region_trail(true)
        .include_global_service_events(true)
        .enable_log_file_validation(true)
        .send()
        .await;
    match sent {
        Ok(_) => Ok(()),
        // By a request whose answer was lost, or by somebody else: what it lacks is seen when it is read back.
        Err(error) if error.code() == Some("TrailAlreadyExistsException") => Ok(()),
        Err(error) => Err(write_error("cloudtrail:CreateTrail", &error)),
    }
}

/// Merges into the selectors as they are right before the write: CloudTrail has no compare-and-swap for them.
async fn put_selectors(
    duty: &AuditTrail,
    at: &Trail,
    widened: impl FnOnce(&Selectors) -> Result<Selectors, Obstacle>,
) -> Result<(), WriteError> {
    let current = selectors_now(duty, at).await?;
    // There was room when the step was planned.
    let merged = widened(&current).map_err(|_| WriteError::Changed("the trail's event selectors"))?;
    if merged == current {
        return Ok(());
    }
    let request = duty.cloudtrail.put_event_selectors().trail_name(at.arn());
    let request = match &merged {
        Selectors::Basic(list) => request.set_event_selectors(Some(selectors::basic(list))),
        Selectors::Advanced(list) => {
            let incomplete =
                |_| AwsError { operation: PUT, code: "InvalidRequest".to_owned(), status: None, request_id: None };
            request.set_advanced_event_selectors(Some(selectors::advanced(list).map_err(incomplete)?))
        }
    };
    request.send().await.map(drop).map_err(|error| write_error(PUT, &error))
}
