//! All versions of one key.

use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::types::{BucketVersioningStatus, EncodingType, MfaDeleteStatus};
use futures_util::future::try_join;
use percent_encoding::percent_decode_str;
use policy::Redacted;
use policy::quarantine::{Listing, NULL_VERSION, Version, Versioning};
use remediation::{AwsError, ReadError};

use crate::store::Store;

const LIST: &str = "s3:ListObjectVersions";

impl Store {
    /// The versions of the key and the bucket's state; `None` when the bucket is gone.
    pub(crate) async fn listing(&self, bucket: &str, key: &Redacted<String>) -> Result<Option<Listing>, ReadError> {
        let both = try_join(self.versioning(bucket), self.versions(bucket, key.expose())).await;
        match both {
            Ok(((versioning, mfa_delete), versions)) => Ok(Some(Listing { versioning, mfa_delete, versions })),
            Err(ReadError::Aws(error)) if error.code == "NoSuchBucket" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the bucket keeps versions, and whether deleting one takes a second factor.
    pub(crate) async fn versioning(&self, bucket: &str) -> Result<(Versioning, bool), ReadError> {
        const OPERATION: &str = "s3:GetBucketVersioning";
        let sent = self.s3.get_bucket_versioning().bucket(bucket).expected_bucket_owner(&self.account).send().await;
        let answer = sent.map_err(|error| AwsError::new(OPERATION, &error))?;
        let versioning = match answer.status() {
            None => Versioning::Never,
            Some(BucketVersioningStatus::Enabled) => Versioning::Enabled,
            Some(BucketVersioningStatus::Suspended) => Versioning::Suspended,
            Some(_) => return Err(ReadError::Answer { operation: OPERATION, what: "the status is not a known one" }),
        };
        Ok((versioning, answer.mfa_delete().is_some_and(|status| *status != MfaDeleteStatus::Disabled)))
    }

    /// S3 lists by prefix, in the order of keys: a key comes before all others that begin with it.
    async fn versions(&self, bucket: &str, key: &str) -> Result<Vec<Version>, ReadError> {
        let mut versions = Vec::new();
        let (mut key_marker, mut version_marker) = (None, None);
        loop {
            let page = self
                .s3
                .list_object_versions()
                .bucket(bucket)
                .prefix(key)
                // Not every key can be written in XML.
                .encoding_type(EncodingType::Url)
                .set_key_marker(key_marker)
                .set_version_id_marker(version_marker)
                .expected_bucket_owner(&self.account)
                .send()
                .await
                .map_err(|error| AwsError::new(LIST, &error))?;
            let past = read(&page, key, &mut versions)?;
            let next = page.next_key_marker().map(|marker| decoded(&page, marker));
            if past || page.is_truncated() != Some(true) || next.is_none() {
                return Ok(versions);
            }
            (key_marker, version_marker) = (next, page.next_version_id_marker().map(str::to_owned));
        }
    }
}

/// Takes the key's versions from a page; whether the page goes on to other keys.
fn read(page: &ListObjectVersionsOutput, key: &str, versions: &mut Vec<Version>) -> Result<bool, ReadError> {
    let is_ours = |named: Option<&str>| named.is_some_and(|named| decoded(page, named) == key);
    for version in page.versions().iter().filter(|version| is_ours(version.key())) {
        let odd = ReadError::Answer { operation: LIST, what: "a version has no ETag" };
        versions.push(Version {
            id: version.version_id().unwrap_or(NULL_VERSION).to_owned(),
            etag: version.e_tag().ok_or(odd)?.trim_matches('"').to_owned(),
            latest: version.is_latest() == Some(true),
            last_modified_ms: version.last_modified().and_then(|time| time.to_millis().ok()),
        });
    }
    let others = page.versions().iter().any(|version| !is_ours(version.key()));
    Ok(others || page.delete_markers().iter().any(|marker| !is_ours(marker.key())))
}

fn decoded(page: &ListObjectVersionsOutput, text: &str) -> String {
    if page.encoding_type() != Some(&EncodingType::Url) {
        return text.to_owned();
    }
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
