//! Event selectors: which events a trail records. It has basic ones or advanced ones, never both.
//!
//! An event that matches any of them is recorded, so one selector never takes away what another one takes (API reference,
//! PutEventSelectors).

use serde::Serialize;

use crate::redacted::Redacted;

/// So many basic selectors can a trail have.
pub const MAX_BASIC: usize = 5;
/// So many values can all conditions of all advanced selectors have.
pub const MAX_CONDITIONS: usize = 500;

/// Words of others: an ARN among them can hold an object's key, so they are shown in evidence only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(#[serde(serialize_with = "Redacted::reveal")] Redacted<String>);

impl Text {
    /// Wraps a value.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Redacted::new(text.into()))
    }

    /// The value, for AWS or a comparison; never for a message.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// All selectors of a trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "selectors", rename_all = "kebab-case")]
pub enum Selectors {
    /// The older kind.
    Basic(Vec<BasicSelector>),
    /// The kind that names fields.
    Advanced(Vec<AdvancedSelector>),
}

/// A basic selector, as AWS shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BasicSelector {
    /// `All` (also where it is absent), `ReadOnly`, `WriteOnly`.
    pub read_write_type: Option<String>,
    /// Whether it takes management events; absent means yes.
    pub include_management_events: Option<bool>,
    /// The resources whose data events it takes.
    pub data_resources: Vec<DataResource>,
    /// The services whose management events it leaves out.
    pub exclude_management_event_sources: Vec<String>,
}

/// Resources of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataResource {
    /// `AWS::S3::Object`.
    pub resource_type: String,
    /// ARNs, or how they begin.
    pub values: Vec<Text>,
}

/// An advanced selector: it takes what matches all of its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdvancedSelector {
    /// What its author calls it.
    pub name: Option<Text>,
    /// Its conditions.
    pub fields: Vec<FieldSelector>,
}

/// A condition on one field; a list that is empty says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FieldSelector {
    /// `eventCategory`, `readOnly`, `resources.type`, ...
    pub field: String,
    /// It is one of these.
    pub equals: Vec<Text>,
    /// It begins with one of these.
    pub starts_with: Vec<Text>,
    /// It ends with one of these.
    pub ends_with: Vec<Text>,
    /// It is none of these.
    pub not_equals: Vec<Text>,
    /// It begins with none of these.
    pub not_starts_with: Vec<Text>,
    /// It ends with none of these.
    pub not_ends_with: Vec<Text>,
}

impl FieldSelector {
    /// The field is one of these values.
    pub fn equals(field: &str, values: impl IntoIterator<Item = Text>) -> Self {
        Self { field: field.to_owned(), equals: values.into_iter().collect(), ..Self::default() }
    }

    /// The field is this value.
    pub fn is(field: &str, value: &str) -> Self {
        Self::equals(field, [Text::new(value)])
    }

    /// Whether this says of that field only that it is one of some values, this one among them.
    #[must_use]
    pub fn lets(&self, field: &str, value: &str) -> bool {
        let others = [&self.starts_with, &self.ends_with, &self.not_equals, &self.not_starts_with, &self.not_ends_with];
        self.field == field
            && self.equals.iter().any(|each| each.expose() == value)
            && others.iter().all(|list| list.is_empty())
    }

    fn conditions(&self) -> usize {
        self.equals.len()
            + self.starts_with.len()
            + self.ends_with.len()
            + self.not_equals.len()
            + self.not_starts_with.len()
            + self.not_ends_with.len()
    }
}

/// Why selectors can't be widened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// A trail has no more basic selectors than that.
    BasicFull,
    /// All values of the advanced selectors together are at their limit.
    AdvancedFull,
    /// A basic selector says something that is not known, so it can't be put in an advanced one's words.
    Unknown,
}

impl Obstacle {
    /// What a person must do.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::BasicFull => {
                "the trail has five basic event selectors, which is all it can have: unite two of them, or change them \
                 into advanced ones"
            }
            Self::AdvancedFull => {
                "the trail's advanced event selectors have 500 values, which is all they can have: shorten them"
            }
            Self::Unknown => {
                "a basic event selector of the trail says something that Phiward does not know, so the trail's selectors \
                 were not changed into advanced ones: do that by hand"
            }
        }
    }
}

/// These advanced selectors, unless they are more than a trail can have.
pub(super) fn within_limits(selectors: Vec<AdvancedSelector>) -> Result<Selectors, Obstacle> {
    let conditions: usize = selectors.iter().flat_map(|each| &each.fields).map(FieldSelector::conditions).sum();
    if conditions > MAX_CONDITIONS { Err(Obstacle::AdvancedFull) } else { Ok(Selectors::Advanced(selectors)) }
}
