//! Copies in parts, for what is too large for one request.

use std::collections::BTreeMap;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use policy::quarantine::{CopyPlace, Head, Place, Tag};
use remediation::{AwsError, WriteError};

use crate::copy::{Target, source, tagging};
use crate::head::{Answer, facts};
use crate::store::{CHANGED, Store, is_no_object, patient, quoted, status};

/// How many parts are copied at once.
const CONCURRENCY: usize = 8;

/// The checksum that the whole copy must have.
#[derive(Clone, Copy)]
pub(crate) struct Checksum<'a> {
    pub(crate) algorithm: &'a str,
    pub(crate) value: &'a str,
}

/// The byte ranges of the parts, as `x-amz-copy-source-range` takes them.
pub(crate) fn ranges(size: u64, part_size: u64) -> Vec<String> {
    let starts = (0..size.div_ceil(part_size.max(1))).map(|part| part * part_size);
    starts.map(|start| format!("bytes={start}-{}", (start + part_size).min(size) - 1)).collect()
}

/// An upload that is under way.
struct Upload<'a> {
    store: &'a Store,
    object: &'a Place,
    to: Target<'a>,
    id: String,
}

impl Store {
    /// Copies the version with its metadata, content headers and tags, unless a copy is there.
    pub(crate) async fn copy_in_parts(
        &self,
        object: &Place,
        copy: &CopyPlace,
        ranges: Vec<String>,
        checksum: Checksum<'_>,
    ) -> Result<(), WriteError> {
        // Parts can't be copied only if there is no copy: looked at before gigabytes are copied for nothing.
        if let Head::Read(_) = self.head_copy(copy).await? {
            return Ok(());
        }
        let tags = self.tags(object).await?;
        if self.upload(object, Target::quarantine(copy), &tags, ranges, checksum).await? {
            return Ok(());
        }
        self.is_copied(copy).await
    }

    /// Copies in parts to where nothing lies yet, with metadata, content headers and these tags; `false`: something does.
    pub(crate) async fn upload(
        &self,
        object: &Place,
        to: Target<'_>,
        tags: &[Tag],
        ranges: Vec<String>,
        checksum: Checksum<'_>,
    ) -> Result<bool, WriteError> {
        let id = self.create(object, to, tags, checksum.algorithm).await?;
        let upload = Upload { store: self, object, to, id };
        match async { upload.complete(upload.parts(ranges).await?, checksum).await }.await {
            Ok(true) => Ok(true),
            Ok(false) => {
                upload.abort().await?;
                Ok(false)
            }
            Err(error) => {
                // The first error counts. What an abort leaves behind in quarantine the bucket's lifecycle removes.
                let _ = upload.abort().await;
                Err(error)
            }
        }
    }

    async fn create(
        &self,
        object: &Place,
        to: Target<'_>,
        tags: &[Tag],
        algorithm: &str,
    ) -> Result<String, WriteError> {
        const OPERATION: &str = "s3:CreateMultipartUpload";
        let Answer::Read(head) = self.head(object).await? else { return Err(CHANGED) };
        if facts(&head)?.etag != object.etag {
            return Err(CHANGED);
        }
        let HeadObjectOutput { metadata, content_type, content_encoding, content_disposition, .. } = *head;
        let HeadObjectOutput { content_language, cache_control, expires_string, .. } = *head;
        let expires = expires_string.and_then(|time| DateTime::from_str(&time, DateTimeFormat::HttpDate).ok());
        let request = self
            .s3
            .create_multipart_upload()
            .bucket(to.bucket)
            .key(to.key)
            .set_metadata(metadata)
            .set_content_type(content_type)
            .set_content_encoding(content_encoding)
            .set_content_disposition(content_disposition)
            .set_content_language(content_language)
            .set_cache_control(cache_control)
            .set_expires(expires)
            .set_tagging(tagging(tags))
            .checksum_algorithm(ChecksumAlgorithm::from(algorithm))
            .checksum_type(ChecksumType::FullObject)
            .expected_bucket_owner(&self.account);
        let answer = request.send().await.map_err(|error| AwsError::new(OPERATION, &error))?;
        let odd = || AwsError { operation: OPERATION, code: "Unreadable".to_owned(), status: None, request_id: None };
        Ok(answer.upload_id.ok_or_else(odd)?)
    }
}

impl Upload<'_> {
    /// Copies the parts, several at once.
    async fn parts(&self, ranges: Vec<String>) -> Result<Vec<CompletedPart>, WriteError> {
        let parts = stream::iter((1..).zip(ranges)).map(|(number, range)| self.part(number, range));
        let copied: BTreeMap<i32, CompletedPart> = parts.buffer_unordered(CONCURRENCY).try_collect().await?;
        Ok(copied.into_values().collect())
    }

    async fn part(&self, number: i32, range: String) -> Result<(i32, CompletedPart), WriteError> {
        let Self { store, object, to, id } = self;
        let request = store
            .s3
            .upload_part_copy()
            .bucket(to.bucket)
            .key(to.key)
            .upload_id(id)
            .part_number(number)
            .copy_source(source(object))
            .copy_source_if_match(quoted(&object.etag))
            .copy_source_range(range)
            .expected_bucket_owner(&store.account)
            .expected_source_bucket_owner(&store.account);
        match request.customize().config_override(patient()).send().await {
            Ok(answer) => {
                let etag = answer.copy_part_result.and_then(|result| result.e_tag);
                Ok((number, CompletedPart::builder().part_number(number).set_e_tag(etag).build()))
            }
            Err(error) if status(&error) == Some(412) || is_no_object(&error) => Err(CHANGED),
            Err(error) => Err(AwsError::new("s3:UploadPartCopy", &error).into()),
        }
    }

    /// Puts the parts together, if S3 computes the same checksum for them; `false`: a copy is there already.
    async fn complete(&self, parts: Vec<CompletedPart>, checksum: Checksum<'_>) -> Result<bool, WriteError> {
        let Self { store, to, id, .. } = self;
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request = store
            .s3
            .complete_multipart_upload()
            .bucket(to.bucket)
            .key(to.key)
            .upload_id(id)
            .multipart_upload(parts)
            .if_none_match("*")
            .checksum_type(ChecksumType::FullObject)
            .expected_bucket_owner(&store.account);
        let value = checksum.value;
        let request = match checksum.algorithm {
            "CRC64NVME" => request.checksum_crc64_nvme(value),
            "CRC32C" => request.checksum_crc32_c(value),
            _ => request.checksum_crc32(value),
        };
        match request.customize().config_override(patient()).send().await {
            Ok(_) => Ok(true),
            Err(error) if status(&error) == Some(412) => Ok(false),
            Err(error) => Err(AwsError::new("s3:CompleteMultipartUpload", &error).into()),
        }
    }

    async fn abort(&self) -> Result<(), WriteError> {
        let Self { store, to, id, .. } = self;
        let request = store.s3.abort_multipart_upload().bucket(to.bucket).key(to.key).upload_id(id);
        let sent = request.expected_bucket_owner(&store.account).send().await;
        sent.map(drop).map_err(|error| AwsError::new("s3:AbortMultipartUpload", &error).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_every_byte_once() {
        assert_eq!(ranges(10, 4), ["bytes=0-3", "bytes=4-7", "bytes=8-9"]);
        assert_eq!(ranges(8, 4), ["bytes=0-3", "bytes=4-7"]);
    }
}
