//! What went wrong with several resources.

use crate::duty::Repair;
use crate::engine::Summary;
use crate::error::Failure;

/// The failures of several resources: each is logged where it happens, the first one is told.
#[derive(Default)]
pub(crate) struct Failures {
    pub(crate) count: u32,
    first: Option<Failure>,
    resources: Vec<String>,
}

impl Failures {
    /// Those of the invocations before.
    pub(crate) fn earlier(count: u32) -> Self {
        Self { count, ..Self::default() }
    }

    pub(crate) fn of(&mut self, resource: String, failure: Failure) {
        self.note(failure);
        self.resources.push(resource);
    }

    /// Whether that resource has failed in this invocation.
    pub(crate) fn has(&self, resource: &str) -> bool {
        self.resources.iter().any(|failed| failed == resource)
    }

    pub(crate) fn note(&mut self, failure: Failure) {
        tracing::error!(kind = failure.kind(), "{failure}");
        self.count += 1;
        self.first.get_or_insert(failure);
    }

    pub(crate) fn into_result<D: Repair>(self, summary: Summary) -> Result<Summary, Failure> {
        match self {
            Self { count: 0, .. } => Ok(summary),
            Self { count: 1, first: Some(failure), .. } => Err(failure),
            Self { count: failed, first, .. } => {
                let first = first
                    .map_or_else(|| "see the log of an earlier invocation".to_owned(), |failure| failure.to_string());
                Err(Failure::Sweep { duty: D::NAME, failed, first })
            }
        }
    }
}
