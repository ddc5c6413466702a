//! Releases: copied back to where nothing lies, with all that belongs to it but the isolation's tag.

use std::collections::HashMap;

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadOutput;
use aws_sdk_s3::operation::copy_object::CopyObjectOutput;
use aws_sdk_s3::operation::create_multipart_upload::CreateMultipartUploadOutput;
use aws_sdk_s3::operation::get_object_tagging::GetObjectTaggingOutput;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::operation::put_object_tagging::PutObjectTaggingOutput;
use aws_sdk_s3::operation::upload_part_copy::UploadPartCopyOutput;
use aws_sdk_s3::types::{ChecksumType, CopyPartResult, ObjectVersion, Tag, TaggingDirective};
use aws_smithy_mocks::{Rule, mock};
use policy::quarantine::{Home, Place, State, Step, Versioning};
use policy::{Redacted, control, quarantine};
use remediation::ledger::OrderAction;
use remediation::{Duty, Repair, Restored, Undo, WriteError};

use super::fixtures::*;

const GIB: u64 = 1024 * 1024 * 1024;
const SOURCE: &str = "phiward-quarantine/objects/1234";

fn quarantined() -> Place {
    let (bucket, key) = (OURS.to_owned(), Redacted::new(COPY_KEY.to_owned()));
    Place { bucket, key, version_id: None, etag: ETAG.to_owned() }
}

fn home() -> Home {
    Home { bucket: BUCKET.to_owned(), key: Redacted::new(KEY.to_owned()), versioning: Versioning::Enabled }
}

fn whole() -> Step {
    Step::BringBack { copy: quarantined(), home: home(), algorithm: "CRC64NVME".to_owned() }
}

async fn apply(step: &Step, s3: &[&Rule]) -> Result<(), WriteError> {
    duty(&[], s3).apply(&id(), step).await
}

fn changed(result: &Result<(), WriteError>) -> bool {
    matches!(result, Err(WriteError::Changed(_)))
}

/// The key's versions, the newest first; none is the latest unless it is said so.
fn versions(found: &'static [(&'static str, bool)]) -> Rule {
    mock!(Client::list_object_versions).match_requests(|request| request.bucket() == Some(BUCKET)).then_output(|| {
        let version = |(id, latest): &(&str, bool)| {
            ObjectVersion::builder().key(KEY).version_id(*id).e_tag(ETAG).is_latest(*latest).build()
        };
        ListObjectVersionsOutput::builder().set_versions(Some(found.iter().map(version).collect())).build()
    })
}

fn tags(of: &'static [(&'static str, &'static str)]) -> Rule {
    mock!(Client::get_object_tagging).then_output(|| {
        let tag = |(key, value): &(&str, &str)| Tag::builder().key(*key).value(*value).build().unwrap();
        GetObjectTaggingOutput::builder().set_tag_set(Some(of.iter().map(tag).collect())).build().unwrap()
    })
}

fn copies() -> Rule {
    mock!(Client::copy_object)
        .match_requests(|request| {
            let tags = (request.tagging_directive(), request.tagging());
            request.copy_source() == Some(SOURCE)
                && request.copy_source_if_match() == Some(&format!("\"{ETAG}\""))
                && request.if_none_match() == Some("*")
                && (request.bucket(), request.key()) == (Some(BUCKET), Some(KEY))
                && request.server_side_encryption().is_none()
                && request.expected_bucket_owner() == Some(ACCOUNT)
                && request.expected_source_bucket_owner() == Some(ACCOUNT)
                && (tags == (Some(&TaggingDirective::Copy), None)
                    || tags == (Some(&TaggingDirective::Replace), Some("owner=ward-7")))
        })
        .then_output(|| CopyObjectOutput::builder().build())
}

#[tokio::test]
async fn a_copy_goes_back_without_the_tag_that_isolates() {
    for tagged in [&[("owner", "ward-7")][..], &[("owner", "ward-7"), ("phiward-isolated", "true")]] {
        let copies = copies();
        let s3 = [&versioning(), &versions(&[("v0", false)]), &tags(tagged), &copies];
        assert_eq!(apply(&whole(), &s3).await, Ok(()));
        assert_eq!(copies.num_calls(), 1);
    }
}

#[tokio::test]
async fn where_something_lies_by_now_nothing_is_written() {
    assert!(changed(&apply(&whole(), &[&versioning(), &versions(&[("v2", true)])]).await));
    let suspended = Home { versioning: Versioning::Suspended, ..home() };
    let step = Step::BringBack { copy: quarantined(), home: suspended, algorithm: "CRC64NVME".to_owned() };
    assert!(changed(&apply(&step, &[&versioning(), &versions(&[])]).await));
    let late = mock!(Client::copy_object).sequence().http_status(412, xml("PreconditionFailed")).build();
    assert!(changed(&apply(&whole(), &[&versioning(), &versions(&[]), &tags(&[]), &late]).await));
}

