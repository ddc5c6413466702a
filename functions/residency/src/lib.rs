//! The duty `residency`: inference stays in the geography, and goes to models that keep nothing.
//!
//! Guide steps S3 and S7. Inference through a Global profile, or that ran outside the geography, is told of by its own event, which
//! is all that there will ever be to see: it is counted, and told once an hour for each principal and model. The rule's pattern
//! lets no other inference start the function. The sweep finds application profiles that are copied from a Global one, and by
//! CloudWatch's figures the models in use, of which it asks bedrock-mantle what they allow.
//!
//! Reads of an inference: none, but once for each application profile that one names (`GetInferenceProfile`). Of a compliant
//! application profile: one (`GetInferenceProfile`). Of a compliant model, in a sweep: one (`GET /v1/models/{id}`), two where
//! bedrock-mantle knows it without its version only. A sweep lists first: `ListInferenceProfiles` of both kinds and
//! `ListFoundationModels`, and asks `GetMetricData` once for every 500 ids. A model that is looked at by itself costs these too.

mod named;
mod profiles;
mod resource;
mod usage;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Mutex;

use aws_sdk_bedrock::types::{InferenceProfileSummary, InferenceProfileType};
use futures_util::stream::{self, Stream, StreamExt};
use mantle::{Mantle, MantleError, ModelId};
use policy::Violation;
use policy::memory::Recurrence;
use policy::residency::{Geography, Inference, Model, Observation, Retention, Rules, Step, assess, without_version};
use remediation::{ApiCall, Duty, Parts, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError};
use serde_json::Value;

use named::{APPLICATION_PROFILE, is_profile_id};
use profiles::Profiles;
pub use resource::Resource;
use resource::Told;
use usage::Usage;

/// The duty with its clients.
pub struct Residency {
    profiles: Profiles,
    usage: Usage,
    mantle: Mantle,
    rules: Rules,
}

impl Residency {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        const REGIONS: &str = "PHIWARD_INFERENCE_REGIONS";
        let settings = parts.settings;
        let regions = parts.environment.required(REGIONS)?;
        let geography = Geography::parse(&regions, &settings.region);
        let geography = geography.map_err(|_| SettingError::Malformed {
            name: REGIONS,
            what: "it must be the names of Regions, separated by commas".to_owned(),
        })?;
        let bedrock = aws_sdk_bedrock::config::Builder::from(parts.sdk).interceptor(parts.calls.clone()).build();
        let cloudwatch = aws_sdk_cloudwatch::config::Builder::from(parts.sdk).interceptor(parts.calls.clone()).build();
        let baseline = parts.baseline.residency.clone();
        Ok(Self {
            profiles: Profiles {
                bedrock: aws_sdk_bedrock::Client::from_conf(bedrock),
                arn_prefix: format!("arn:{}:bedrock:{}:{}:", settings.partition, settings.region, settings.account),
                routes: Mutex::new(BTreeMap::new()),
            },
            usage: Usage {
                cloudwatch: aws_sdk_cloudwatch::Client::from_conf(cloudwatch),
                hours: baseline.in_use_hours,
            },
            mantle: Mantle::new(parts)?,
            rules: Rules { geography, baseline },
        })
    }

    /// The application profiles, then the models that are in use, or approved.
    async fn everything(&self) -> Vec<Result<Resource, ReadError>> {
        let own = match self.profiles.list(InferenceProfileType::Application).await {
            Ok(own) => own,
            Err(error) => return vec![Err(error)],
        };
        let profiles = own.iter().map(|each| profile_of(each.inference_profile_arn()).ok_or(UNREADABLE));
        let mut profiles: Vec<_> = profiles.collect();
        profiles.sort_by_cached_key(|each| each.as_ref().map(ToString::to_string).unwrap_or_default());
        profiles.extend(self.models(&own).await);
        profiles
    }

    async fn models(&self, own: &[InferenceProfileSummary]) -> Vec<Result<Resource, ReadError>> {
        let mut found = match self.usage.of_models(&self.profiles, own).await {
            Ok(found) => found,
            Err(error) => return vec![Err(error)],
        };
        for approved in &self.rules.baseline.approved_models {
            if !found.keys().any(|model| policy::residency::is_same(approved, model)) {
                found.insert(approved.clone(), false);
            }
        }
        let looked_at = found.into_iter().filter(|(model, in_use)| *in_use || self.rules.approves(model));
        looked_at.map(|(id, in_use)| Ok(Resource::Model { id, in_use: Some(in_use) })).collect()
    }

    async fn model(&self, id: &str, in_use: Option<bool>) -> Result<Observation, ReadError> {
        let in_use = match in_use {
            Some(in_use) => in_use,
            None => {
                let own = self.profiles.list(InferenceProfileType::Application).await?;
                self.usage.of_models(&self.profiles, &own).await?.get(id).copied().unwrap_or(false)
            }
        };
        let retention = self.retention(id).await?;
        Ok(Observation::Model(Model { id: id.to_owned(), in_use, retention }))
    }

    /// What bedrock-mantle says of a model, which it may know without its version.
    async fn retention(&self, id: &str) -> Result<Retention, ReadError> {
        let bare = without_version(id);
        for id in [Some(id), Some(bare).filter(|bare| *bare != id)].into_iter().flatten().filter_map(ModelId::parse) {
            match self.mantle.model(&id).await {
                Ok(Some(model)) => {
                    return Ok(model.allowed_modes.map_or(Retention::Unsaid, |allowed| Retention::Said { allowed }));
                }
                Ok(None) => {}
                Err(MantleError::Unreachable) => return Ok(Retention::Unreachable),
                Err(MantleError::Call(error)) => return Err(error),
            }
        }
        Ok(Retention::NotThere)
    }

    async fn inference(&self, told: &Told) -> Result<Observation, ReadError> {
        let route = match (told.route, told.model.strip_prefix(APPLICATION_PROFILE)) {
            (Some(route), _) => route,
            (None, Some(profile)) => self.profiles.route(profile).await?,
            (None, None) => policy::residency::Route::Unknown,
        };
        let Told { principal, model, region, .. } = told.clone();
        Ok(Observation::Inference(Inference { principal, model, route, region }))
    }
}

