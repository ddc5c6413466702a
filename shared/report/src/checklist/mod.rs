//! The checklist: every box of the guide's "HIPAA-readiness checklist", in its words and order, and the practices for an AWS
//! account under a Business Associate Addendum that the guide's checklist lacks.
//!
//! A box says what it needs: a tree of sources. See [`answers`](crate::answers) for how they are answered.

mod config_rules;
mod guide;
mod practices;

pub(crate) use config_rules::rule;
pub use config_rules::{ConfigRule, config_rules};

/// The checklist of the guide, verbatim.
pub const GUIDE: &str = include_str!("guide.txt");

/// What the guide lets its reader sign, verbatim.
pub const SIGN_OFF: &str = "If every box above is checked and confirmed against the live AWS docs, this account meets the \
    technical conditions to process PHI in Amazon Bedrock under your executed BAA and the shared-responsibility model — pending \
    your organization's formal compliance approval.";

/// One box.
#[derive(Debug)]
pub struct Item {
    /// Stable: reports are compared by it.
    pub id: &'static str,
    /// The group's title.
    pub group: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What is confirmed by ticking it; of a box of the guide its own words.
    pub text: &'static str,
    /// The paragraphs of the HIPAA rules that it serves.
    pub citation: &'static str,
    /// The steps of the guide, or the practice, that it comes from.
    pub step: &'static str,
    /// Whether it makes sense only where Bedrock is used.
    pub bedrock: bool,
    /// What it takes.
    pub need: Need,
}

/// What a box takes.
#[derive(Debug)]
pub enum Need {
    /// One source.
    One(Source),
    /// All of these; the worst answer is the answer.
    All(&'static [Need]),
    /// One of these is enough; where none holds, the worst answer is the answer.
    Any(&'static [Need]),
    /// The first; where it is unknown, the second. What was seen to be wrong stays wrong, whatever is attested.
    Else(&'static [Need; 2]),
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A duty, of a control by its id.
    Control(&'static str),
    /// AWS Config, of a managed rule by its name in [`config_rules`].
    ConfigRule(&'static str),
    /// AWS Artifact, of the Business Associate Addendum.
    Agreement,
    /// AWS Organizations, of policies that deny retention on both planes.
    RetentionPolicies,
    /// AWS Organizations, of policies that deny Global inference profiles.
    GlobalProfilePolicies,
    /// Bedrock, of the access to the approved models.
    ModelAccess,
    /// Bedrock, of Anthropic's first-time-use form.
    FirstTimeUse,
    /// bedrock-mantle, of the retention modes that the approved models allow, beside the duty `residency` of those in use.
    ModelModes,
    /// The canary.
    Canary,
    /// IAM, of who may read what invocation logs hold.
    LogReaders,
    /// A person, by the id of the attestation.
    Attestation(&'static str),
}

impl Need {
    /// Every source in it.
    #[must_use]
    pub fn sources(&self) -> Vec<Source> {
        match self {
            Self::One(source) => vec![*source],
            Self::All(needs) | Self::Any(needs) => needs.iter().flat_map(Self::sources).collect(),
            Self::Else(needs) => needs.iter().flat_map(Self::sources).collect(),
        }
    }
}

const fn control(id: &'static str) -> Need {
    Need::One(Source::Control(id))
}

const fn config(name: &'static str) -> Need {
    Need::One(Source::ConfigRule(name))
}

const fn attested(id: &'static str) -> Need {
    Need::One(Source::Attestation(id))
}

/// Every box, those of the guide first.
pub fn items() -> impl Iterator<Item = &'static Item> {
    guide::ITEMS.iter().chain(practices::ITEMS)
}
