//! Which refusals a person must settle, and which are failures.
//!
//! Macie answers AccessDeniedException to three things: a caller who lacks a permission, a call while it is not enabled, and
//! a member account that asks for what only the organization's administrator account may. Only the message tells them apart;
//! it is looked at here and goes nowhere. IAM's has one form for all services, and Macie's own "Macie is not enabled" is known
//! from the field; what the third says is not documented, so it is what is neither.

use aws_sdk_macie2::error::{ProvideErrorMetadata, SdkError};
use remediation::{AwsError, WriteError};

/// Why Macie denies a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// Macie is not enabled.
    NotEnabled,
    /// A policy: IAM's own, or one of the organization.
    Permission,
    /// By Macie itself: the organization's Macie administrator account decides this.
    Managed,
}

/// Why Macie denied the call; nothing for any other error.
pub(crate) fn denial<E: ProvideErrorMetadata>(error: &SdkError<E>) -> Option<Denial> {
    if error.code() != Some("AccessDeniedException") {
        return None;
    }
    let message = error.message().unwrap_or_default().to_ascii_lowercase();
    let says = |piece: &str| message.contains(piece);
    Some(if says("not enabled") {
        Denial::NotEnabled
    } else if message.is_empty() || says("not authorized to perform") {
        Denial::Permission
    } else {
        Denial::Managed
    })
}

/// A write that Macie refused: for good where only a person or another account can change that.
pub(crate) fn macie<E: ProvideErrorMetadata>(operation: &'static str, error: &SdkError<E>) -> WriteError {
    let advice = match (denial(error), error.code()) {
        (Some(Denial::NotEnabled), _) => "Macie is off: see detectors.macie",
        (Some(Denial::Managed), _) => {
            "this account belongs to an organization whose Macie administrator account decides this: have it set there"
        }
        (None, Some("ServiceQuotaExceededException")) => "a quota of Macie is reached: delete what is not needed there",
        (None, Some("ValidationException")) => {
            "Macie does not take this: correct the baseline's identifier, or take others out of the template"
        }
        _ => return AwsError::new(operation, error).into(),
    };
    WriteError::Refused { advice: advice.to_owned() }
}

/// A write that is refused for good where AWS answers with this code.
pub(crate) fn coded<E: ProvideErrorMetadata>(
    operation: &'static str,
    error: &SdkError<E>,
    refusals: &[(&str, &str)],
) -> WriteError {
    let known = refusals.iter().find(|(code, _)| error.code() == Some(code));
    match known {
        Some((_, advice)) => WriteError::Refused { advice: (*advice).to_owned() },
        None => AwsError::new(operation, error).into(),
    }
}
