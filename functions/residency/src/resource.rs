//! What is looked after: inferences, by who makes them with what; application inference profiles; and models.

use std::fmt;

use policy::residency::{Inference, Observation, Route, is_region};
use remediation::ApiCall;
use serde_json::Value;

use crate::named::{APPLICATION_PROFILE, Named, is_profile_id};

const MODEL: &str = "model/";

/// What an event or a sweep points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// What one principal infers with one model. The event itself says all that there is to know.
    Inference(Told),
    /// An application inference profile, by its id.
    Profile(String),
    /// A model.
    Model {
        /// Its id.
        id: String,
        /// Whether it was invoked of late, where that has just been asked.
        in_use: Option<bool>,
    },
}

/// What an event has told of an inference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub(crate) principal: String,
    pub(crate) model: String,
    /// Nothing: it is an application profile, which has to be asked where it leads.
    pub(crate) route: Option<Route>,
    pub(crate) region: Option<String>,
}

impl Resource {
    /// The inference that an event tells of.
    pub(crate) fn told(call: &ApiCall) -> Self {
        let Named { id, route } = Named::read(call.parameter("modelId"));
        let region = call.additional_data("inferenceRegion").map(region);
        let principal = call.principal.clone().unwrap_or_else(|| "unknown".to_owned());
        Self::Inference(Told { principal, model: id, route, region })
    }

    /// The inference that a record is about.
    pub(crate) fn remembered(before: &Value) -> Option<Self> {
        match serde_json::from_value(before.clone()) {
            Ok(Observation::Inference(Inference { principal, model, route, region })) => {
                Some(Self::Inference(Told { principal, model, route: Some(route), region }))
            }
            _ => None,
        }
    }

    /// The resource of that id, as [`Display`](fmt::Display) writes it. That of an inference leads nowhere: it is past.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        if let Some(profile) = id.strip_prefix(APPLICATION_PROFILE) {
            return is_profile_id(profile).then(|| Self::Profile(profile.to_owned()));
        }
        let model = id.strip_prefix(MODEL)?;
        mantle::ModelId::parse(model).map(|model| Self::Model { id: model.as_str().to_owned(), in_use: None })
    }
}

/// A Region's name, or nothing of what is none.
fn region(named: &Value) -> String {
    named.as_str().filter(|name| is_region(name)).unwrap_or_default().to_owned()
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inference(told) => write!(f, "inference/{}/{}", told.principal, told.model),
            Self::Profile(id) => write!(f, "{APPLICATION_PROFILE}{id}"),
            Self::Model { id, .. } => write!(f, "{MODEL}{id}"),
        }
    }
}
