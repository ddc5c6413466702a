//! Copies: once, of the bytes that were scanned, with all that belongs to them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::abort_multipart_upload::AbortMultipartUploadOutput;
use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadOutput;
use aws_sdk_s3::operation::copy_object::CopyObjectOutput;
use aws_sdk_s3::operation::create_multipart_upload::CreateMultipartUploadOutput;
use aws_sdk_s3::operation::get_object_tagging::GetObjectTaggingOutput;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::operation::upload_part_copy::UploadPartCopyOutput;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType, CopyPartResult, Tag};
use aws_smithy_mocks::{Rule, mock};
use policy::quarantine::Step;
use remediation::{Repair, WriteError};

use super::fixtures::*;

const GIB: u64 = 1024 * 1024 * 1024;
const SOURCE: &str = "shared-files/jane%20doe/gr%C3%B6%C3%9Fe%2B4711%3F50%25.pdf?versionId=v1";

fn whole() -> Step {
    Step::Copy { object: object(), copy: copy(), algorithm: "CRC64NVME".to_owned() }
}

fn in_parts() -> Step {
    let (algorithm, checksum) = ("CRC64NVME".to_owned(), "crc".to_owned());
    Step::CopyInParts { object: object(), copy: copy(), size: 6 * GIB + 1, part_size: GIB, algorithm, checksum }
}

async fn apply(step: &Step, s3: &[&Rule]) -> Result<(), WriteError> {
    duty(&[], s3).apply(&id(), step).await
}

fn changed(result: &Result<(), WriteError>) -> bool {
    matches!(result, Err(WriteError::Changed(_)))
}

#[tokio::test]
async fn the_exact_version_is_copied_and_never_over_another_copy() {
    let copies = mock!(Client::copy_object)
        .match_requests(|request| {
            request.copy_source() == Some(SOURCE)
                && request.copy_source_if_match() == Some(&format!("\"{ETAG}\""))
                && request.if_none_match() == Some("*")
                && (request.bucket(), request.key()) == (Some(OURS), Some(COPY_KEY))
                && request.checksum_algorithm() == Some(&ChecksumAlgorithm::Crc64Nvme)
                && request.expected_bucket_owner() == Some(ACCOUNT)
                && request.expected_source_bucket_owner() == Some(ACCOUNT)
        })
        .then_output(|| CopyObjectOutput::builder().build());
    assert_eq!(apply(&whole(), &[&copies]).await, Ok(()));
    assert_eq!(copies.num_calls(), 1);
}

#[tokio::test]
async fn a_copy_that_is_there_already_is_enough() {
    let there = mock!(Client::copy_object).sequence().http_status(412, xml("PreconditionFailed")).build();
    assert_eq!(apply(&whole(), &[&there, &copied("crc")]).await, Ok(()));
}

#[tokio::test]
async fn an_object_that_is_another_by_now_is_not_copied() {
    let changed_source = mock!(Client::copy_object).sequence().http_status(412, xml("PreconditionFailed")).build();
    assert!(changed(&apply(&whole(), &[&changed_source, &no_head(OURS, 404)]).await));
    let gone = mock!(Client::copy_object).sequence().http_status(404, xml("NoSuchVersion")).build();
    assert!(changed(&apply(&whole(), &[&gone]).await));
}

#[tokio::test]
async fn an_error_in_the_body_of_a_200_is_an_error_that_quotes_nothing() {
    let odd = mock!(Client::copy_object).sequence().http_status(200, xml("AccessDenied")).build();
    let error = apply(&whole(), &[&odd]).await.unwrap_err();
    assert!(matches!(&error, WriteError::Aws(error) if error.code == "AccessDenied"), "{error}");
    assert!(!format!("{error} {error:?}").contains("jane"));
}

fn large() -> Rule {
    mock!(Client::head_object).match_requests(|request| request.bucket() == Some(BUCKET)).then_output(|| {
        HeadObjectOutput::builder()
            .e_tag(format!("\"{ETAG}\""))
            .content_length(6_442_450_945)
            .content_type("application/pdf")
            .content_encoding("gzip")
            .expires_string("Wed, 21 Oct 2015 07:28:00 GMT")
            .set_metadata(Some(HashMap::from([("ward".to_owned(), "7".to_owned())])))
            .checksum_crc64_nvme("crc")
            .checksum_type(ChecksumType::FullObject)
            .build()
    })
}

