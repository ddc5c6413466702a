//! The duty `quarantine`: PHI that Macie finds where it doesn't belong is moved away, or isolated and reported.
//!
//! Guide step S5. A finding is read from Macie itself, so a crafted event can move nothing; the object is read from S3.
//! The copy has one place that follows from what is copied, so a run that was killed between any two calls is completed
//! by the next one, and the bytes are in the quarantine bucket once. Before each deletion source and copy are read again
//! and their stored checksums compared.
//!
//! Reads of a finding that is no concern: one (`GetFindings`). Of one whose object is gone: also `GetBucketVersioning`,
//! `ListObjectVersions` and the copy's `HeadObject`; only if that copy is there and something lies in the object's place
//! by now, that one's `HeadObject` too, as it may be what an operator released.

mod copy;
mod finding_id;
mod head;
mod isolate;
mod listing;
mod macie;
mod multipart;
mod observe;
mod release;
mod remove;
mod store;

#[cfg(test)]
mod tests;

use futures_util::stream::{self, Stream, StreamExt};
use policy::Violation;
use policy::quarantine::{self, Observation, Release, Rules, Step};
use remediation::ledger::OrderAction;
use remediation::{Duty, Key, Parts, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError};

pub use finding_id::FindingId;
use macie::Macie;
use store::Store;

/// The duty with its clients.
pub struct Quarantine {
    macie: Macie,
    store: Store,
    rules: Rules,
}

impl Quarantine {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is missing or malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        let account = parts.settings.account.clone();
        let watch = parts.environment.optional("PHIWARD_WATCH_BUCKETS").unwrap_or_else(|| "*".to_owned());
        let watch = policy::globs::Glob::list(&watch)
            .map_err(|error| SettingError::Malformed { name: "PHIWARD_WATCH_BUCKETS", what: error.to_string() })?;
        let rules = Rules {
            account: account.clone(),
            partition: parts.settings.partition.clone(),
            role_arn: parts.environment.required("PHIWARD_ROLE_ARN")?,
            quarantine_bucket: parts.environment.required("PHIWARD_QUARANTINE_BUCKET")?,
            sets: parts.environment.bucket_sets()?,
            watch,
            phi: parts.baseline.quarantine.clone(),
        };
        Ok(Self { macie: Macie::new(parts), store: Store { s3: parts.s3.clone(), account }, rules })
    }
}

impl Duty for Quarantine {
    const NAME: &'static str = "quarantine";

    type Resource = FindingId;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<FindingId> {
        id.strip_prefix("finding/").and_then(FindingId::parse)
    }

    fn scope(&self, signal: &Signal) -> Scope<FindingId> {
        match signal {
            Signal::MacieFinding { id } => match FindingId::parse(id) {
                Some(id) => Scope::These(vec![id]),
                None => Scope::Nothing("not a finding's id"),
            },
            _ => Scope::Nothing("not an event that this duty looks after"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<FindingId, ReadError>> {
        stream::once(self.macie.findings()).flat_map(|listed| {
            let items: Vec<_> = match listed {
                Ok(ids) => ids.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            stream::iter(items)
        })
    }

    async fn observe(&self, at: &FindingId) -> Result<Option<Observation>, ReadError> {
        match self.macie.finding(at).await? {
            Some(finding) => self.store.observe(&self.rules, finding).await,
            None => Ok(None),
        }
    }

    fn assess(&self, _: &FindingId, seen: &Observation) -> Vec<Violation<Step>> {
        quarantine::assess(&self.rules, seen)
    }

    fn subject(&self, seen: &Observation) -> Option<String> {
        quarantine::subject(seen)
    }
}

impl Repair for Quarantine {
    async fn apply(&self, _: &FindingId, step: &Step) -> Result<(), WriteError> {
        match step {
            Step::Copy { object, copy, algorithm } => self.store.copy(object, copy, algorithm).await,
            Step::CopyInParts { object, copy, size, part_size, algorithm, checksum } => {
                let parts = multipart::ranges(*size, *part_size);
                self.store.copy_in_parts(object, copy, parts, multipart::Checksum { algorithm, value: checksum }).await
            }
            Step::Hide { object, copy, versioning } => self.store.hide(object, copy, *versioning).await,
            Step::DeleteVersion { object, copy, versioning } => {
                self.store.delete_version(object, copy, *versioning).await
            }
            Step::DeleteObject { object, copy, versioning } => {
                self.store.delete_object(object, copy, *versioning).await
            }
            Step::DenyIsolated { bucket, before, after } => {
                self.store.deny_isolated(bucket, before.as_ref(), after).await
            }
            Step::TagIsolated { object, before, after } | Step::LiftIsolation { object, before, after } => {
                self.store.put_tags(object, before, after).await
            }
            Step::BringBack { copy, home, algorithm } => self.store.bring_back(copy, home, algorithm).await,
            Step::BringBackInParts { copy, home, size, part_size, algorithm, checksum } => {
                let parts = multipart::ranges(*size, *part_size);
                let checksum = multipart::Checksum { algorithm, value: checksum };
                self.store.bring_back_in_parts(copy, home, parts, checksum).await
            }
        }
    }

    /// A bucket's policy is also written by the duty `buckets`.
    fn document(&self, _: &FindingId, step: &Step) -> Option<Key> {
        match step {
            Step::DenyIsolated { bucket, .. } => Some(Key::document("bucket-policy", bucket)),
            _ => None,
        }
    }

    fn undo(&self, _: &FindingId, order: &Undo, live: &Observation) -> Restored<Step> {
        if order.action == OrderAction::Undo {
            return Restored::Refused(
                "what was moved or isolated is not undone but released: order a release".to_owned(),
            );
        }
        match quarantine::release(&order.before, &order.after, live) {
            Ok(Release::Steps(steps)) => Restored::Steps(steps),
            Ok(Release::Done(subject)) => Restored::Already { reviewed: Some(subject) },
            Err(why) => Restored::Refused(why.to_owned()),
        }
    }
}
