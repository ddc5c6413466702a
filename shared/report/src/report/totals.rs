//! How much was looked at, and every source with its time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::{Answer, Findings, Said, Surveyed};
use crate::moment::Moment;

/// How much was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Totals {
    /// Duties that were asked.
    pub duties: u64,
    /// Their controls.
    pub controls: u64,
    /// Resources that they look after; one that several duties look after counts for each.
    pub resources: u64,
    /// Violations, without those that are exempt.
    pub violating: u64,
    /// Violations that are exempt.
    pub exempt: u64,
    /// Resources, or whole lists, that could not be read.
    pub unread: u64,
    /// What could not be read, the first of each duty.
    pub unreadable: Vec<Unreadable>,
}

/// What a duty could not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Unreadable {
    /// The duty.
    pub duty: String,
    /// How many.
    pub count: u64,
    /// The first of them, each with AWS's code.
    pub first: Vec<String>,
}

/// A source, and when it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SourceAsked {
    /// What it is.
    pub source: String,
    /// When it was asked; `null`: it was not.
    pub at: Option<Moment>,
    /// Why it said nothing, or not all, and what to do; `null`: it said all.
    pub unknown: Option<String>,
}

pub(super) fn of(findings: &Findings) -> Totals {
    let duties = &findings.duties;
    let seen = || duties.values().flat_map(|duty| duty.controls.values());
    let unreadable = duties.iter().filter(|(_, seen)| seen.unread.count > 0).map(|(duty, seen)| Unreadable {
        duty: duty.clone(),
        count: seen.unread.count,
        first: seen.unread.first.clone(),
    });
    Totals {
        duties: u64::try_from(duties.len()).unwrap_or(u64::MAX),
        controls: u64::try_from(seen().count()).unwrap_or(u64::MAX),
        resources: duties.values().map(|duty| duty.resources.count).sum(),
        violating: seen().map(|seen| seen.violating).sum(),
        exempt: seen().map(|seen| seen.exempt).sum(),
        unread: duties.values().map(|duty| duty.unread.count).sum(),
        unreadable: unreadable.collect(),
    }
}

pub(super) fn sources(findings: &Findings) -> Vec<SourceAsked> {
    let duties = findings.duties.iter().map(|(name, seen)| SourceAsked {
        source: format!("Duty {name}"),
        at: seen.at.map(Moment),
        unknown: lacks(seen),
    });
    let mut sources: Vec<_> = duties.collect();
    sources.extend([
        partly("AWS Config: the conformance pack", &findings.config_rules, |rules| {
            rules.is_none().then(|| "It is not deployed.".to_owned())
        }),
        asked("AWS Artifact: agreements", &findings.agreements),
        partly("AWS Organizations: service control policies", &findings.organization, |organization| {
            let seen = organization.as_ref()?;
            let policies =
                [&seen.denies_retention_control_plane, &seen.denies_retention_mantle, &seen.denies_global_profiles];
            policies.into_iter().find_map(unsaid)
        }),
        asked("Whether Amazon Bedrock is used", &findings.bedrock_used),
        partly("Amazon Bedrock: access to the approved models", &findings.models, |models| {
            models.iter().find_map(|model| unsaid(&model.access).map(|why| format!("{}: {why}", model.id)))
        }),
        asked("Amazon Bedrock: first-time-use form", &findings.use_case_form),
        asked("IAM: who may read invocation logs", &findings.log_readers),
        asked("Ledger and evidence", &findings.memory),
        asked("The last report", &findings.previous),
    ]);
    match &findings.canary {
        Some(canary) => sources.push(asked("Canary", canary)),
        None => {
            sources.push(SourceAsked { source: "Canary".to_owned(), at: None, unknown: Some("It is off.".to_owned()) })
        }
    }
    sources
}

fn asked<T>(source: &str, answer: &Answer<T>) -> SourceAsked {
    partly(source, answer, |_| None)
}

fn unsaid<T>(said: &Said<T>) -> Option<String> {
    match said {
        Said::Known(_) => None,
        Said::Unknown(why) => Some(why.clone()),
    }
}

/// A source of which a part may be lacking.
fn partly<T>(source: &str, answer: &Answer<T>, lacks: impl FnOnce(&T) -> Option<String>) -> SourceAsked {
    let unknown = match &answer.said {
        Said::Known(known) => lacks(known),
        Said::Unknown(why) => Some(why.clone()),
    };
    SourceAsked { source: source.to_owned(), at: Some(Moment(answer.at)), unknown }
}

/// Why a duty has not said all.
pub(super) fn lacks(seen: &Surveyed) -> Option<String> {
    match (&seen.failed, seen.unread.count, seen.complete) {
        (Some(why), ..) => Some(why.clone()),
        (None, unread @ 1.., _) => Some(format!("{unread} could not be read.")),
        (None, 0, false) => Some("Not everything has been looked at.".to_owned()),
        (None, 0, true) => None,
    }
}
