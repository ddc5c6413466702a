//! What can be done to a guardrail.

use serde::{Serialize, Serializer};

use super::observation::Configured;
use crate::redacted::Redacted;

/// One repair of a guardrail; each is complete, nothing is left to decide when it is applied.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Writes the working draft.
    UpdateDraft {
        /// What this was made from; if something else is there by now, nothing is written.
        #[serde(skip)]
        expected: Redacted<String>,
        /// The whole guardrail, as UpdateGuardrail takes it.
        #[serde(serialize_with = "Redacted::reveal")]
        document: Redacted<String>,
    },
    /// Has the guardrail look at the baseline's examples, in both directions.
    Prove {
        /// Which version.
        version: Target,
    },
    /// Deletes a version that Phiward made and that nothing needs: there is no room for another.
    DeleteVersion {
        /// Its number.
        number: u32,
    },
    /// Makes a version of the draft, unless the newest one says the same.
    Publish {
        /// What the draft must say by then, as UpdateGuardrail takes it.
        #[serde(skip)]
        expected: Redacted<String>,
        /// The description of the version.
        description: String,
    },
    /// Points the account's enforced configuration to a version, which is READY by then.
    Enforce {
        /// The guardrail.
        arn: String,
        /// Which version.
        version: Target,
        /// The configuration that is changed; if it is another by now, nothing is written. None: there is none.
        #[serde(skip)]
        expected: Option<Configured>,
    },
    /// Makes a guardrail in the place of one that was deleted.
    Create {
        /// The whole guardrail, as CreateGuardrail takes it.
        #[serde(serialize_with = "Redacted::reveal")]
        document: Redacted<String>,
    },
}

/// A version of a guardrail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The working draft.
    Draft,
    /// The one that this plan publishes.
    Published,
    /// One that is there.
    Version(String),
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Draft => "DRAFT",
            Self::Published => "the one that this plan publishes",
            Self::Version(number) => number,
        })
    }
}
