//! What the ledger and the evidence tell: open drift, exemptions, a pause.

use chrono::{DateTime, Utc};
use policy::control;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Section;
use crate::answers::Facts;
use crate::findings::{Findings, Said};
use crate::moment::{Moment, duration};

/// A drift that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Open {
    /// The control's id.
    pub control: String,
    /// What must be so.
    pub title: String,
    /// The resource's id.
    pub resource: String,
    /// `detected`, `reported`, `escalated` or `failed`.
    pub outcome: String,
    /// When it was told of first.
    pub since: Moment,
    /// How long ago that was, in whole hours.
    pub age_hours: u64,
    /// The same in words.
    pub age: String,
}

/// An exemption that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Exempt {
    /// The control's id.
    pub control: String,
    /// The resource's id, or a pattern.
    pub resource: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// When it ends.
    pub expires: Moment,
    /// In how many whole days that is.
    pub days_left: i64,
}

pub(super) fn paused(findings: &Findings) -> Option<Moment> {
    match &findings.memory.said {
        Said::Known(memory) => memory.paused_since.map(Moment),
        Said::Unknown(_) => None,
    }
}

pub(super) fn open(facts: Facts<'_>) -> Section<Vec<Open>> {
    Section::of(&facts.findings.memory, |memory| {
        let mut open: Vec<_> = memory
            .open
            .iter()
            .map(|drift| {
                let age = elapsed(drift.since, facts.now);
                Open {
                    control: drift.control.clone(),
                    title: control::by_id(&drift.control).map_or("", |control| control.title).to_owned(),
                    resource: drift.resource.clone(),
                    outcome: drift.outcome.clone(),
                    since: Moment(drift.since),
                    age_hours: age / 3_600_000,
                    age: duration(age),
                }
            })
            .collect();
        open.sort_by_key(|each| each.since);
        open
    })
}

fn elapsed(since: DateTime<Utc>, now: DateTime<Utc>) -> u64 {
    u64::try_from((now - since).num_milliseconds()).unwrap_or(0)
}

pub(super) fn exemptions(facts: Facts<'_>) -> Section<Vec<Exempt>> {
    Section::of(&facts.findings.memory, |memory| {
        let mut exempt: Vec<_> = memory
            .exemptions
            .iter()
            .map(|each| Exempt {
                control: each.control.clone(),
                resource: each.resource.clone(),
                reason: each.reason.clone(),
                owner: each.owner.clone(),
                expires: Moment(each.expires),
                days_left: (each.expires - facts.now).num_days(),
            })
            .collect();
        exempt.sort_by_key(|each| each.expires);
        exempt
    })
}
