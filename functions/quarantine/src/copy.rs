//! Copies in one request.

use aws_sdk_s3::operation::copy_object::builders::CopyObjectFluentBuilder;
use aws_sdk_s3::types::{ChecksumAlgorithm, MetadataDirective, TaggingDirective};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use policy::quarantine::{CopyPlace, Head, Home, Place, Tag};
use remediation::{AwsError, WriteError};

use crate::store::{CHANGED, Store, is_no_object, patient, quoted, status};

/// What stands as it is in the source of a copy.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PLAIN_KEY: &AsciiSet = &PLAIN.remove(b'/');

/// Where a copy is to be.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
}

impl<'a> Target<'a> {
    /// In quarantine.
    pub(crate) fn quarantine(copy: &'a CopyPlace) -> Self {
        Self { bucket: &copy.bucket, key: &copy.key }
    }

    /// Where a quarantined copy came from.
    pub(crate) fn home(home: &'a Home) -> Self {
        Self { bucket: &home.bucket, key: home.key.expose() }
    }
}

impl Store {
    /// Copies the version with its metadata, content headers, tags and annotations, unless a copy is there.
    pub(crate) async fn copy(&self, object: &Place, copy: &CopyPlace, algorithm: &str) -> Result<(), WriteError> {
        let request = self.copy_whole(object, Target::quarantine(copy), algorithm);
        let request = request.tagging_directive(TaggingDirective::Copy);
        match request.customize().config_override(patient()).send().await {
            Ok(_) => Ok(()),
            Err(error) if status(&error) == Some(412) => self.is_copied(copy).await,
            Err(error) if is_no_object(&error) => Err(CHANGED),
            Err(error) => Err(AwsError::new("s3:CopyObject", &error).into()),
        }
    }

    /// A copy in one request, where nothing lies yet; what is done with its tags is left to say. What is copied and where
    /// to must be of this account. The key is that of the target bucket's default encryption.
    pub(crate) fn copy_whole(&self, object: &Place, to: Target<'_>, algorithm: &str) -> CopyObjectFluentBuilder {
        self.s3
            .copy_object()
            .bucket(to.bucket)
            .key(to.key)
            .if_none_match("*")
            .copy_source(source(object))
            .copy_source_if_match(quoted(&object.etag))
            .metadata_directive(MetadataDirective::Copy)
            .checksum_algorithm(ChecksumAlgorithm::from(algorithm))
            .expected_bucket_owner(&self.account)
            .expected_source_bucket_owner(&self.account)
    }

    /// One of two conditions did not hold: a copy is there already, or the source is no longer what it was. Whether that
    /// copy is equal is looked at before anything is deleted.
    pub(crate) async fn is_copied(&self, copy: &CopyPlace) -> Result<(), WriteError> {
        match self.head_copy(copy).await? {
            Head::Read(_) => Ok(()),
            Head::Absent | Head::Refused => Err(CHANGED),
        }
    }
}

/// Bucket, key and version in the form of `x-amz-copy-source`.
pub(crate) fn source(object: &Place) -> String {
    let key = utf8_percent_encode(object.key.expose(), PLAIN_KEY);
    let path = format!("{}/{key}", object.bucket);
    object.version_id.as_ref().map_or(path.clone(), |id| format!("{path}?versionId={}", encoded(id)))
}

/// Tags in the form of `x-amz-tagging`; none: there are none.
pub(crate) fn tagging(tags: &[Tag]) -> Option<String> {
    let pair = |tag: &Tag| format!("{}={}", encoded(tag.key.expose()), encoded(tag.value.expose()));
    let pairs: Vec<_> = tags.iter().map(pair).collect();
    (!pairs.is_empty()).then(|| pairs.join("&"))
}

/// Text as it stands in a query.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}
