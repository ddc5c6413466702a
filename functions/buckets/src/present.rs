//! S3 answers 404 both for a setting that is not there and for a bucket that is not there; the code tells which.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use remediation::{AwsError, ReadError};

/// Why a setting could not be read.
pub(crate) enum Gap {
    /// The bucket is gone.
    Gone,
    /// The read failed.
    Failed(ReadError),
}

/// A setting, `None` where it is not set, which S3 says with `absent_code`.
pub(crate) fn present<T, E: ProvideErrorMetadata>(
    operation: &'static str,
    absent_code: &str,
    answer: Result<T, SdkError<E, HttpResponse>>,
) -> Result<Option<T>, Gap> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error.code() {
            Some("NoSuchBucket") => Err(Gap::Gone),
            Some(code) if code == absent_code => Ok(None),
            _ => Err(Gap::Failed(AwsError::new(operation, &error).into())),
        },
    }
}
