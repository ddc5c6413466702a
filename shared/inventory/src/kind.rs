//! The kinds of resources that are looked at, and how AWS names one.

use std::fmt;

/// A kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An agent.
    Agent,
    /// An alias of an agent.
    AgentAlias,
    /// A bucket.
    Bucket,
    /// A job that copies a model.
    CopyJob,
    /// A custom model.
    CustomModel,
    /// A job that makes a custom model.
    CustomizationJob,
    /// A data source of a knowledge base.
    DataSource,
    /// An evaluation job.
    EvaluationJob,
    /// A flow.
    Flow,
    /// An alias of a flow.
    FlowAlias,
    /// A guardrail.
    Guardrail,
    /// A job that imports a model.
    ImportJob,
    /// An imported model.
    ImportedModel,
    /// An application inference profile.
    InferenceProfile,
    /// A batch inference job.
    InvocationJob,
    /// A knowledge base.
    KnowledgeBase,
    /// An endpoint of a marketplace model.
    MarketplaceEndpoint,
    /// A prompt.
    Prompt,
    /// A prompt router.
    PromptRouter,
    /// Provisioned throughput.
    ProvisionedModel,
}

/// What answers `ListTagsForResource` for a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagPlane {
    /// The control plane.
    Bedrock,
    /// The plane for agents.
    Agents,
    /// S3.
    S3,
    /// It has no tags of its own, or the list shows them.
    None,
}

impl Kind {
    /// All there are.
    pub const ALL: [Self; 20] = [
        Self::Agent,
        Self::AgentAlias,
        Self::Bucket,
        Self::CopyJob,
        Self::CustomModel,
        Self::CustomizationJob,
        Self::DataSource,
        Self::EvaluationJob,
        Self::Flow,
        Self::FlowAlias,
        Self::Guardrail,
        Self::ImportJob,
        Self::ImportedModel,
        Self::InferenceProfile,
        Self::InvocationJob,
        Self::KnowledgeBase,
        Self::MarketplaceEndpoint,
        Self::Prompt,
        Self::PromptRouter,
        Self::ProvisionedModel,
    ];

    /// Its word in ids and, but for a few, in ARNs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::AgentAlias => "agent-alias",
            Self::Bucket => "bucket",
            Self::CopyJob => "model-copy-job",
            Self::CustomModel => "custom-model",
            Self::CustomizationJob => "model-customization-job",
            Self::DataSource => "data-source",
            Self::EvaluationJob => "evaluation-job",
            Self::Flow => "flow",
            Self::FlowAlias => "flow-alias",
            Self::Guardrail => "guardrail",
            Self::ImportJob => "model-import-job",
            Self::ImportedModel => "imported-model",
            Self::InferenceProfile => "application-inference-profile",
            Self::InvocationJob => "model-invocation-job",
            Self::KnowledgeBase => "knowledge-base",
            Self::MarketplaceEndpoint => "endpoint",
            Self::Prompt => "prompt",
            Self::PromptRouter => "prompt-router",
            Self::ProvisionedModel => "provisioned-model",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What answers for its tags.
    #[must_use]
    pub const fn tag_plane(self) -> TagPlane {
        match self {
            Self::Bucket => TagPlane::S3,
            Self::Agent | Self::AgentAlias | Self::Flow | Self::FlowAlias | Self::KnowledgeBase | Self::Prompt => {
                TagPlane::Agents
            }
            // A copy job's list shows the tags of the model that it makes; an endpoint is SageMaker's.
            Self::CopyJob | Self::DataSource | Self::MarketplaceEndpoint => TagPlane::None,
            _ => TagPlane::Bedrock,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