const UNREADABLE: ReadError =
    ReadError::Answer { operation: "bedrock:ListInferenceProfiles", what: "an ARN is not of the known form" };

/// The application profile of that ARN.
fn profile_of(arn: &str) -> Option<Resource> {
    let (_, id) = arn.rsplit_once(APPLICATION_PROFILE)?;
    is_profile_id(id).then(|| Resource::Profile(id.to_owned()))
}

fn scope_of(call: &ApiCall) -> Scope<Resource> {
    if call.source != "bedrock.amazonaws.com" {
        return Scope::Nothing("not a call of Bedrock's");
    }
    match call.name.as_str() {
        "InvokeModel" | "InvokeModelWithResponseStream" | "Converse" | "ConverseStream" => {
            Scope::These(vec![Resource::told(call)])
        }
        "CreateInferenceProfile" => {
            let made = call.response_element("inferenceProfileArn").and_then(profile_of);
            made.map_or(Scope::All, |profile| Scope::These(vec![profile]))
        }
        _ => Scope::Nothing("neither an inference nor a new profile"),
    }
}

impl Duty for Residency {
    const NAME: &'static str = "residency";

    type Resource = Resource;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Resource> {
        Resource::parse(id)
    }

    fn remembered(&self, before: &Value) -> Option<Resource> {
        Resource::remembered(before)
    }

    fn recurrence(&self, at: &Resource) -> Recurrence {
        match at {
            Resource::Inference(_) => Recurrence::Occurrence,
            Resource::Profile(_) | Resource::Model { .. } => Recurrence::State,
        }
    }

    fn scope(&self, signal: &Signal) -> Scope<Resource> {
        match signal {
            Signal::ApiCall(call) => scope_of(call),
            _ => Scope::Nothing("not an event that this duty looks after"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Resource, ReadError>> {
        stream::once(self.everything()).flat_map(stream::iter)
    }

    async fn observe(&self, at: &Resource) -> Result<Option<Observation>, ReadError> {
        let seen = match at {
            Resource::Inference(told) => self.inference(told).await?,
            Resource::Profile(id) => self.profiles.look(id).await?,
            Resource::Model { id, in_use } => self.model(id, *in_use).await?,
        };
        Ok(Some(seen))
    }

    fn assess(&self, _: &Resource, seen: &Observation) -> Vec<Violation<Step>> {
        assess(seen, &self.rules)
    }
}

impl Repair for Residency {
    async fn apply(&self, at: &Resource, step: &Step) -> Result<(), WriteError> {
        match (step, at) {
            (Step::DeleteProfile, Resource::Profile(id)) => Ok(self.profiles.delete(id).await?),
            (Step::DeleteProfile, Resource::Inference(_) | Resource::Model { .. }) => {
                Err(WriteError::Refused { advice: "only an application inference profile can be deleted".to_owned() })
            }
        }
    }

    fn undo(&self, _: &Resource, _: &Undo, _: &Observation) -> Restored<Step> {
        Restored::Refused(
            "an inference can't be undone, and a profile that is made again has another ARN: copy a profile of your geography"
                .to_owned(),
        )
    }
}
