//! What the ledger and the evidence tell: open drift, repairs, exemptions.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use policy::control;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Section;
use crate::answers::Facts;
use crate::findings::{Findings, Memory, RepairDone, Said};
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

/// What was repaired in the period, each verified by reading back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Repairs {
    /// How many there were.
    pub count: u64,
    /// How many the tables and the list tell of: the newest.
    pub shown: u64,
    /// By control, the most repaired first.
    pub by_control: Vec<RepairCount>,
    /// By who had made it drift, the most repaired first.
    pub by_actor: Vec<RepairCount>,
    /// The newest ones, the newest first.
    pub newest: Vec<Repair>,
}

/// Repairs that have something in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RepairCount {
    /// The control's id, or the actor's ARN; `null`: no event named an actor.
    pub of: Option<String>,
    /// How many.
    pub count: u64,
    /// The median time from the change to the verification, in milliseconds; `null`: of none of them is it known.
    pub median_ms: Option<u64>,
    /// The longest.
    pub longest_ms: Option<u64>,
}

/// A repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Repair {
    /// The control's id.
    pub control: String,
    /// The resource's id.
    pub resource: String,
    /// When it was verified.
    pub at: Moment,
    /// The key of its record in the evidence bucket.
    pub evidence: String,
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

/// How many repairs are listed one by one.
const LISTED: usize = 25;

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

pub(super) fn repairs(facts: Facts<'_>) -> Section<Repairs> {
    Section::of(&facts.findings.memory, |memory: &Memory| {
        let mut newest: Vec<&RepairDone> = memory.repairs.iter().collect();
        newest.sort_by_key(|repair| std::cmp::Reverse(repair.at));
        let shown = u64::try_from(newest.len()).unwrap_or(u64::MAX);
        Repairs {
            count: memory.repaired.max(shown),
            shown,
            by_control: counted(&newest, |repair| Some(repair.control.clone())),
            by_actor: counted(&newest, |repair| repair.actor.clone()),
            newest: newest
                .iter()
                .take(LISTED)
                .map(|repair| Repair {
                    control: repair.control.clone(),
                    resource: repair.resource.clone(),
                    at: Moment(repair.at),
                    evidence: repair.evidence.clone(),
                })
                .collect(),
        }
    })
}

fn counted(repairs: &[&RepairDone], of: impl Fn(&RepairDone) -> Option<String>) -> Vec<RepairCount> {
    let mut times: BTreeMap<Option<String>, (u64, Vec<u64>)> = BTreeMap::new();
    for repair in repairs {
        let (count, known) = times.entry(of(repair)).or_default();
        *count += 1;
        known.extend(repair.milliseconds);
    }
    let counted = times.into_iter().map(|(of, (count, mut known))| {
        known.sort_unstable();
        RepairCount { of, count, median_ms: median(&known), longest_ms: known.last().copied() }
    });
    let mut counted: Vec<_> = counted.collect();
    counted.sort_by_key(|each| std::cmp::Reverse(each.count));
    counted
}

/// Of an even number, the mean of the two in the middle.
fn median(sorted: &[u64]) -> Option<u64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    match sorted.len() % 2 {
        0 => sorted.get(sorted.len() / 2 - 1).map(|lower| lower.midpoint(upper)),
        _ => Some(upper),
    }
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

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_in_the_middle() {
        for (of, is) in
            [(&[][..], None), (&[7], Some(7)), (&[1, 3], Some(2)), (&[1, 2, 90], Some(2)), (&[1, 2, 4, 9], Some(3))]
        {
            assert_eq!(median(of), is);
        }
    }
}
