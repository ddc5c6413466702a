//! What Bedrock says a guardrail is like, and how it is enforced.

use serde::Serialize;

use crate::principals::Principal;
use crate::redacted::Redacted;

/// The description that versions of ours begin with; only such are ever deleted.
pub(crate) const OURS: &str = "Phiward ";

/// What is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Observation {
    /// A guardrail.
    Guardrail(Box<GuardrailObservation>),
    /// A guardrail that the deployment names is not there.
    Absent {
        /// The id of the one that was made in its place.
        made_again: Option<String>,
    },
}

/// A guardrail's settings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GuardrailObservation {
    /// Its ARN.
    pub arn: String,
    /// The working draft.
    pub draft: Text,
    /// How the account enforces guardrails.
    pub enforcement: Enforcement,
    /// The version that the account enforces, or else the newest one; none: it is not there.
    pub in_force: Option<Numbered>,
    /// The newest version, where another one is in force and must be replaced.
    pub newest: Option<Numbered>,
    /// Its versions, the oldest first; read only where no version of it is enforced, or where one must be replaced.
    pub versions: Option<Vec<Version>>,
    /// Who would be stopped; read only where that matters.
    pub callers: Option<Callers>,
    /// The draft was written and could not yet be proven.
    pub unproven: bool,
}

/// What GetGuardrail says, as it came.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Text {
    /// `READY`, `UPDATING`, `VERSIONING`, `FAILED`, or one not known yet.
    pub status: String,
    /// The JSON. Others write it too, so it is shown in evidence only.
    #[serde(serialize_with = "Redacted::reveal")]
    pub document: Redacted<String>,
}

/// A version.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Numbered {
    /// Its number.
    pub version: String,
    /// What it is like.
    #[serde(flatten)]
    pub text: Text,
}

/// A version, as a list tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Version {
    /// Its number.
    pub number: u32,
    /// Whether its description says that Phiward made it.
    pub ours: bool,
}

impl Version {
    /// Of what a list says.
    #[must_use]
    pub fn of(number: u32, description: Option<&str>) -> Self {
        Self { number, ours: description.is_some_and(|text| text.starts_with(OURS)) }
    }
}

/// How the account enforces guardrails in this Region.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "enforced", rename_all = "kebab-case")]
pub enum Enforcement {
    /// None.
    None,
    /// This one.
    This(Configured),
    /// Another one.
    Another,
}

/// The account's enforced configuration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Configured {
    /// The configuration's id.
    pub id: Option<String>,
    /// The enforced version.
    pub version: String,
    /// The JSON of ListEnforcedGuardrailsConfiguration; its models and what of a message is looked at are written again.
    #[serde(serialize_with = "Redacted::reveal")]
    pub document: Redacted<String>,
}

/// Who may use models, and may not, or perhaps not, apply the guardrail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Callers {
    /// They would be refused by Bedrock.
    pub stopped: Vec<Principal>,
    /// It can't be told.
    pub unsure: Vec<Principal>,
}
