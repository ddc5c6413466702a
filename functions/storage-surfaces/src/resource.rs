//! What is looked after, under ids that Bedrock has made.

use std::fmt;

use inventory::{Address, Home, Kind};
use policy::storage_surfaces::Surface;

/// Before the kind in the id of a list.
const LIST: &str = "list/";

/// A resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// One; its id is its ARN, or of a data source `data-source/KNOWLEDGE_BASE/ID`.
    One(Surface, Address),
    /// All of a kind, which can't be listed here.
    List(Surface),
}

impl Resource {
    /// The resource at an address, if its kind is looked after.
    pub(crate) fn at(address: Address) -> Option<Self> {
        Surface::ALL
            .into_iter()
            .find(|surface| kind(*surface) == address.kind)
            .map(|surface| Self::One(surface, address))
    }

    /// The one of that id, as [`Display`](fmt::Display) writes it.
    pub(crate) fn parse(id: &str, home: &Home) -> Option<Self> {
        match id.strip_prefix(LIST) {
            Some(word) => Surface::ALL.into_iter().find(|surface| kind(*surface).name() == word).map(Self::List),
            None => home.address(id).and_then(Self::at),
        }
    }

    pub(crate) const fn surface(&self) -> Surface {
        match self {
            Self::One(surface, _) | Self::List(surface) => *surface,
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(_, address) => f.write_str(address.text.expose()),
            Self::List(surface) => write!(f, "{LIST}{}", kind(*surface)),
        }
    }
}

/// What the inventory calls a surface.
pub(crate) const fn kind(surface: Surface) -> Kind {
    match surface {
        Surface::Agent => Kind::Agent,
        Surface::CustomModel => Kind::CustomModel,
        Surface::DataSource => Kind::DataSource,
        Surface::EvaluationJob => Kind::EvaluationJob,
        Surface::Flow => Kind::Flow,
        Surface::Guardrail => Kind::Guardrail,
        Surface::ImportedModel => Kind::ImportedModel,
        Surface::InvocationJob => Kind::InvocationJob,
        Surface::KnowledgeBase => Kind::KnowledgeBase,
        Surface::Prompt => Kind::Prompt,
    }
}
