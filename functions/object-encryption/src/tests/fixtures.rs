//! A duty with mocked clients, an object, and S3's answers about it.

use aws_sdk_kms::operation::describe_key::DescribeKeyOutput;
use aws_sdk_kms::types::{KeyMetadata, KeySpec, KeyState, KeyUsageType};
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::operation::head_object::builders::HeadObjectOutputBuilder;
use aws_sdk_s3::types::ServerSideEncryption;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use policy::Redacted;
use policy::globs::Glob;
use policy::sets::BucketSets;
use remediation::DataKeyReader;

use crate::{Object, ObjectEncryption};

pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const BUCKET: &str = "phi-a";
/// A blank, a plus, a question mark, a per cent sign and a letter that is not ASCII.
pub(super) const KEY: &str = "jane doe/größe+4711?50%.pdf";
pub(super) const ETAG: &str = "0123456789abcdef0123456789abcdef";
pub(super) const DATA_KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234";
pub(super) const FOREIGN: &str = "arn:aws:kms:us-east-1:111122223333:key/5678";

pub(super) fn duty(s3: &[&Rule], kms: &[&Rule]) -> ObjectEncryption {
    let globs = |list: &str| Glob::list(list).unwrap();
    let sets = BucketSets { log_destinations: globs("logs-*"), phi_buckets: globs("phi-*"), own: globs("phi-own") };
    ObjectEncryption {
        s3: mock_client!(aws_sdk_s3, RuleMode::MatchAny, s3),
        data_key: DataKeyReader::with(DATA_KEY, mock_client!(aws_sdk_kms, RuleMode::MatchAny, kms)),
        sets,
        account: ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
    }
}

pub(super) fn at(version: Option<&str>) -> Object {
    Object::new(BUCKET, Redacted::new(KEY.to_owned()), version.map(str::to_owned)).unwrap()
}

/// The head of an object under that encryption.
pub(super) fn shown(version: Option<&str>, algorithm: &str, key: Option<&str>) -> HeadObjectOutputBuilder {
    HeadObjectOutput::builder()
        .set_version_id(version.map(str::to_owned))
        .e_tag(format!("\"{ETAG}\""))
        .content_length(5)
        .server_side_encryption(ServerSideEncryption::from(algorithm))
        .set_ssekms_key_id(key.map(str::to_owned))
}

/// A head request for that version, of the account that must own the bucket, without a use of the object's key.
pub(super) fn head(version: Option<&'static str>, answer: HeadObjectOutputBuilder) -> Rule {
    mock!(aws_sdk_s3::Client::head_object)
        .match_requests(move |request| {
            (request.bucket(), request.key(), request.version_id()) == (Some(BUCKET), Some(KEY), version)
                && request.expected_bucket_owner() == Some(ACCOUNT)
                && request.checksum_mode().is_none()
        })
        .then_output(move || answer.clone().build())
}

/// An answer to every head request that is an error; it has no body.
pub(super) fn no_head(http_status: u16) -> Rule {
    mock!(aws_sdk_s3::Client::head_object).sequence().http_status(http_status, None).repeatedly().build()
}

pub(super) fn describes(state: KeyState) -> Rule {
    mock!(aws_sdk_kms::Client::describe_key).match_requests(|request| request.key_id() == Some(DATA_KEY)).then_output(
        move || {
            let metadata = KeyMetadata::builder().key_id("1234").key_state(state.clone());
            let metadata = metadata.key_usage(KeyUsageType::EncryptDecrypt).key_spec(KeySpec::SymmetricDefault);
            DescribeKeyOutput::builder().key_metadata(metadata.build().unwrap()).build()
        },
    )
}

/// An error as S3 writes it, with a message that quotes the key.
pub(super) fn xml(code: &str) -> Option<String> {
    Some(format!("<Error><Code>{code}</Code><Message>{KEY}</Message><Key>{KEY}</Key></Error>"))
}
