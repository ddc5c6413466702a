//! Removals: nothing is hidden or deleted unless an equal copy is there.

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::delete_object::DeleteObjectOutput;
use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_smithy_mocks::{Rule, mock};
use policy::quarantine::{Step, Versioning};
use remediation::{Repair, WriteError};

use super::fixtures::*;

fn hide() -> Step {
    Step::Hide { object: object(), copy: copy(), versioning: Versioning::Enabled }
}

fn delete_version() -> Step {
    Step::DeleteVersion { object: object(), copy: copy(), versioning: Versioning::Enabled }
}

async fn apply(step: &Step, s3: &[&Rule]) -> Result<(), WriteError> {
    duty(&[], s3).apply(&id(), step).await
}

fn changed(result: &Result<(), WriteError>) -> bool {
    matches!(result, Err(WriteError::Changed(_)))
}

#[tokio::test]
async fn a_current_version_is_hidden_only_if_it_still_is_the_one_and_then_deleted_by_its_id() {
    let marker = mock!(Client::delete_object)
        .match_requests(|request| request.version_id().is_none() && request.if_match() == Some(&format!("\"{ETAG}\"")))
        .then_output(|| DeleteObjectOutput::builder().build());
    let version = mock!(Client::delete_object)
        .match_requests(|request| request.version_id() == Some("v1") && request.if_match().is_none())
        .then_output(|| DeleteObjectOutput::builder().build());
    let (versioning, source, copied) = (versioning(), source("crc"), copied("crc"));
    assert_eq!(apply(&hide(), &[&versioning, &source, &copied, &marker]).await, Ok(()));
    assert_eq!(apply(&delete_version(), &[&versioning, &source, &copied, &version]).await, Ok(()));
    assert_eq!((marker.num_calls(), version.num_calls()), (1, 1));
}

#[tokio::test]
async fn without_an_equal_copy_nothing_is_deleted() {
    for step in [hide(), delete_version()] {
        // No rule allows a deletion.
        assert!(changed(&apply(&step, &[&versioning(), &source("crc"), &copied("other")]).await));
        assert!(changed(&apply(&step, &[&versioning(), &source("crc"), &no_head(OURS, 404)]).await));
        assert!(changed(&apply(&step, &[&versioning(), &no_head(BUCKET, 404), &copied("crc")]).await));
        assert!(changed(&apply(&step, &[&versioning(), &no_head(BUCKET, 403), &copied("crc")]).await));
    }
}

#[tokio::test]
async fn in_a_bucket_whose_versioning_was_switched_meanwhile_nothing_is_deleted() {
    let never = mock!(Client::get_bucket_versioning).then_output(|| GetBucketVersioningOutput::builder().build());
    assert!(changed(&apply(&hide(), &[&never, &source("crc"), &copied("crc")]).await));
}

#[tokio::test]
async fn a_newer_version_is_never_hidden_and_the_flagged_one_goes_from_beneath_it() {
    let refused = mock!(Client::delete_object).sequence().http_status(412, xml("PreconditionFailed")).build();
    let (versioning, source, copied) = (versioning(), source("crc"), copied("crc"));
    assert_eq!(apply(&hide(), &[&versioning, &source, &copied, &refused, &version(ETAG, false)]).await, Ok(()));
}

#[tokio::test]
async fn a_refusal_without_a_newer_version_is_told() {
    let refused = mock!(Client::delete_object).sequence().http_status(412, xml("PreconditionFailed")).build();
    let (versioning, source, copied) = (versioning(), source("crc"), copied("crc"));
    assert!(changed(&apply(&hide(), &[&versioning, &source, &copied, &refused, &version(ETAG, true)]).await));
}

#[tokio::test]
async fn an_unversioned_object_is_deleted_only_if_it_still_is_the_one() {
    let unversioned = mock!(Client::get_bucket_versioning).then_output(|| GetBucketVersioningOutput::builder().build());
    let step = Step::DeleteObject { object: object(), copy: copy(), versioning: Versioning::Never };
    let refused = mock!(Client::delete_object)
        .match_requests(|request| request.version_id().is_none() && request.if_match().is_some())
        .sequence()
        .http_status(412, xml("PreconditionFailed"))
        .build();
    assert!(changed(&apply(&step, &[&unversioned, &source("crc"), &copied("crc"), &refused]).await));
}