fn tags() -> Rule {
    mock!(Client::get_object_tagging).match_requests(|request| request.version_id() == Some("v1")).then_output(|| {
        let tag = Tag::builder().key("a b").value("ö&=").build().unwrap();
        GetObjectTaggingOutput::builder().tag_set(tag).build().unwrap()
    })
}

fn create() -> Rule {
    mock!(Client::create_multipart_upload)
        .match_requests(|request| {
            request.content_type() == Some("application/pdf")
                && request.content_encoding() == Some("gzip")
                && request.expires().is_some()
                && request.metadata().is_some_and(|metadata| metadata.get("ward").is_some_and(|ward| ward == "7"))
                && request.tagging() == Some("a%20b=%C3%B6%26%3D")
                && request.checksum_algorithm() == Some(&ChecksumAlgorithm::Crc64Nvme)
                && request.checksum_type() == Some(&ChecksumType::FullObject)
        })
        .then_output(|| CreateMultipartUploadOutput::builder().upload_id("upload").build())
}

fn part() -> Rule {
    mock!(Client::upload_part_copy)
        .match_requests(|request| {
            request.copy_source() == Some(SOURCE) && request.copy_source_if_match() == Some(&format!("\"{ETAG}\""))
        })
        .then_compute_output(|request| {
            let etag = format!("{}:{}", request.part_number().unwrap(), request.copy_source_range().unwrap());
            UploadPartCopyOutput::builder().copy_part_result(CopyPartResult::builder().e_tag(etag).build()).build()
        })
}

fn abort() -> Rule {
    mock!(Client::abort_multipart_upload)
        .match_requests(|request| request.upload_id() == Some("upload"))
        .then_output(|| AbortMultipartUploadOutput::builder().build())
}

#[tokio::test]
async fn what_is_too_large_is_copied_in_parts_and_s3_checks_the_whole() {
    let complete = mock!(Client::complete_multipart_upload)
        .match_requests(|request| {
            let parts = request.multipart_upload().map_or(&[][..], |upload| upload.parts());
            let numbers: Vec<_> = parts.iter().filter_map(|part| part.part_number()).collect();
            numbers == [1, 2, 3, 4, 5, 6, 7]
                && parts[0].e_tag() == Some("1:bytes=0-1073741823")
                && parts[6].e_tag() == Some("7:bytes=6442450944-6442450944")
                && request.if_none_match() == Some("*")
                && request.checksum_crc64_nvme() == Some("crc")
                && request.checksum_type() == Some(&ChecksumType::FullObject)
        })
        .then_output(|| CompleteMultipartUploadOutput::builder().build());
    let (part, absent) = (part(), no_head(OURS, 404));
    assert_eq!(apply(&in_parts(), &[&absent, &large(), &tags(), &create(), &part, &complete]).await, Ok(()));
    assert_eq!((part.num_calls(), complete.num_calls()), (7, 1));
}

#[tokio::test]
async fn parts_are_not_copied_for_a_copy_that_is_there() {
    assert_eq!(apply(&in_parts(), &[&copied("crc")]).await, Ok(()));
}

#[tokio::test]
async fn an_upload_that_fails_is_aborted_and_the_first_error_told() {
    let failing = mock!(Client::upload_part_copy).sequence().http_status(403, xml("AccessDenied")).repeatedly().build();
    let (abort, absent) = (abort(), no_head(OURS, 404));
    let error = apply(&in_parts(), &[&absent, &large(), &tags(), &create(), &failing, &abort]).await.unwrap_err();
    assert!(matches!(&error, WriteError::Aws(error) if error.operation == "s3:UploadPartCopy"), "{error}");
    assert_eq!(abort.num_calls(), 1);
}

#[tokio::test]
async fn of_two_uploads_at_once_one_gives_way() {
    let complete =
        mock!(Client::complete_multipart_upload).sequence().http_status(412, xml("PreconditionFailed")).build();
    // Absent at first, there when this upload comes too late.
    let asked = Arc::new(AtomicUsize::new(0));
    let first = Arc::clone(&asked);
    let absent = mock!(Client::head_object)
        .match_requests(move |request| request.bucket() == Some(OURS) && first.fetch_add(1, Ordering::Relaxed) == 0)
        .sequence()
        .http_status(404, None)
        .build();
    let (abort, part, copied) = (abort(), part(), copied("crc"));
    let rules = [&absent, &large(), &tags(), &create(), &part, &complete, &abort, &copied];
    assert_eq!(apply(&in_parts(), &rules).await, Ok(()));
    assert_eq!((abort.num_calls(), copied.num_calls()), (1, 1));
}
