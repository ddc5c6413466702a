//! Head requests: what an object is, with its stored checksums, without its bytes.

use std::collections::BTreeMap;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::{ChecksumMode, ChecksumType, ObjectLockEventHold, ObjectLockLegalHoldStatus, StorageClass};
use policy::quarantine::{CopyPlace, Facts, Head, Place};
use remediation::{AwsError, ReadError, engine};

use crate::store::{Store, status};

const OPERATION: &str = "s3:HeadObject";

/// The answer of a head request.
pub(crate) enum Answer {
    Absent,
    Refused,
    Read(Box<HeadObjectOutput>),
}

impl Answer {
    pub(crate) fn into_head(self) -> Result<Head, ReadError> {
        Ok(match self {
            Self::Absent => Head::Absent,
            Self::Refused => Head::Refused,
            Self::Read(output) => Head::Read(facts(&output)?),
        })
    }
}

impl Store {
    /// The version that lies there.
    pub(crate) async fn head(&self, object: &Place) -> Result<Answer, ReadError> {
        self.ask(&object.bucket, object.key.expose(), object.version_id.clone()).await
    }

    /// The copy, which Phiward must be able to read.
    pub(crate) async fn head_copy(&self, copy: &CopyPlace) -> Result<Head, ReadError> {
        match self.ask(&copy.bucket, &copy.key, None).await? {
            Answer::Refused => {
                let code = "AccessDenied".to_owned();
                Err(AwsError { operation: "s3:HeadObject (quarantine bucket)", code, status: None, request_id: None }
                    .into())
            }
            answer => answer.into_head(),
        }
    }

    async fn ask(&self, bucket: &str, key: &str, version_id: Option<String>) -> Result<Answer, ReadError> {
        let request = self.s3.head_object().bucket(bucket).key(key).set_version_id(version_id);
        let request = request.checksum_mode(ChecksumMode::Enabled).expected_bucket_owner(&self.account);
        match request.send().await {
            Ok(output) => Ok(Answer::Read(Box::new(output))),
            Err(error) => match status(&error) {
                Some(404) => Ok(Answer::Absent),
                // 400 is the answer for a key that the requester would have to send, and for one that is disabled. A head
                // request's error has no body that could tell more.
                Some(400 | 403) => Ok(Answer::Refused),
                _ => Err(AwsError::new(OPERATION, &error).into()),
            },
        }
    }
}

/// What decides about the object.
pub(crate) fn facts(output: &HeadObjectOutput) -> Result<Facts, ReadError> {
    let odd = |what| ReadError::Answer { operation: OPERATION, what };
    let etag = output.e_tag().ok_or_else(|| odd("it has no ETag"))?.trim_matches('"').to_owned();
    let size =
        output.content_length().and_then(|size| u64::try_from(size).ok()).ok_or_else(|| odd("it has no size"))?;
    Ok(Facts { etag, size, checksums: checksums(output), locked: is_locked(output), archived: is_archived(output) })
}

fn checksums(output: &HeadObjectOutput) -> BTreeMap<String, String> {
    if output.checksum_type() != Some(&ChecksumType::FullObject) {
        return BTreeMap::new();
    }
    let stored = [
        ("CRC32", output.checksum_crc32()),
        ("CRC32C", output.checksum_crc32_c()),
        ("CRC64NVME", output.checksum_crc64_nvme()),
        ("MD5", output.checksum_md5()),
        ("SHA1", output.checksum_sha1()),
        ("SHA256", output.checksum_sha256()),
        ("SHA512", output.checksum_sha512()),
        ("XXHASH128", output.checksum_xxhash128()),
        ("XXHASH3", output.checksum_xxhash3()),
        ("XXHASH64", output.checksum_xxhash64()),
    ];
    stored.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect()
}

/// A hold of a kind that is not known yet counts.
fn is_locked(output: &HeadObjectOutput) -> bool {
    let retained =
        output.object_lock_retain_until_date().is_some_and(|until| until.secs() >= engine::now().timestamp());
    let held = output.object_lock_legal_hold_status().is_some_and(|hold| *hold != ObjectLockLegalHoldStatus::Off);
    let event = output.object_lock_event_hold().is_some_and(|hold| *hold != ObjectLockEventHold::Off);
    retained || held || event
}

fn is_archived(output: &HeadObjectOutput) -> bool {
    let class = matches!(output.storage_class(), Some(StorageClass::Glacier | StorageClass::DeepArchive));
    let restored = output.restore().is_some_and(|restore| restore.contains("ongoing-request=\"false\""));
    (class && !restored) || output.archive_status().is_some()
}
