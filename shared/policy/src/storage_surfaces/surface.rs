//! The kinds of resources in which Bedrock keeps what customers give it.

use std::fmt;

use serde::Serialize;

use crate::baseline::{Repairable, StorageSurfaces};
use crate::control::{self, Control};

/// A kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Surface {
    /// An agent.
    Agent,
    /// A custom model.
    CustomModel,
    /// A data source of a knowledge base.
    DataSource,
    /// An evaluation job.
    EvaluationJob,
    /// A flow.
    Flow,
    /// A guardrail.
    Guardrail,
    /// An imported model.
    ImportedModel,
    /// A batch inference job.
    InvocationJob,
    /// A knowledge base.
    KnowledgeBase,
    /// A prompt.
    Prompt,
}

impl Surface {
    /// All there are.
    pub const ALL: [Self; 10] = [
        Self::Agent,
        Self::CustomModel,
        Self::DataSource,
        Self::EvaluationJob,
        Self::Flow,
        Self::Guardrail,
        Self::ImportedModel,
        Self::InvocationJob,
        Self::KnowledgeBase,
        Self::Prompt,
    ];

    /// The rule for this kind.
    #[must_use]
    pub fn control(self) -> &'static Control {
        match self {
            Self::Agent => &control::STORAGE_SURFACES_AGENTS,
            Self::DataSource => &control::STORAGE_SURFACES_DATA_SOURCES,
            Self::Flow => &control::STORAGE_SURFACES_FLOWS,
            Self::Prompt => &control::STORAGE_SURFACES_PROMPTS,
            Self::Guardrail => &control::STORAGE_SURFACES_GUARDRAILS,
            Self::CustomModel | Self::ImportedModel => &control::STORAGE_SURFACES_MODELS,
            Self::EvaluationJob | Self::InvocationJob => &control::STORAGE_SURFACES_JOBS,
            Self::KnowledgeBase => &control::STORAGE_SURFACES_VECTOR_STORES,
        }
    }

    /// Whether the baseline wants it to be given the key; `None`: AWS does not let it be.
    #[must_use]
    pub fn repaired_by(self, baseline: &StorageSurfaces) -> Option<bool> {
        let kind = match self {
            Self::Agent => Repairable::Agent,
            Self::DataSource => Repairable::DataSource,
            Self::Flow => Repairable::Flow,
            Self::Guardrail => Repairable::Guardrail,
            Self::Prompt => Repairable::Prompt,
            _ => return None,
        };
        Some(baseline.repair.contains(&kind))
    }

    /// What people call it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::CustomModel => "custom model",
            Self::DataSource => "data source",
            Self::EvaluationJob => "evaluation job",
            Self::Flow => "flow",
            Self::Guardrail => "guardrail",
            Self::ImportedModel => "imported model",
            Self::InvocationJob => "batch inference job",
            Self::KnowledgeBase => "knowledge base",
            Self::Prompt => "prompt",
        }
    }

    /// The condition key of the encryption context under which Bedrock itself uses a key for this kind (Bedrock User Guide,
    /// "Encryption of agent resources", "… of flows", "… of prompts"); a data source's key is used by the knowledge base's
    /// role.
    pub(super) const fn encryption_context(self) -> Option<&'static str> {
        match self {
            Self::Agent => Some("kms:EncryptionContext:aws:bedrock:arn"),
            Self::Flow => Some("kms:EncryptionContext:aws:bedrock-flows:arn"),
            Self::Prompt => Some("kms:EncryptionContext:aws:bedrock-prompts:arn"),
            _ => None,
        }
    }
}

impl fmt::Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
