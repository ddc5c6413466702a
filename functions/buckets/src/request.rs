//! What every request of this duty has in common.

use remediation::{AwsError, WriteError};

use crate::present::Gap;

/// The request for this bucket, of the account that must own it.
macro_rules! request {
    ($duty:ident.$operation:ident, $at:ident) => {
        $duty.s3.$operation().bucket($at.as_str()).expected_bucket_owner(&$duty.account)
    };
}

/// Sends a request and keeps AWS's code if it fails.
macro_rules! send {
    ($name:expr, $request:expr) => {
        $request.send().await.map(drop).map_err(|error| ::remediation::AwsError::new($name, &error))
    };
}

pub(crate) use {request, send};

/// A request that lacks what S3 requires; it can't be sent.
pub(crate) fn incomplete(operation: &'static str) -> WriteError {
    AwsError { operation, code: "InvalidRequest".to_owned(), status: None, request_id: None }.into()
}

/// A bucket or a setting that could not be read again before the write.
pub(crate) fn gone(operation: &'static str, gap: Gap) -> WriteError {
    match gap {
        Gap::Failed(error) => error.into(),
        Gap::Gone => AwsError { operation, code: "NoSuchBucket".to_owned(), status: None, request_id: None }.into(),
    }
}
