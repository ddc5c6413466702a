//! One finding about one object, and clients that answer for it.

use aws_sdk_macie2::operation::get_findings::GetFindingsOutput;
use aws_sdk_macie2::types as macie;
use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types::{BucketVersioningStatus, ChecksumType, ObjectVersion};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use policy::globs::Glob;
use policy::quarantine::{CopyPlace, Place, Rules};
use policy::sets::BucketSets;
use policy::{Baseline, Redacted};

use crate::macie::Macie;
use crate::store::Store;
use crate::{FindingId, Quarantine};

pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const BUCKET: &str = "shared-files";
pub(super) const OURS: &str = "phiward-quarantine";
/// A blank, a plus, a question mark, a per cent sign and a letter that is not ASCII.
pub(super) const KEY: &str = "jane doe/größe+4711?50%.pdf";
pub(super) const ETAG: &str = "0123456789abcdef0123456789abcdef";
pub(super) const COPY_KEY: &str = "objects/1234";

pub(super) fn id() -> FindingId {
    FindingId::parse("64b917aa3843014c91d8937ffe3d6dcb").unwrap()
}

/// The duty; each client answers by the rules and fails on anything else.
pub(super) fn duty(macie: &[&Rule], s3: &[&Rule]) -> Quarantine {
    let macie = mock_client!(aws_sdk_macie2, RuleMode::MatchAny, macie);
    let s3 = mock_client!(aws_sdk_s3, RuleMode::MatchAny, s3);
    let globs = |list: &str| Glob::list(list).unwrap();
    let sets = BucketSets { log_destinations: globs("logs-*"), phi_buckets: globs("phi-*"), own: globs("phiward-*") };
    let rules = Rules {
        account: ACCOUNT.to_owned(),
        partition: "aws".to_owned(),
        role_arn: "arn:aws:iam::111122223333:role/phiward-quarantine".to_owned(),
        quarantine_bucket: OURS.to_owned(),
        sets,
        watch: globs("*"),
        phi: Baseline::parse(include_str!("../../../../baseline.toml")).unwrap().quarantine,
    };
    let account = ACCOUNT.to_owned();
    Quarantine { macie: Macie { client: macie, account: account.clone() }, store: Store { s3, account }, rules }
}

/// What Macie says: PHI in that bucket, in version `v1`.
pub(super) fn finding_in(bucket: &'static str) -> Rule {
    mock!(aws_sdk_macie2::Client::get_findings)
        .match_requests(|request| request.finding_ids() == [id().as_str()])
        .then_output(move || GetFindingsOutput::builder().findings(finding(bucket)).build())
}

pub(super) fn finding(bucket: &str) -> macie::Finding {
    let detection = macie::DefaultDetection::builder().r#type("USA_NATIONAL_PROVIDER_IDENTIFIER").build();
    let data = macie::SensitiveDataItem::builder().detections(detection).build();
    let result = macie::ClassificationResult::builder().sensitive_data(data).build();
    let object =
        macie::S3Object::builder().key(KEY).version_id("v1").e_tag(ETAG).last_modified(DateTime::from_secs(1000));
    let bucket = macie::S3Bucket::builder().name(bucket).build();
    let affected = macie::ResourcesAffected::builder().s3_bucket(bucket).s3_object(object.build()).build();
    macie::Finding::builder()
        .id(id().as_str())
        .account_id(ACCOUNT)
        .r#type(macie::FindingType::SensitiveDataS3ObjectPersonal)
        .sample(false)
        .archived(false)
        .classification_details(macie::ClassificationDetails::builder().result(result).build())
        .resources_affected(affected)
        .build()
}

pub(super) fn object() -> Place {
    let (bucket, key) = (BUCKET.to_owned(), Redacted::new(KEY.to_owned()));
    Place { bucket, key, version_id: Some("v1".to_owned()), etag: ETAG.to_owned() }
}

pub(super) fn copy() -> CopyPlace {
    CopyPlace { bucket: OURS.to_owned(), key: COPY_KEY.to_owned() }
}

pub(super) fn versioning() -> Rule {
    mock!(aws_sdk_s3::Client::get_bucket_versioning)
        .match_requests(|request| request.bucket() == Some(BUCKET) && request.expected_bucket_owner() == Some(ACCOUNT))
        .then_output(|| GetBucketVersioningOutput::builder().status(BucketVersioningStatus::Enabled).build())
}

pub(super) fn version(etag: &'static str, latest: bool) -> Rule {
    mock!(aws_sdk_s3::Client::list_object_versions)
        .match_requests(|request| request.bucket() == Some(BUCKET) && request.prefix() == Some(KEY))
        .then_output(move || {
            let version =
                ObjectVersion::builder().key(KEY).version_id("v1").e_tag(format!("\"{etag}\"")).is_latest(latest);
            let version = version.last_modified(DateTime::from_secs(1000)).build();
            ListObjectVersionsOutput::builder().versions(version).is_truncated(false).build()
        })
}

fn head(checksum: &str) -> HeadObjectOutput {
    let head = HeadObjectOutput::builder().e_tag(format!("\"{ETAG}\"")).content_length(7);
    head.checksum_crc64_nvme(checksum).checksum_type(ChecksumType::FullObject).build()
}

pub(super) fn source(checksum: &'static str) -> Rule {
    mock!(aws_sdk_s3::Client::head_object)
        .match_requests(|request| {
            (request.bucket(), request.key(), request.version_id()) == (Some(BUCKET), Some(KEY), Some("v1"))
        })
        .then_output(move || head(checksum))
}

pub(super) fn copied(checksum: &'static str) -> Rule {
    mock!(aws_sdk_s3::Client::head_object)
        .match_requests(|request| request.bucket() == Some(OURS) && request.expected_bucket_owner() == Some(ACCOUNT))
        .then_output(move || head(checksum))
}

/// An answer to a head request for an object of that bucket that is an error; it has no body.
pub(super) fn no_head(bucket: &'static str, status: u16) -> Rule {
    mock!(aws_sdk_s3::Client::head_object)
        .match_requests(move |request| request.bucket() == Some(bucket))
        .sequence()
        .http_status(status, None)
        .repeatedly()
        .build()
}

/// An error as S3 writes it, with a message that quotes the key.
pub(super) fn xml(code: &str) -> Option<String> {
    Some(format!("<Error><Code>{code}</Code><Message>{KEY}</Message><Key>{KEY}</Key></Error>"))
}
