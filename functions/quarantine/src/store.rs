//! S3 as this duty uses it: every request names the account that must own the bucket.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use remediation::WriteError;

/// The client and the account that must own every bucket.
pub(crate) struct Store {
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) account: String,
}

/// What the plan was made for is no longer so.
pub(crate) const CHANGED: WriteError = WriteError::Changed("the object");

/// The HTTP status of an answer that is an error.
pub(crate) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

/// Whether the answer is that the object or its version is not there; a missing bucket is another matter.
pub(crate) fn is_no_object<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    matches!(error.code(), Some("NoSuchKey" | "NoSuchVersion"))
}

/// An entity tag as it stands in a header.
pub(crate) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// A configuration for requests that S3 answers only when it has copied gigabytes.
pub(crate) fn patient() -> aws_sdk_s3::config::Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(300))
        .build();
    aws_sdk_s3::Config::builder().timeout_config(timeouts)
}
