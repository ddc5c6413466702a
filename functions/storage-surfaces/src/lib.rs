//! The duty `storage-surfaces`: what Bedrock stores is encrypted with a KMS key of the customer's.
//!
//! Guide step S5. Agents, data sources, flows, prompts and guardrails without a key are given the deployment's data key, where
//! the baseline says so: read, written whole with nothing else changed, read back, and prepared again if they were. Custom and
//! imported models, evaluation and batch jobs, and the vector stores of knowledge bases are reported, with what it takes, as
//! their key can't be changed.
//!
//! Reads of a compliant resource: one, its `Get…`. Where a key is missing: also how many versions were published
//! (`ListAgentVersions`, `ListFlowVersions`, `ListPrompts` or `ListGuardrails` of that one), `DescribeKey` and `GetKeyPolicy`, if
//! the key is to be given. A sweep lists each kind, of jobs only those that were made in the baseline's last days. An event that does
//! not say which resource it is about costs a sweep.

mod apply;
mod notes;
mod observe;
mod resource;

#[cfg(test)]
mod tests;

use futures_util::stream::{self, Stream, StreamExt};
use inventory::{Inventory, Pointer};
use policy::Violation;
use policy::baseline;
use policy::sets::BucketSets;
use policy::storage_surfaces::{Desired, Observation, Step, assess};
use remediation::{
    DataKeyReader, Duty, Parts, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError,
};
use serde_json::Value;

use notes::Notes;
pub use resource::Resource;

/// The duty with its clients.
pub struct StorageSurfaces {
    inventory: Inventory,
    data_key: DataKeyReader,
    baseline: baseline::StorageSurfaces,
    notes: Notes,
}

impl StorageSurfaces {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        Ok(Self {
            inventory: Inventory::new(parts, BucketSets::default()),
            data_key: DataKeyReader::new(parts)?,
            baseline: parts.baseline.storage_surfaces.clone(),
            notes: Notes::default(),
        })
    }

    fn desired<'a>(&'a self, resource: &'a str) -> Desired<'a> {
        let home = &self.inventory.home;
        Desired {
            resource,
            partition: &home.partition,
            region: &home.region,
            account: &home.account,
            key_arn: self.data_key.arn(),
            baseline: &self.baseline,
        }
    }
}

impl Duty for StorageSurfaces {
    const NAME: &'static str = "storage-surfaces";

    type Resource = Resource;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Resource> {
        Resource::parse(id, &self.inventory.home)
    }

    fn scope(&self, signal: &Signal) -> Scope<Resource> {
        let Signal::ApiCall(call) = signal else { return Scope::Nothing("not an event that this duty looks after") };
        match self.inventory.scope_of(call) {
            Scope::These(pointers) => {
                let mut resources = Vec::new();
                for pointer in pointers {
                    match pointer {
                        Pointer::At(address) => resources.extend(Resource::at(address)),
                        Pointer::List(_) => return Scope::All,
                    }
                }
                if resources.is_empty() {
                    Scope::Nothing("not a resource of a kind that is looked after")
                } else {
                    Scope::These(resources)
                }
            }
            Scope::All => Scope::All,
            Scope::Nothing(why) => Scope::Nothing(why),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Resource, ReadError>> {
        stream::once(self.everything()).flat_map(stream::iter)
    }

    async fn observe(&self, at: &Resource) -> Result<Option<Observation>, ReadError> {
        self.look(at).await
    }

    fn assess(&self, at: &Resource, seen: &Observation) -> Vec<Violation<Step>> {
        let id = at.to_string();
        assess(&self.desired(&id), at.surface(), seen)
    }
}

impl Repair for StorageSurfaces {
    async fn apply(&self, at: &Resource, step: &Step) -> Result<(), WriteError> {
        match step {
            Step::GiveKey { key_arn, rest_sha256 } => self.give_key(at, key_arn, rest_sha256).await,
            Step::Prepare => self.prepare(at).await,
        }
    }

    fn resume(&self, at: &Resource, plan: &[Value]) {
        self.notes.resume(&at.to_string(), plan);
    }

    fn undo(&self, _: &Resource, _: &Undo, _: &Observation) -> Restored<Step> {
        Restored::Refused(
            "a key is never taken away again: what was encrypted with it would lie there under AWS's own. Exempt the resource \
             and update it yourself"
                .to_owned(),
        )
    }
}
