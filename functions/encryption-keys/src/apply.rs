//! Writing a key.
//!
//! KMS developer guide, "Eventual consistency": for seconds after a change KMS may still refuse what the new state allows.
//! One step needs what the one before has done, so each is tried again for a while.

use std::time::Duration;

use aws_sdk_kms::Client;
use aws_sdk_kms::types::KeyState;
use policy::encryption_keys::Rotation;
use policy::encryption_keys::Step;
use remediation::{AwsError, WriteError};

use crate::Key;
use crate::observe::rotation;

/// Waits that double from the first to the longest: about six seconds.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_millis(3200);

/// Applies one step.
pub(crate) async fn apply(kms: &Client, at: &Key, step: &Step) -> Result<(), WriteError> {
    match step {
        Step::CancelDeletion => Ok(patiently(async || cancel_deletion(kms, at).await).await?),
        Step::Enable => match patiently(async || enable(kms, at).await).await {
            Err(error) if is_too_early(&error) && is_pending_deletion(kms, at).await => Err(refused(
                "the key's deletion is pending and is not cancelled here (see encryption-keys.pending-deletion): as long as \
                 that is so it can't be enabled",
            )),
            other => Ok(other?),
        },
        Step::EnableRotation { days, hidden } => enable_rotation(kms, at, *days, *hidden).await,
    }
}

async fn cancel_deletion(kms: &Client, at: &Key) -> Result<(), AwsError> {
    let sent = kms.cancel_key_deletion().key_id(at.arn()).send().await;
    sent.map(drop).map_err(|error| AwsError::new("kms:CancelKeyDeletion", &error))
}

async fn enable(kms: &Client, at: &Key) -> Result<(), AwsError> {
    let sent = kms.enable_key().key_id(at.arn()).send().await;
    sent.map(drop).map_err(|error| AwsError::new("kms:EnableKey", &error))
}

/// The period is read right before it is written: what rotates more often stays.
async fn enable_rotation(kms: &Client, at: &Key, days: u32, hidden: bool) -> Result<(), WriteError> {
    let mut seen = rotation(kms, at).await?;
    let mut wait = FIRST_WAIT;
    while hidden && matches!(seen, Rotation::Said { enabled: false, .. }) && wait <= LONGEST_WAIT {
        tokio::time::sleep(wait).await;
        wait *= 2;
        seen = rotation(kms, at).await?;
    }
    let period = match seen {
        seen if seen.at_least_every(days) => return Ok(()),
        Rotation::Said { .. } => i32::try_from(seen.period(days)).unwrap_or(i32::MAX),
        Rotation::Unsupported | Rotation::Closed => {
            return Err(refused("KMS does not say any more how the key rotates: look at it"));
        }
    };
    let enabled = patiently(async || {
        let sent = kms.enable_key_rotation().key_id(at.arn()).rotation_period_in_days(period).send().await;
        sent.map(drop).map_err(|error| AwsError::new("kms:EnableKeyRotation", &error))
    });
    match enabled.await {
        Err(error) if error.code == "UnsupportedOperationException" => {
            Err(refused("KMS does not rotate this key: name another, or exempt it"))
        }
        Err(error) if is_too_early(&error) && state(kms, at).await.is_some_and(|state| state != KeyState::Enabled) => {
            Err(refused("a key that is disabled or about to be deleted can't be made to rotate: that comes first"))
        }
        other => Ok(other?),
    }
}

async fn patiently(call: impl AsyncFn() -> Result<(), AwsError>) -> Result<(), AwsError> {
    let mut wait = FIRST_WAIT;
    loop {
        match call().await {
            Err(error) if is_too_early(&error) && wait <= LONGEST_WAIT => {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
            other => return other,
        }
    }
}

/// What KMS answers while one of its places does not know yet what another has done.
fn is_too_early(error: &AwsError) -> bool {
    matches!(error.code.as_str(), "KMSInvalidStateException" | "DisabledException" | "NotFoundException")
}

async fn is_pending_deletion(kms: &Client, at: &Key) -> bool {
    matches!(state(kms, at).await, Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion))
}

/// Why a step is refused; what can't be read is no reason.
async fn state(kms: &Client, at: &Key) -> Option<KeyState> {
    kms.describe_key().key_id(at.arn()).send().await.ok()?.key_metadata?.key_state
}

fn refused(advice: &str) -> WriteError {
    WriteError::Refused { advice: advice.to_owned() }
}
