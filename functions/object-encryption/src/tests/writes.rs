//! Re-encryption: exactly of what was looked at, with all that belongs to it, and S3's refusals.

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::copy_object::CopyObjectOutput;
use aws_sdk_s3::operation::update_object_encryption::UpdateObjectEncryptionOutput;
use aws_sdk_s3::types::{
    MetadataDirective, ObjectEncryption as Encryption, ServerSideEncryption, StorageClass, TaggingDirective,
};
use aws_smithy_mocks::{Rule, mock};
use policy::Redacted;
use policy::object_encryption::Step;
use remediation::{Repair, WriteError};

use super::fixtures::*;

fn update(from: Option<&str>) -> Step {
    let version_id = Some("v1".to_owned());
    Step::UpdateEncryption { version_id, from: from.map(str::to_owned), to: DATA_KEY.to_owned() }
}

fn copy(algorithm: &str) -> Step {
    Step::CopyInPlace {
        version_id: Some("v/1".to_owned()),
        etag: ETAG.to_owned(),
        algorithm: algorithm.to_owned(),
        to: DATA_KEY.to_owned(),
        storage_class: Some("STANDARD_IA".to_owned()),
        redirect: Some(Redacted::new("/elsewhere".to_owned())),
    }
}

async fn apply(step: &Step, s3: &[&Rule]) -> Result<(), WriteError> {
    duty(s3, &[]).apply(&at(Some("v1")), step).await
}

#[tokio::test]
async fn the_version_is_re_encrypted_where_it_lies() {
    let updates = mock!(Client::update_object_encryption)
        .match_requests(|request| {
            let named = (request.bucket(), request.key(), request.version_id());
            let Some(Encryption::Ssekms(given)) = request.object_encryption() else { return false };
            named == (Some(BUCKET), Some(KEY), Some("v1"))
                && request.expected_bucket_owner() == Some(ACCOUNT)
                && (given.kms_key_arn(), given.bucket_key_enabled()) == (DATA_KEY, Some(true))
        })
        .then_output(|| UpdateObjectEncryptionOutput::builder().build());
    assert_eq!(apply(&update(None), &[&updates]).await, Ok(()));
    assert_eq!(updates.num_calls(), 1);
}

#[tokio::test]
async fn what_was_looked_at_is_copied_over_itself_with_all_that_belongs_to_it() {
    for (algorithm, bucket_key) in [("aws:kms", Some(true)), ("aws:kms:dsse", None)] {
        let copies = mock!(Client::copy_object)
            .match_requests(move |request| {
                let quoted = format!("\"{ETAG}\"");
                request.copy_source() == Some("phi-a/jane%20doe/gr%C3%B6%C3%9Fe%2B4711%3F50%25.pdf?versionId=v%2F1")
                    && request.copy_source_if_match() == Some(&quoted)
                    && request.if_match() == Some(&quoted)
                    && (request.bucket(), request.key()) == (Some(BUCKET), Some(KEY))
                    && request.metadata_directive() == Some(&MetadataDirective::Copy)
                    && request.tagging_directive() == Some(&TaggingDirective::Copy)
                    && request.server_side_encryption() == Some(&ServerSideEncryption::from(algorithm))
                    && (request.ssekms_key_id(), request.bucket_key_enabled()) == (Some(DATA_KEY), bucket_key)
                    && request.storage_class() == Some(&StorageClass::StandardIa)
                    && request.website_redirect_location() == Some("/elsewhere")
                    // Without a name the source's algorithm is kept.
                    && request.checksum_algorithm().is_none()
                    && request.expected_bucket_owner() == Some(ACCOUNT)
                    && request.expected_source_bucket_owner() == Some(ACCOUNT)
            })
            .then_output(|| CopyObjectOutput::builder().build());
        assert_eq!(apply(&copy(algorithm), &[&copies]).await, Ok(()));
        assert_eq!(copies.num_calls(), 1);
    }
}

#[tokio::test]
async fn an_object_that_is_another_by_now_or_gone_is_left() {
    for (status, code) in [(412, "PreconditionFailed"), (404, "NoSuchVersion"), (405, "MethodNotAllowed")] {
        let copies = mock!(Client::copy_object).sequence().http_status(status, xml(code)).build();
        assert!(matches!(apply(&copy("aws:kms"), &[&copies]).await, Err(WriteError::Changed(_))), "{code}");
        let updates = mock!(Client::update_object_encryption).sequence().http_status(status, xml(code)).build();
        assert!(matches!(apply(&update(None), &[&updates]).await, Err(WriteError::Changed(_))), "{code}");
    }
}

#[tokio::test]
async fn what_s3_refuses_for_good_is_told_and_what_may_be_our_own_fault_fails() {
    let cases = [
        (Some(FOREIGN), 403, "AccessDenied", true),
        (Some(FOREIGN), 400, "KMS.DisabledException", true),
        (None, 400, "InvalidRequest", true),
        // Of an object under S3's own key nobody else's key is asked: our role, or the data key's policy.
        (None, 403, "AccessDenied", false),
        (None, 400, "KMS.DisabledException", false),
    ];
    for (from, status, code, refused) in cases {
        let updates = mock!(Client::update_object_encryption).sequence().http_status(status, xml(code)).build();
        let error = apply(&update(from), &[&updates]).await.unwrap_err();
        assert_eq!(matches!(error, WriteError::Refused { .. }), refused, "{code}");
        assert!(!format!("{error} {error:?}").contains("jane"), "{error}");
    }
    let archived = mock!(Client::copy_object).sequence().http_status(403, xml("InvalidObjectState")).build();
    assert!(matches!(apply(&copy("aws:kms"), &[&archived]).await, Err(WriteError::Refused { .. })));
}

#[tokio::test]
async fn an_error_in_the_body_of_a_200_is_an_error_that_quotes_nothing() {
    let odd = mock!(Client::copy_object).sequence().http_status(200, xml("InternalError")).repeatedly().build();
    let error = apply(&copy("aws:kms"), &[&odd]).await.unwrap_err();
    assert!(matches!(&error, WriteError::Aws(error) if error.code == "InternalError"), "{error}");
    assert!(!format!("{error} {error:?}").contains("jane"));
}
