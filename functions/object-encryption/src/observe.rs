//! What an object version is like, by head requests: without its bytes, and without a use of its key.

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::{ObjectLockEventHold, ObjectLockLegalHoldStatus, StorageClass};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use policy::Redacted;
use policy::object_encryption::{Encryption, Facts, ObjectObservation, State, Way, way};
use policy::sets::BucketSet;
use remediation::{AwsError, ReadError, engine};

use crate::resource::NULL_VERSION;
use crate::{Object, ObjectEncryption};

const OPERATION: &str = "s3:HeadObject";

/// The answer of a head request.
enum Answer {
    Absent,
    Sealed,
    Shown(Box<HeadObjectOutput>),
}

impl ObjectEncryption {
    /// Reads no more than the object makes necessary; `None`: it is gone, or a delete marker, or, as a record may name it,
    /// in a bucket that the deployment has taken out of its sets.
    pub(crate) async fn look(&self, at: &Object) -> Result<Option<ObjectObservation>, ReadError> {
        if self.sets.of(at.bucket()) == BucketSet::Undeclared {
            return Ok(None);
        }
        let mut answer = self.head(at, at.version()).await?;
        if let Answer::Shown(output) = &answer
            && at.version().is_none()
            && output.version_id().is_some_and(|id| id != NULL_VERSION)
        {
            // The bucket keeps versions by now, and a newer one has an event of its own: ours lies beneath.
            answer = self.head(at, Some(NULL_VERSION)).await?;
        }
        let state = match answer {
            Answer::Absent => return Ok(None),
            Answer::Sealed => State::Sealed,
            Answer::Shown(output) => State::Shown(Box::new(self.complete(at, facts(&output)?).await?)),
        };
        let (bucket, key) = (at.bucket().to_owned(), at.key().clone());
        Ok(Some(ObjectObservation { bucket, key, version: at.version().map(str::to_owned), state }))
    }

    /// Adds what the way to mend it depends on.
    async fn complete(&self, at: &Object, mut facts: Facts) -> Result<Facts, ReadError> {
        let way = way(&self.desired(), &facts);
        if matches!(way, Some(Way::Update | Way::Copy)) {
            // Its policy is not read: unlike a bucket's default encryption, a re-encryption uses the key at once, and fails
            // where the policy shuts us out.
            facts.data_key = Some(self.data_key.describe().await?);
        }
        if way == Some(Way::Copy) {
            facts.current = Some(self.is_current(at, &facts).await?);
        }
        Ok(facts)
    }

    async fn is_current(&self, at: &Object, facts: &Facts) -> Result<bool, ReadError> {
        if facts.version_id.is_none() {
            return Ok(true);
        }
        Ok(match self.head(at, None).await? {
            Answer::Shown(output) => output.version_id() == facts.version_id.as_deref(),
            Answer::Absent | Answer::Sealed => false,
        })
    }

    async fn head(&self, at: &Object, version: Option<&str>) -> Result<Answer, ReadError> {
        let request = self.s3.head_object().bucket(at.bucket()).key(at.key().expose());
        let request = request.set_version_id(version.map(str::to_owned)).expected_bucket_owner(&self.account);
        match request.send().await {
            Ok(output) => Ok(Answer::Shown(Box::new(output))),
            // The answer to a head request has no body that could tell more.
            Err(error) => match status(&error) {
                // 405: the version is a delete marker.
                Some(404 | 405) => Ok(Answer::Absent),
                Some(400) => Ok(Answer::Sealed),
                _ => Err(AwsError::new(OPERATION, &error).into()),
            },
        }
    }
}

/// The HTTP status of an answer that is an error.
pub(crate) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

fn facts(output: &HeadObjectOutput) -> Result<Facts, ReadError> {
    let odd = |what| ReadError::Answer { operation: OPERATION, what };
    let etag = output.e_tag().ok_or_else(|| odd("it has no ETag"))?.trim_matches('"').to_owned();
    let size = output.content_length().and_then(|size| u64::try_from(size).ok());
    Ok(Facts {
        version_id: output.version_id().map(str::to_owned),
        etag,
        size: size.ok_or_else(|| odd("it has no size"))?,
        encryption: Encryption {
            algorithm: output.server_side_encryption().map(|algorithm| algorithm.as_str().to_owned()),
            key: output.ssekms_key_id().map(str::to_owned),
        },
        storage_class: output.storage_class().map(|class| class.as_str().to_owned()),
        archived: is_archived(output),
        locked: is_locked(output),
        redirect: output.website_redirect_location().map(|to| Redacted::new(to.to_owned())),
        data_key: None,
        current: None,
    })
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
