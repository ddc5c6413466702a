//! Re-encryption: where the version lies, or by a copy of the current version onto itself.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{
    AnnotationDirective, MetadataDirective, ObjectEncryption as Encryption, ServerSideEncryption, SsekmsEncryption,
    StorageClass, TaggingDirective,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use policy::object_encryption::Step;
use remediation::{AwsError, WriteError};

use crate::observe::status;
use crate::{Object, ObjectEncryption};

const UPDATE: &str = "s3:UpdateObjectEncryption";
const COPY: &str = "s3:CopyObject";
/// What the plan was made for is no longer so.
const CHANGED: WriteError = WriteError::Changed("the object");
const CLOSED: &str = "the object was left as it is: AWS denies its re-encryption, or its own KMS key is disabled or gone. \
     Let the policy of that key admit Phiward's role to kms:Decrypt and kms:ReEncryptFrom through S3, or have the object \
     written again with the data key";
const UNSUPPORTED: &str = "the object was left as it is: S3 says that its encryption can't be changed; have it written \
     again with the data key";
/// What stands as it is in the source of a copy.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PLAIN_KEY: &AsciiSet = &PLAIN.remove(b'/');

impl ObjectEncryption {
    /// Applies one step.
    pub(crate) async fn write(&self, at: &Object, step: &Step) -> Result<(), WriteError> {
        match step {
            Step::UpdateEncryption { version_id, from, to } => {
                let encryption = SsekmsEncryption::builder().kms_key_arn(to).bucket_key_enabled(true).build();
                let encryption = encryption.map_err(|_| incomplete(UPDATE))?;
                let request = self
                    .s3
                    .update_object_encryption()
                    .bucket(at.bucket())
                    .key(at.key().expose())
                    .set_version_id(version_id.clone())
                    .object_encryption(Encryption::Ssekms(encryption))
                    .expected_bucket_owner(&self.account);
                request.send().await.map(drop).map_err(|error| refusal(UPDATE, &error, from.is_some()))
            }
            Step::CopyInPlace { .. } => self.copy(at, step).await,
        }
    }

    async fn copy(&self, at: &Object, step: &Step) -> Result<(), WriteError> {
        let Step::CopyInPlace { version_id, etag, algorithm, to, storage_class, redirect } = step else {
            return Err(incomplete(COPY));
        };
        let quoted = format!("\"{etag}\"");
        let request = self
            .s3
            .copy_object()
            .bucket(at.bucket())
            .key(at.key().expose())
            // Onto what was looked at, and from it: an object that is another by now stays.
            .if_match(&quoted)
            .copy_source(source(at, version_id.as_deref()))
            .copy_source_if_match(&quoted)
            .metadata_directive(MetadataDirective::Copy)
            .tagging_directive(TaggingDirective::Copy)
            .annotation_directive(AnnotationDirective::Copy)
            .server_side_encryption(ServerSideEncryption::from(algorithm.as_str()))
            .ssekms_key_id(to)
            // Dual-layer encryption has no bucket key.
            .set_bucket_key_enabled((*algorithm == *ServerSideEncryption::AwsKms.as_str()).then_some(true))
            .set_storage_class(storage_class.as_deref().map(StorageClass::from))
            .set_website_redirect_location(redirect.as_ref().map(|to| to.expose().clone()))
            .expected_bucket_owner(&self.account)
            .expected_source_bucket_owner(&self.account);
        let sent = request.customize().config_override(patient()).send().await;
        sent.map(drop).map_err(|error| refusal(COPY, &error, true))
    }
}

/// What a refusal means. `foreign`: the object is encrypted with a key whose policy may shut us out.
fn refusal<E: ProvideErrorMetadata>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
    foreign: bool,
) -> WriteError {
    let refused = |advice: &str| WriteError::Refused { advice: advice.to_owned() };
    match (error.code(), status(error)) {
        (_, Some(404 | 405 | 412)) => CHANGED,
        (Some("AccessDenied"), _) if foreign => refused(CLOSED),
        (Some(code), _) if foreign && code.starts_with("KMS.") => refused(CLOSED),
        // API reference, `UpdateObjectEncryption`: what the source is not supported for; and a copy of what is archived.
        (Some("InvalidRequest" | "InvalidObjectState" | "NotImplemented"), _) => refused(UNSUPPORTED),
        _ => AwsError::new(operation, error).into(),
    }
}

/// Bucket, key and version in the form of `x-amz-copy-source`.
fn source(at: &Object, version_id: Option<&str>) -> String {
    let path = format!("{}/{}", at.bucket(), utf8_percent_encode(at.key().expose(), PLAIN_KEY));
    match version_id {
        Some(id) => format!("{path}?versionId={}", utf8_percent_encode(id, PLAIN)),
        None => path,
    }
}

/// A request that lacks what S3 requires; it can't be sent.
fn incomplete(operation: &'static str) -> WriteError {
    AwsError { operation, code: "InvalidRequest".to_owned(), status: None, request_id: None }.into()
}

/// A configuration for a request that S3 answers only when it has copied gigabytes.
fn patient() -> aws_sdk_s3::config::Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(200))
        .build();
    aws_sdk_s3::Config::builder().timeout_config(timeouts)
}
