//! What the duty `free-text` decides: a name, a description or a tag that looks like PHI is told of, and never repeated.
//!
//! Texts come in as [`Texts`] and end here: what goes on is a [`Finding`], which says where and by which of the baseline's
//! patterns, in the baseline's words alone. Not even the key of a tag is repeated, as it may be a patient's name.

mod advice;
mod search;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod properties;

use serde::Serialize;

use crate::control;
use crate::decision::Violation;
use crate::redacted::Redacted;

/// All free texts of one resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Its name, and whatever else its list shows.
    pub labels: Vec<(Place, Redacted<String>)>,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its key.
    pub key: Redacted<String>,
    /// Its value.
    pub value: Redacted<String>,
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The resource's name.
    Name,
    /// The name of the model that a job makes.
    ModelName,
    /// Its description.
    Description,
    /// The key of one of its tags.
    TagKey,
    /// The value of one of its tags, alone or read after its key.
    TagValue,
    /// The ARN itself, which AWS makes from the name.
    Arn,
}

/// What looks like PHI, in words of the baseline's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What it looks like.
    pub sign: Sign,
}

/// Why a text looks like PHI.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// The name of a pattern of the baseline's that matches.
    Pattern(String),
    /// The tag key of the baseline's that announces PHI, as the baseline spells it.
    Announced(String),
}

/// A resource with a text that looks like PHI.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Suspect {
    /// Its id, which is free of PHI: an ARN, or a hash of one.
    pub resource: String,
    /// What looks like PHI; not empty, in order, nothing twice.
    pub findings: Vec<Finding>,
}

/// What is known of a resource, or of a whole list of them. Goes into the evidence, and so holds no text of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Observation {
    /// The texts were read.
    Read {
        /// The resources with a text that looks like PHI; none: compliant.
        suspects: Vec<Suspect>,
    },
    /// The service has no endpoint here.
    Unreachable,
}

/// Nothing is ever repaired: a name can't be changed, and whether a tag may go is for a person to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Step {}

/// The violations: one for each resource, so that each is told of by itself.
#[must_use]
pub fn assess(seen: &Observation) -> Vec<Violation<Step>> {
    let advice = match seen {
        Observation::Read { suspects } => advice::of(suspects),
        Observation::Unreachable => vec![advice::UNREACHABLE.to_owned()],
    };
    advice.into_iter().map(|each| Violation::person(&control::FREE_TEXT_PERSONAL_DATA, each)).collect()
}
