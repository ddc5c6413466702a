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
    ("log-groups", "Log groups of invocation logs"),
    ("storage-surfaces", "What Amazon Bedrock stores: agents, data sources, flows, prompts, guardrails, models, jobs"),
    ("invocation-logging", "Model-invocation logging: its configuration"),
];

/// What the duty `log-groups` calls the principals that may unmask.
const UNMASK: &str = "unmask";

pub(super) fn of(findings: &Findings) -> Vec<Holding> {
    let holding = |(duty, what): (&str, &str)| {
        let seen = findings.duties.get(duty);
        let lacks = seen.map_or_else(|| Some("The duty was not asked.".to_owned()), lacks);
        let mut held = seen.map(|seen| seen.resources.clone()).unwrap_or_default();
        if duty == "log-groups" {
            // Who may unmask is looked at like a resource, once and last, and holds nothing.
            let before = held.first.len();
            held.first.retain(|name| name != UNMASK);
            let listed =
                before > held.first.len() || (seen.is_some_and(|seen| seen.complete && seen.unread.count == 0));
            held.count = held.count.saturating_sub(u64::from(listed));
        }
        Holding {
            what: what.to_owned(),
            duty: duty.to_owned(),
            count: held.count,
            first: held.first,
            at: seen.and_then(|seen| seen.at).map(Moment),
            lacks,
        }
    };
    HOLDING.map(holding).into()
}
