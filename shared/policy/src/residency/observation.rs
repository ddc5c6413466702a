//! What is known of an inference, an application inference profile or a model, as plain data.

use serde::{Deserialize, Serialize};

/// What is known. Goes into the evidence; of an inference it is all that there will ever be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "kebab-case")]
pub enum Observation {
    /// An inference, as its event has told it.
    Inference(Inference),
    /// An application inference profile.
    Profile {
        /// Where it leads, each place once, in order.
        destinations: Vec<Destination>,
    },
    /// An application inference profile that is not there (any more).
    NoProfile,
    /// A model.
    Model(Model),
}

/// An inference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inference {
    /// Who: the ARN of a role or user, never the name of a session.
    pub principal: String,
    /// The id of the model or profile that was named.
    pub model: String,
    /// What that leads to.
    pub route: Route,
    /// Where it ran, where the event says that it was another Region; empty: something that is no Region's name.
    pub region: Option<String>,
}

/// Which way an inference took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// Through a Global inference profile, or a copy of one.
    Global,
    /// Another way.
    Bounded,
    /// Through a profile that is not there any more.
    Unknown,
}

/// A place where a profile leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Destination {
    /// Any Region of the world: a model's ARN without Region.
    Anywhere,
    /// A Region.
    Region(String),
    /// An ARN that can't be understood.
    Unreadable,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Its id.
    pub id: String,
    /// Whether it was invoked of late, by itself or through a profile.
    pub in_use: bool,
    /// What it allows.
    pub retention: Retention,
}

/// Under which data-retention modes a model can be used. Only bedrock-mantle tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "modes", rename_all = "kebab-case")]
pub enum Retention {
    /// Under these.
    Said {
        /// In AWS's own words.
        allowed: Vec<String>,
    },
    /// It is there, and its modes are not said.
    Unsaid,
    /// bedrock-mantle doesn't know the model.
    NotThere,
    /// bedrock-mantle has no endpoint here.
    Unreachable,
}

/// The one repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Deletes the application inference profile.
    DeleteProfile,
}
