//! The duty `object-encryption`: objects that are written to log and PHI buckets are encrypted with the customer's key.
//!
//! Guide step S4. A bucket's default encryption is only a default: whoever writes an object may ask for another. S3's own
//! `Object Created` event names the version; its state is read from S3. What lies in a bucket outside the deployment's two
//! sets costs no AWS call.
//!
//! Reads of a compliant object: one, HeadObject of that version. Only where something is to be changed: DescribeKey, and
//! where it is to be copied HeadObject of what is current, if the bucket keeps versions. Of an object that was written
//! before its bucket kept versions and then overwritten: a second HeadObject, of the version `null`.
//!
//! There is no sweep: the buckets may hold billions of objects. What was there before, and what no event told of, is a
//! matter for S3 Inventory and Batch Operations.

mod apply;
mod observe;
mod resource;

#[cfg(test)]
mod tests;

use futures_util::stream::{self, Stream};
use policy::Violation;
use policy::object_encryption::{Desired, ObjectObservation, Step, assess};
use policy::sets::{BucketSet, BucketSets};
use remediation::{
    DataKeyReader, Duty, Parts, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError,
};
use serde_json::Value;

pub use resource::Object;

/// The duty with its clients.
pub struct ObjectEncryption {
    s3: aws_sdk_s3::Client,
    data_key: DataKeyReader,
    sets: BucketSets,
    account: String,
    region: String,
}

impl ObjectEncryption {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        Ok(Self {
            s3: parts.s3.clone(),
            data_key: DataKeyReader::new(parts)?,
            sets: parts.environment.bucket_sets()?,
            account: parts.settings.account.clone(),
            region: parts.settings.region.clone(),
        })
    }

    fn desired(&self) -> Desired<'_> {
        Desired { key_arn: self.data_key.arn(), account: &self.account, region: &self.region }
    }
}

impl Duty for ObjectEncryption {
    const NAME: &'static str = "object-encryption";

    type Resource = Object;
    type Observation = ObjectObservation;
    type Step = Step;

    /// An id holds no key, so that it leads nowhere: a record does.
    fn resource(&self, _: &str) -> Option<Object> {
        None
    }

    fn remembered(&self, before: &Value) -> Option<Object> {
        let seen: ObjectObservation = serde_json::from_value(before.clone()).ok()?;
        Object::new(&seen.bucket, seen.key, seen.version)
    }

    fn scope(&self, signal: &Signal) -> Scope<Object> {
        let Signal::ObjectCreated { bucket, key, version } = signal else {
            return Scope::Nothing("not an event that this duty looks after");
        };
        match Object::new(bucket, key.clone(), version.clone()) {
            None => Scope::Nothing("not an object of a general purpose bucket"),
            Some(_) if self.sets.of(bucket) == BucketSet::Undeclared => {
                Scope::Nothing("the bucket is in no set of the deployment")
            }
            Some(object) => Scope::These(vec![object]),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Object, ReadError>> {
        stream::empty()
    }

    async fn observe(&self, at: &Object) -> Result<Option<ObjectObservation>, ReadError> {
        self.look(at).await
    }

    fn assess(&self, _: &Object, seen: &ObjectObservation) -> Vec<Violation<Step>> {
        assess(&self.desired(), seen).into_iter().collect()
    }
}

impl Repair for ObjectEncryption {
    async fn apply(&self, at: &Object, step: &Step) -> Result<(), WriteError> {
        self.write(at, step).await
    }

    fn undo(&self, _: &Object, _: &Undo, _: &ObjectObservation) -> Restored<Step> {
        Restored::Refused(
            "the object's data is what it was, and Phiward gives nothing a weaker encryption back: who needs another key \
             re-encrypts the object under an exemption"
                .to_owned(),
        )
    }
}
