//! The duty `free-text`: no name and no tag of a Bedrock resource, or of a log or PHI bucket, looks like PHI.
//!
//! Guide step S5. AWS shows names and tags to everybody who may list a resource, and writes them into logs and bills. What
//! looks like PHI is told of and never repeated: a resource whose ARN looks like PHI too is named by a hash. Nothing is ever
//! changed: a name can't be, and whether a tag may go is for a person to say. So the role only reads.
//!
//! Reads of a compliant resource: one, of its tags (`ListTagsForResource` of the plane that owns it, `GetBucketTagging`); none
//! for what has no tags of its own (data sources, copy jobs, marketplace endpoints). The name comes from the kind's list: in a
//! sweep from the one that the sweep is made of; after an event the list is read too, or of an alias or a data source that of
//! its parent. An event that doesn't say which resource it is about costs the list of its kind, and the tags of each in it.

mod look;
mod resource;

#[cfg(test)]
mod tests;

use futures_util::stream::{self, Stream, StreamExt};
use inventory::{Inventory, Pointer, is_not_offered};
use policy::Violation;
use policy::baseline::FreeText as Patterns;
use policy::free_text::{Observation, Step, assess};
use remediation::{Duty, Parts, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError};

pub use resource::Resource;
use resource::Target;

/// The duty with its clients.
pub struct FreeText {
    inventory: Inventory,
    patterns: Patterns,
}

impl FreeText {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        let inventory = Inventory::new(parts, parts.environment.bucket_sets()?);
        Ok(Self { inventory, patterns: parts.baseline.free_text.clone() })
    }
}

impl Duty for FreeText {
    const NAME: &'static str = "free-text";

    type Resource = Resource;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Resource> {
        Resource::parse(id, &self.inventory.home, &self.patterns)
    }

    fn scope(&self, signal: &Signal) -> Scope<Resource> {
        let Signal::ApiCall(call) = signal else { return Scope::Nothing("not an event that this duty looks after") };
        let resource = |pointer| match pointer {
            Pointer::At(address) => Resource::at(address, None, &self.patterns),
            Pointer::List(kind) => Resource::list(kind),
        };
        match self.inventory.scope_of(call) {
            Scope::These(pointers) => Scope::These(pointers.into_iter().map(resource).collect()),
            Scope::All => Scope::All,
            Scope::Nothing(why) => Scope::Nothing(why),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Resource, ReadError>> {
        stream::once(self.everything()).flat_map(stream::iter)
    }

    async fn observe(&self, at: &Resource) -> Result<Option<Observation>, ReadError> {
        let read = match &at.target {
            Target::One(address, labels) => self.suspect(address, labels.clone()).await,
            Target::Hashed(kind, hash) => self.hashed(*kind, hash).await,
            Target::List(kind) => self.suspects_of(*kind).await.map(Some),
        };
        match read {
            Ok(suspects) => Ok(suspects.map(|suspects| Observation::Read { suspects })),
            Err(error) if is_not_offered(&error) => Ok(Some(Observation::Unreachable)),
            Err(error) => Err(error),
        }
    }

    fn assess(&self, _: &Resource, seen: &Observation) -> Vec<Violation<Step>> {
        assess(seen)
    }
}

impl Repair for FreeText {
    async fn apply(&self, _: &Resource, step: &Step) -> Result<(), WriteError> {
        match *step {}
    }

    fn undo(&self, _: &Resource, _: &Undo, _: &Observation) -> Restored<Step> {
        Restored::Refused("this duty only reports: there is nothing to undo".to_owned())
    }
}
