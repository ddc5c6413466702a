//! Inference profiles: where they lead.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aws_sdk_bedrock::types::{InferenceProfileModel, InferenceProfileSummary, InferenceProfileType};
use policy::residency::{Destination, Observation, Route};
use remediation::{AwsError, ReadError};

use crate::named::APPLICATION_PROFILE;

const FOUNDATION_MODEL: &str = "foundation-model/";

/// Reads profiles, and remembers where those lead that inferences have named: a profile is never changed, only deleted.
pub(crate) struct Profiles {
    pub(crate) bedrock: aws_sdk_bedrock::Client,
    /// Before the id of an application profile in its ARN.
    pub(crate) arn_prefix: String,
    pub(crate) routes: Mutex<BTreeMap<String, Route>>,
}

impl Profiles {
    pub(crate) fn arn(&self, id: &str) -> String {
        format!("{}{APPLICATION_PROFILE}{id}", self.arn_prefix)
    }

    /// An application profile.
    pub(crate) async fn look(&self, id: &str) -> Result<Observation, ReadError> {
        let sent = self.bedrock.get_inference_profile().inference_profile_identifier(self.arn(id)).send().await;
        match sent {
            Ok(answer) => Ok(Observation::Profile { destinations: destinations(answer.models()) }),
            Err(error) => match AwsError::new("bedrock:GetInferenceProfile", &error) {
                gone if gone.code == "ResourceNotFoundException" => Ok(Observation::NoProfile),
                error => Err(error.into()),
            },
        }
    }

    /// Which way an application profile takes.
    pub(crate) async fn route(&self, id: &str) -> Result<Route, ReadError> {
        let known = self.routes.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied();
        if let Some(route) = known {
            return Ok(route);
        }
        let route = match self.look(id).await? {
            Observation::Profile { destinations } if destinations.contains(&Destination::Anywhere) => Route::Global,
            Observation::Profile { .. } => Route::Bounded,
            // It may not show yet: asked again the next time.
            _ => return Ok(Route::Unknown),
        };
        self.routes.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), route);
        Ok(route)
    }

    /// All profiles of a kind.
    pub(crate) async fn list(&self, kind: InferenceProfileType) -> Result<Vec<InferenceProfileSummary>, ReadError> {
        let pages = self.bedrock.list_inference_profiles().type_equals(kind).into_paginator().items().send();
        let all = pages.collect::<Result<Vec<_>, _>>().await;
        all.map_err(|error| AwsError::new("bedrock:ListInferenceProfiles", &error).into())
    }

    pub(crate) async fn delete(&self, id: &str) -> Result<(), AwsError> {
        let sent = self.bedrock.delete_inference_profile().inference_profile_identifier(self.arn(id)).send().await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => match AwsError::new("bedrock:DeleteInferenceProfile", &error) {
                gone if gone.code == "ResourceNotFoundException" => Ok(()),
                error => Err(error),
            },
        }
    }
}

/// Where a profile's models are: one without Region is anywhere.
pub(crate) fn destinations(models: &[InferenceProfileModel]) -> Vec<Destination> {
    let place = |model: &InferenceProfileModel| {
        let mut parts = model.model_arn().unwrap_or_default().splitn(6, ':');
        match (parts.next(), parts.nth(1), parts.next()) {
            (Some("arn"), Some("bedrock"), Some("")) => Destination::Anywhere,
            (Some("arn"), Some("bedrock"), Some(region)) => Destination::Region(region.to_owned()),
            _ => Destination::Unreadable,
        }
    };
    let mut all: Vec<_> = models.iter().map(place).collect();
    all.sort();
    all.dedup();
    all
}

/// The foundation models behind a profile.
pub(crate) fn models(profile: &InferenceProfileSummary) -> Vec<String> {
    let id = |model: &InferenceProfileModel| Some(model.model_arn()?.rsplit_once(FOUNDATION_MODEL)?.1.to_owned());
    let mut all: Vec<_> = profile.models().iter().filter_map(id).collect();
    all.sort();
    all.dedup();
    all
}