#[tokio::test]
async fn what_is_too_large_goes_back_in_parts() {
    let large = mock!(Client::head_object).match_requests(|request| request.bucket() == Some(OURS)).then_output(|| {
        HeadObjectOutput::builder()
            .e_tag(format!("\"{ETAG}\""))
            .content_length(6_442_450_945)
            .content_type("application/pdf")
            .cache_control("no-store")
            .set_metadata(Some(HashMap::from([("ward".to_owned(), "7".to_owned())])))
            .checksum_type(ChecksumType::FullObject)
            .build()
    });
    let create = mock!(Client::create_multipart_upload)
        .match_requests(|request| {
            (request.bucket(), request.key()) == (Some(BUCKET), Some(KEY))
                && request.content_type() == Some("application/pdf")
                && request.cache_control() == Some("no-store")
                && request.metadata().is_some_and(|metadata| metadata.get("ward").is_some_and(|ward| ward == "7"))
                && request.tagging() == Some("owner=ward-7")
        })
        .then_output(|| CreateMultipartUploadOutput::builder().upload_id("upload").build());
    let part = mock!(Client::upload_part_copy)
        .match_requests(|request| request.copy_source() == Some(SOURCE) && request.bucket() == Some(BUCKET))
        .then_output(|| UploadPartCopyOutput::builder().copy_part_result(CopyPartResult::builder().build()).build());
    let complete = mock!(Client::complete_multipart_upload)
        .match_requests(|request| request.if_none_match() == Some("*") && request.checksum_crc64_nvme() == Some("crc"))
        .then_output(|| CompleteMultipartUploadOutput::builder().build());
    let step = Step::BringBackInParts {
        copy: quarantined(),
        home: home(),
        size: 6 * GIB + 1,
        part_size: GIB,
        algorithm: "CRC64NVME".to_owned(),
        checksum: "crc".to_owned(),
    };
    let tags = tags(&[("owner", "ward-7"), ("phiward-isolated", "true")]);
    let s3 = [&versioning(), &versions(&[]), &tags, &large, &create, &part, &complete];
    assert_eq!(apply(&step, &s3).await, Ok(()));
    assert_eq!((part.num_calls(), complete.num_calls()), (7, 1));
}

#[tokio::test]
async fn an_isolation_is_lifted_only_over_the_tags_that_it_was_planned_for() {
    let tag = |key: &str, value: &str| quarantine::Tag { key: key.to_owned().into(), value: value.to_owned().into() };
    let before = vec![tag("owner", "ward-7"), tag("phiward-isolated", "true")];
    let step = Step::LiftIsolation { object: object(), before, after: vec![tag("owner", "ward-7")] };
    let put = mock!(Client::put_object_tagging)
        .match_requests(|request| {
            let tags = request.tagging().map_or(&[][..], |tagging| tagging.tag_set());
            request.version_id() == Some("v1") && tags.iter().map(Tag::key).eq(["owner"])
        })
        .then_output(|| PutObjectTaggingOutput::builder().build());
    let other = tags(&[("owner", "ward-8"), ("phiward-isolated", "true")]);
    assert!(changed(&apply(&step, &[&versioning(), &version(ETAG, true), &other]).await));
    let same = tags(&[("owner", "ward-7"), ("phiward-isolated", "true")]);
    assert_eq!(apply(&step, &[&versioning(), &version(ETAG, true), &same, &put]).await, Ok(()));
    assert_eq!(put.num_calls(), 1);
}

#[tokio::test]
async fn a_moved_object_is_released_once_and_known_by_a_later_finding() {
    let record = {
        let finding = finding_in(BUCKET);
        let (source, copied) = (source("crc"), copied("crc"));
        let duty = duty(&[&finding], &[&versioning(), &version(ETAG, true), &source, &copied]);
        serde_json::to_value(duty.observe(&id()).await.unwrap().unwrap()).unwrap()
    };
    let observe = async |found: &'static [(&'static str, bool)]| {
        let (finding, back) = (finding_in(BUCKET), source_of("v2"));
        let duty = duty(&[&finding], &[&versioning(), &versions(found), &copied("crc"), &back]);
        let seen = duty.observe(&id()).await.unwrap().unwrap();
        assert_eq!(back.num_calls(), found.len(), "only what lies there is looked at");
        (duty, seen)
    };
    let order = |action, after: &quarantine::Observation| Undo {
        action,
        control: &control::QUARANTINE_PHI_OUTSIDE,
        before: record.clone(),
        after: serde_json::to_value(after).unwrap(),
    };
    let (duty, moved) = observe(&[]).await;
    let steps = duty.undo(&id(), &order(OrderAction::Release, &moved), &moved);
    assert!(matches!(&steps, Restored::Steps(steps) if matches!(steps.as_slice(), [Step::BringBack { .. }])));
    let refused = duty.undo(&id(), &order(OrderAction::Undo, &moved), &moved);
    assert!(matches!(refused, Restored::Refused(_)));

    let (duty, released) = observe(&[("v2", true)]).await;
    let done = duty.undo(&id(), &order(OrderAction::Release, &moved), &released);
    let Restored::Already { reviewed: Some(reviewed) } = done else { panic!("{done:?}") };
    let mut later = released;
    later.finding.object.as_mut().unwrap().version_id = Some("v2".to_owned());
    let State::Outside(object) = &mut later.state else { panic!() };
    let version = object.current.take().unwrap().version;
    object.flagged = quarantine::Flagged::Unchanged(version);
    assert_eq!(duty.subject(&later), Some(reviewed));
}

/// What lies in the object's place by now.
fn source_of(id: &'static str) -> Rule {
    mock!(Client::head_object)
        .match_requests(move |request| (request.bucket(), request.version_id()) == (Some(BUCKET), Some(id)))
        .then_output(|| {
            let head = HeadObjectOutput::builder().e_tag(ETAG).content_length(7).checksum_crc64_nvme("crc");
            head.checksum_type(ChecksumType::FullObject).build()
        })
}
