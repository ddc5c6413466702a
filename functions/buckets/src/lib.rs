//! The duty `buckets`: buckets that hold logs or PHI are encrypted, private, reached over TLS only, and keep what they hold.
//!
//! Guide steps S4 and S5. The deployment names the buckets in two sets; a bucket outside them is never written, and only
//! its tag DataClass is read. Every call names the expected owner, so a name that another account has taken meanwhile
//! gets nothing.
//!
//! Reads of a compliant bucket, all at once: GetBucketEncryption, GetPublicAccessBlock, GetBucketOwnershipControls,
//! GetBucketPolicy, GetBucketVersioning, GetBucketNotificationConfiguration, GetBucketTagging, and for a log destination
//! GetBucketLifecycleConfiguration. Only where something is to be changed, what the change depends on: the key and its
//! policy, the ACL, whether the policy is public. A bucket outside the sets: GetBucketTagging, in the sweep or when its
//! tags change.

mod apply;
mod bucket_policy;
mod lifecycle;
mod observe;
mod present;
mod request;
mod resource;

#[cfg(test)]
mod tests;

use futures_util::stream::{self, Stream, StreamExt};
use policy::Redacted;
use policy::Violation;
use policy::buckets::{BucketObservation, Desired, Step, assess, undo};
use policy::invocation_logging::{Delivery, S3Destination};
use policy::sets::{BucketSet, BucketSets};
use remediation::ledger::OrderAction;
use remediation::{
    ApiCall, AwsError, DataKeyReader, Duty, Environment, Key, Parts, ReadError, Repair, Restored, Scope, SettingError,
    Signal, Undo, WriteError,
};

pub use resource::Bucket;

/// The duty with its clients.
pub struct Buckets {
    s3: aws_sdk_s3::Client,
    data_key: DataKeyReader,
    sets: BucketSets,
    baseline: policy::baseline::Buckets,
    /// Where the deployment lets invocation logs go.
    invocation_logs: Vec<S3Destination>,
    account: String,
    region: String,
    partition: String,
}

impl Buckets {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        Ok(Self {
            s3: parts.s3.clone(),
            data_key: DataKeyReader::new(parts)?,
            sets: parts.environment.bucket_sets()?,
            baseline: parts.baseline.buckets.clone(),
            invocation_logs: invocation_logs(parts.environment),
            account: parts.settings.account.clone(),
            region: parts.settings.region.clone(),
            partition: parts.settings.partition.clone(),
        })
    }

    fn desired<'a>(&'a self, at: &'a Bucket) -> Desired<'a> {
        let of_bucket = self.invocation_logs.iter().filter(|place| place.bucket == at.as_str());
        Desired {
            bucket: at.as_str(),
            partition: &self.partition,
            key_arn: self.data_key.arn(),
            region: &self.region,
            baseline: &self.baseline,
            deliveries: of_bucket
                .map(|place| Delivery::to(place, &self.partition, &self.region, &self.account))
                .collect(),
        }
    }

    fn scope_of(&self, call: &ApiCall) -> Scope<Bucket> {
        if call.source != "s3.amazonaws.com" {
            return Scope::Nothing("not a call of S3");
        }
        let Some(bucket) = call.parameter("bucketName").and_then(Bucket::parse) else {
            return Scope::Nothing("the call names no bucket");
        };
        let tags_changed = matches!(call.name.as_str(), "PutBucketTagging" | "DeleteBucketTagging");
        if self.sets.is_own(bucket.as_str()) {
            Scope::Nothing("a bucket of Phiward's own, which the template protects")
        } else if self.sets.of(bucket.as_str()) == BucketSet::Undeclared && !tags_changed {
            Scope::Nothing("the bucket is in no set of the deployment")
        } else {
            Scope::These(vec![bucket])
        }
    }

    /// One page of this Region's buckets, and where the next one begins.
    async fn page(&self, token: Option<String>) -> Result<(Vec<Bucket>, Option<String>), ReadError> {
        let request =
            self.s3.list_buckets().bucket_region(&self.region).max_buckets(1000).set_continuation_token(token);
        let answer = request.send().await.map_err(|error| AwsError::new("s3:ListBuckets", &error))?;
        let names = answer.buckets().iter().filter_map(|bucket| bucket.name());
        let ours = names.filter(|name| !self.sets.is_own(name)).filter_map(Bucket::parse).collect();
        Ok((ours, answer.continuation_token().map(str::to_owned)))
    }
}

impl Duty for Buckets {
    const NAME: &'static str = "buckets";

    type Resource = Bucket;
    type Observation = BucketObservation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Bucket> {
        Bucket::parse(id)
    }

    fn scope(&self, signal: &Signal) -> Scope<Bucket> {
        match signal {
            Signal::ApiCall(call) => self.scope_of(call),
            _ => Scope::Nothing("not an event that this duty looks after"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Bucket, ReadError>> {
        let pages = stream::unfold(Some(None), async |next: Option<Option<String>>| {
            Some(match self.page(next?).await {
                Ok((buckets, token)) => (buckets.into_iter().map(Ok).collect::<Vec<_>>(), token.map(Some)),
                Err(error) => (vec![Err(error)], None),
            })
        });
        pages.flat_map(stream::iter)
    }

    async fn observe(&self, at: &Bucket) -> Result<Option<BucketObservation>, ReadError> {
        observe::observe(self, at).await
    }

    fn assess(&self, at: &Bucket, seen: &BucketObservation) -> Vec<Violation<Step>> {
        assess(&self.desired(at), seen)
    }
}

impl Repair for Buckets {
    async fn apply(&self, at: &Bucket, step: &Step) -> Result<(), WriteError> {
        apply::apply(self, at, step).await
    }

    /// A bucket's policy is also written by the duty `quarantine`.
    fn document(&self, at: &Bucket, step: &Step) -> Option<Key> {
        let writes = matches!(step, Step::PutPolicy { .. } | Step::AddStatement { .. } | Step::DeletePolicy { .. });
        writes.then(|| Key::document("bucket-policy", at.as_str()))
    }

    fn undo(&self, _: &Bucket, order: &Undo, live: &BucketObservation) -> Restored<Step> {
        if order.action == OrderAction::Release {
            return Restored::Refused("only a quarantined object can be released: order an undo".to_owned());
        }
        match undo(order.control, &order.before, &order.after, live) {
            Ok(steps) if steps.is_empty() => Restored::Already { reviewed: None },
            Ok(steps) => Restored::Steps(steps),
            Err(why) => Restored::Refused(why.to_owned()),
        }
    }
}

/// The places in S3 that the deployment names for invocation logs; the duty `invocation-logging` sees that they go there.
fn invocation_logs(environment: &Environment<'_>) -> Vec<S3Destination> {
    let named = [
        ("PHIWARD_INVOCATION_LOG_BUCKET", "PHIWARD_INVOCATION_LOG_PREFIX"),
        ("PHIWARD_INVOCATION_LARGE_DATA_BUCKET", "PHIWARD_INVOCATION_LARGE_DATA_PREFIX"),
    ];
    let place = |(bucket, prefix)| {
        let prefix = Redacted::new(environment.optional(prefix).unwrap_or_default());
        Some(S3Destination { bucket: environment.optional(bucket)?, prefix })
    };
    named.into_iter().filter_map(place).collect()
}
