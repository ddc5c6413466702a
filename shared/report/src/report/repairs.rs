//! Repairs: counted by control and by actor, with the time they took.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Section;
use crate::answers::Facts;
use crate::findings::{Memory, RepairDone};
use crate::moment::Moment;

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

/// How many repairs are listed one by one.
const LISTED: usize = 25;

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
