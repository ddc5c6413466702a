//! What of model invocations is logged.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A kind of data that invocation logs can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modality {
    /// Prompts and answers.
    Text,
    /// Pictures.
    Image,
    /// Embeddings.
    Embedding,
    /// Videos.
    Video,
    /// Sound.
    Audio,
}

impl Modality {
    /// Every kind there is.
    pub const ALL: [Self; 5] = [Self::Text, Self::Image, Self::Embedding, Self::Video, Self::Audio];
}

/// What of model invocations is logged. Where it goes is said by the deployment, so that who may write a baseline can't
/// send PHI elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvocationLogging {
    /// The kinds of data that are delivered; whatever else is delivered stays so.
    pub deliver: BTreeSet<Modality>,
}

impl InvocationLogging {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.deliver.is_empty() {
            return Err("deliver is empty: the logs would hold nothing of what was asked and answered".to_owned());
        }
        Ok(())
    }
}
