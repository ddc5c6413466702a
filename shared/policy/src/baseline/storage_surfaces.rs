//! What of Bedrock gets the customer's key.

use serde::{Deserialize, Deserializer};

use crate::globs::{self, Glob};

/// The longest that a job is told of: a quarter.
const LONGEST_JOB_DAYS: u32 = 90;

/// A kind of resource whose key can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repairable {
    /// Agents.
    Agent,
    /// Data sources of knowledge bases.
    DataSource,
    /// Flows.
    Flow,
    /// Guardrails.
    Guardrail,
    /// Prompts.
    Prompt,
}

/// What of Bedrock gets the customer's key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageSurfaces {
    /// The kinds that are given the key; all others are reported.
    pub repair: Vec<Repairable>,
    /// For how many days after they were made jobs are told of.
    pub job_days: u32,
    /// Vector stores that somebody has found to be encrypted with the customer's key: ARNs, endpoints or globs.
    #[serde(deserialize_with = "stores")]
    pub attested_stores: Vec<Glob>,
}

fn stores<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Glob>, D::Error> {
    super::globs_of(&globs::STORE, deserializer)
}

impl StorageSurfaces {
    pub(super) fn check(&self) -> Result<(), String> {
        if (1..=LONGEST_JOB_DAYS).contains(&self.job_days) {
            return Ok(());
        }
        Err(format!("job_days must be 1 to {LONGEST_JOB_DAYS}"))
    }
}
