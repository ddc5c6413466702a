//! Reading the trail: first all that is said of it, at once, then only what a change would depend on.

use aws_sdk_cloudtrail::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use aws_sdk_cloudtrail::primitives::{DateTime, DateTimeFormat};
use aws_sdk_cloudtrail::types::Trail as Described;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use policy::audit_trail::{Observation, Selectors, Status, Text, TrailState, needs_key};
use remediation::{AwsError, ReadError};

use crate::{AuditTrail, Trail, selectors};

const DESCRIBE: &str = "cloudtrail:DescribeTrails";
const STATUS: &str = "cloudtrail:GetTrailStatus";
const SELECTORS: &str = "cloudtrail:GetEventSelectors";

/// The live state of the trail.
pub(crate) async fn observe(duty: &AuditTrail, at: &Trail) -> Result<Observation, ReadError> {
    let trail = trail(duty, at).await?;
    let desired = duty.desired(at);
    let key = async {
        let looked_at = needs_key(trail.as_ref(), &desired);
        if looked_at { duty.data_key.observe().await.map(Some) } else { Ok(None) }
    };
    let bucket = async {
        match &duty.bucket {
            Some(name) if trail.is_none() && desired.may_create() => duty.observe_bucket(name).await.map(Some),
            _ => Ok(None),
        }
    };
    let (key, bucket) = tokio::try_join!(key, bucket)?;
    Ok(Observation { trail, key, bucket })
}

async fn trail(duty: &AuditTrail, at: &Trail) -> Result<Option<TrailState>, ReadError> {
    let (described, status, selectors) =
        tokio::join!(describe(duty, at), status(duty, at.arn()), selectors(duty, at.arn()));
    let Some(found) = described? else {
        // CloudTrail has not agreed with itself yet: a trail that is only about to show must not be made again.
        return match (status, selectors) {
            (Ok(_), _) | (_, Ok(_)) => {
                Err(ReadError::Answer { operation: DESCRIBE, what: "it does not list a trail that is there" })
            }
            (Err(Unread::Absent(_)), Err(Unread::Absent(_))) => Ok(None),
            (Err(Unread::Refused(_)), _) | (_, Err(Unread::Refused(_))) if at.is_named_by_arn() => Ok(None),
            (Err(unread), _) => Err(unread.into()),
        };
    };
    let arn = found.trail_arn.clone().ok_or(ReadError::Answer { operation: DESCRIBE, what: "it names no ARN" })?;
    let (status, selectors) = if arn == at.arn() {
        (status, selectors)
    } else {
        tokio::join!(self::status(duty, &arn), self::selectors(duty, &arn))
    };
    // What another account does not let us read is told; of a trail of our own, not to know is a failure.
    let foreign = arn.split(':').nth(4) != Some(duty.account.as_str());
    Ok(Some(TrailState {
        home_region: found.home_region.unwrap_or_default(),
        organization: found.is_organization_trail == Some(true),
        multi_region: found.is_multi_region_trail == Some(true),
        global_events: found.include_global_service_events == Some(true),
        file_validation: found.log_file_validation_enabled == Some(true),
        key: found.kms_key_id,
        bucket: found.s3_bucket_name,
        status: known(status, foreign)?,
        selectors: known(selectors, foreign)?,
        arn,
    }))
}

/// Every trail that is to be seen from here is asked for: a name would mean this Region's trails alone, and not the
/// shadow of a trail whose home is another one.
async fn describe(duty: &AuditTrail, at: &Trail) -> Result<Option<Described>, ReadError> {
    let named = at.is_named_by_arn().then(|| vec![at.arn().to_owned()]);
    let answer = match duty.cloudtrail.describe_trails().set_trail_name_list(named).send().await {
        Ok(answer) => answer,
        Err(error) if error.code() == Some("CloudTrailARNInvalidException") => return Ok(None),
        Err(error) => return Err(AwsError::new(DESCRIBE, &error).into()),
    };
    let (here, elsewhere): (Vec<_>, Vec<_>) = answer
        .trail_list
        .unwrap_or_default()
        .into_iter()
        .filter(|trail| {
            trail.trail_arn() == Some(at.arn()) || (!at.is_named_by_arn() && trail.name() == Some(at.name()))
        })
        .partition(|trail| trail.trail_arn() == Some(at.arn()));
    Ok(here.into_iter().chain(elsewhere).next())
}

async fn status(duty: &AuditTrail, arn: &str) -> Result<Status, Unread> {
    let answer = duty.cloudtrail.get_trail_status().name(arn).send().await;
    let answer = answer.map_err(|error| Unread::new(STATUS, &error))?;
    Ok(status_of(answer))
}

fn status_of(answer: GetTrailStatusOutput) -> Status {
    let seconds = |time: Option<DateTime>| time.map(|time| time.secs());
    let attempted = answer.latest_delivery_attempt_time.as_deref();
    Status {
        logging: answer.is_logging == Some(true),
        started: seconds(answer.start_logging_time),
        stopped: seconds(answer.stop_logging_time),
        delivered: seconds(answer.latest_delivery_time),
        attempted: seconds(attempted.and_then(|time| DateTime::from_str(time, DateTimeFormat::DateTime).ok())),
        error: answer.latest_delivery_error.filter(|error| !error.is_empty()).map(Text::new),
        digest_error: answer.latest_digest_delivery_error.filter(|error| !error.is_empty()).map(Text::new),
    }
}

async fn selectors(duty: &AuditTrail, arn: &str) -> Result<Selectors, Unread> {
    let answer = duty.cloudtrail.get_event_selectors().trail_name(arn).send().await;
    let answer = answer.map_err(|error| Unread::new(SELECTORS, &error))?;
    Ok(selectors::read(answer.event_selectors, answer.advanced_event_selectors))
}

/// The selectors as they are now, for what is to be written to be merged into.
pub(crate) async fn selectors_now(duty: &AuditTrail, at: &Trail) -> Result<Selectors, ReadError> {
    selectors(duty, at.arn()).await.map_err(ReadError::from)
}

/// Why something was not read.
enum Unread {
    /// There is no such trail.
    Absent(AwsError),
    /// The trail's owner does not let us.
    Refused(AwsError),
    Failed(AwsError),
}

impl Unread {
    fn new<E: ProvideErrorMetadata>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self {
        let kept = AwsError::new(operation, error);
        match kept.code.as_str() {
            "TrailNotFoundException" => Self::Absent(kept),
            "AccessDeniedException"
            | "AccessDenied"
            | "CloudTrailARNInvalidException"
            | "OperationNotPermittedException"
            | "UnsupportedOperationException"
            | "NotOrganizationMasterAccountException" => Self::Refused(kept),
            _ => Self::Failed(kept),
        }
    }
}

impl From<Unread> for ReadError {
    fn from(unread: Unread) -> Self {
        let (Unread::Absent(error) | Unread::Refused(error) | Unread::Failed(error)) = unread;
        error.into()
    }
}

fn known<T>(read: Result<T, Unread>, foreign: bool) -> Result<Option<T>, ReadError> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(Unread::Absent(_) | Unread::Refused(_)) if foreign => Ok(None),
        Err(unread) => Err(unread.into()),
    }
}
