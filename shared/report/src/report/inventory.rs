//! What holds PHI, or may: what the duties that look after stores of it have listed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::totals::lacks;
use crate::findings::Findings;
use crate::moment::Moment;

/// What holds PHI, of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Holding {
    /// What it is.
    pub what: String,
    /// The duty that looks after it.
    pub duty: String,
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub first: Vec<String>,
    /// When they were listed; `null`: they were not.
    pub at: Option<Moment>,
    /// Why this may not be all; `null`: it is.
    pub lacks: Option<String>,
}

const HOLDING: [(&str, &str); 4] = [
    ("buckets", "S3 buckets"),
    ("log-groups", "Log groups of invocation logs, and who may unmask them"),
    (
        "storage-surfaces",
        "What Amazon Bedrock stores: agents, data sources, flows, prompts, guardrails, models, jobs, vector stores",
    ),
    ("invocation-logging", "Where model invocations are logged"),
];

pub(super) fn of(findings: &Findings) -> Vec<Holding> {
    let holding = |(duty, what): (&str, &str)| {
        let seen = findings.duties.get(duty);
        let lacks = seen.map_or_else(|| Some("The duty was not asked.".to_owned()), lacks);
        Holding {
            what: what.to_owned(),
            duty: duty.to_owned(),
            count: seen.map_or(0, |seen| seen.resources.count),
            first: seen.map(|seen| seen.resources.first.clone()).unwrap_or_default(),
            at: seen.and_then(|seen| seen.at).map(Moment),
            lacks,
        }
    };
    HOLDING.map(holding).into()
}
