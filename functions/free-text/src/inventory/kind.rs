//! The kinds of resources that are looked at, and how AWS names one.

use std::fmt;

/// A kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Agent,
    AgentAlias,
    Bucket,
    CopyJob,
    CustomModel,
    CustomizationJob,
    DataSource,
    EvaluationJob,
    Flow,
    FlowAlias,
    Guardrail,
    ImportJob,
    ImportedModel,
    InferenceProfile,
    InvocationJob,
    KnowledgeBase,
    MarketplaceEndpoint,
    Prompt,
    PromptRouter,
    ProvisionedModel,
}

/// What answers `ListTagsForResource` for a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagPlane {
    Bedrock,
    Agents,
    S3,
    /// It has no tags of its own, or the list shows them.
    None,
}

impl Kind {
    pub(crate) const ALL: [Self; 20] = [
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
    pub(crate) const fn name(self) -> &'static str {
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

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) const fn tag_plane(self) -> TagPlane {
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
