//! What the ledger remembers, and what follows from it: repair budgets, the breaker, and when to be silent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::exemption::{DAY, Millis};

/// An unchanged verdict is told again after this time.
pub const SILENCE: Millis = DAY;
const HOUR: Millis = 60 * 60 * 1000;

/// How often what is found of a resource is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// A state that can be read again: unchanged, it is told again after a day, however often it was looked at.
    State,
    /// Something that has happened and can't be read again: each time is counted, and the count told once an hour.
    Occurrence,
}

impl Recurrence {
    /// After so long an occurrence is told again; the count is closed a moment later, so that the hour is over for sure.
    pub const HOUR_AND_A_MOMENT: Millis = HOUR + 60 * 1000;
}

/// How often one control of one resource may be repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Verified repairs in the window.
    pub repairs: u32,
    /// The window.
    pub window: Millis,
}

/// What is remembered of one control of one resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceState {
    /// The number of the last record of the chain; 0: none.
    pub sequence: u64,
    /// Its digest.
    pub sha256: Option<String>,
    /// The verified repairs of the window.
    #[serde(default)]
    pub repairs: Vec<Repaired>,
    /// Nothing is written until then.
    pub escalated_until: Option<Millis>,
    /// What was told last.
    pub told: Option<Told>,
    /// How often it has occurred since it was told last.
    #[serde(default)]
    pub again: u64,
}

/// A verified repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repaired {
    /// When.
    pub at: Millis,
    /// Who had caused it, if known.
    pub actor: Option<String>,
}

/// What was told, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The digest of the verdict.
    pub verdict: String,
    /// When.
    pub at: Millis,
    /// The key of its record.
    pub key: String,
    /// The digest of the plan and the state that AWS has refused to change for good.
    #[serde(default)]
    pub refused: Option<String>,
}

/// A budget that is spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// How many repairs.
    pub repairs: u32,
    /// Who had caused them.
    pub actors: Vec<String>,
    /// Until when nothing is written.
    pub until: Millis,
}

impl ResourceState {
    /// Whether the budget is spent: somebody keeps reverting, and to go on would be a fight without end.
    #[must_use]
    pub fn spent(&self, budget: Budget, now: Millis) -> Option<Spent> {
        let recent: Vec<_> = self.repairs.iter().filter(|repaired| repaired.at > now - budget.window).collect();
        let count = u32::try_from(recent.len()).unwrap_or(u32::MAX);
        let until = match self.escalated_until.filter(|until| now < *until) {
            Some(until) => until,
            None if count >= budget.repairs => now + budget.window,
            None => return None,
        };
        let mut actors: Vec<String> = Vec::new();
        for actor in self.repairs.iter().filter_map(|repaired| repaired.actor.as_ref()) {
            if !actors.contains(actor) {
                actors.push(actor.clone());
            }
        }
        Some(Spent { repairs: u32::try_from(self.repairs.len()).unwrap_or(u32::MAX), actors, until })
    }

    /// Remembers a verified repair, and forgets those that no window holds any more.
    pub fn remember(&mut self, repaired: Repaired, budget: Budget) {
        let oldest = repaired.at - budget.window;
        self.repairs.retain(|earlier| earlier.at > oldest);
        self.repairs.push(repaired);
        self.escalated_until = None;
    }

    /// Whether AWS has refused that very plan for that very state within a day: to try it again would only make noise.
    #[must_use]
    pub fn refused(&self, attempt: &str, now: Millis) -> bool {
        self.told.as_ref().is_some_and(|told| told.refused.as_deref() == Some(attempt) && now < told.at + SILENCE)
    }

    /// Whether it was told of within the hour that it has occurred, whatever there was to say of it.
    #[must_use]
    pub fn counts(&self, now: Millis) -> bool {
        self.told.as_ref().is_some_and(|told| now < told.at + HOUR)
    }

    /// Whether the same was told within a day.
    #[must_use]
    pub fn silent(&self, verdict: &str, now: Millis) -> bool {
        self.told.as_ref().is_some_and(|told| told.verdict == verdict && now < told.at + SILENCE)
    }
}

/// What is remembered of one control: the resources that it changed within the hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakerState {
    /// When each resource was changed; by hash, as ids can be long.
    #[serde(default)]
    pub changed: BTreeMap<String, Millis>,
    /// Nothing is written until then.
    pub open_until: Option<Millis>,
    /// The resource for which it opened: that one tells people.
    pub opened_for: Option<String>,
}

/// What the breaker says to one more change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// It may be made.
    Granted,
    /// Too many resources were changed.
    Open {
        /// How many.
        resources: u32,
        /// Until when nothing is written.
        until: Millis,
        /// Whether this is the resource for which it opened.
        first: bool,
    },
}

impl BreakerState {
    /// Takes a place for the change of a resource, or says that there is none.
    pub fn reserve(&mut self, resource: &str, most: u32, now: Millis) -> Reservation {
        if self.open_until.is_some_and(|until| until <= now) {
            *self = Self::default();
        }
        self.changed.retain(|_, at| *at > now - HOUR);
        let count = u32::try_from(self.changed.len()).unwrap_or(u32::MAX);
        if self.open_until.is_none() && (self.changed.contains_key(resource) || count < most) {
            self.changed.insert(resource.to_owned(), now);
            return Reservation::Granted;
        }
        let until = *self.open_until.get_or_insert(now + HOUR);
        let first = self.opened_for.get_or_insert_with(|| resource.to_owned()) == resource;
        Reservation::Open { resources: count, until, first }
    }
}

/// A person has stopped all repairs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// The ARN of who did.
    pub by: String,
    /// When.
    pub at: Millis,
    /// Why.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget { repairs: 5, window: HOUR };

    #[test]
    fn the_sixth_repair_within_the_window_is_refused_and_the_window_passes() {
        let mut state = ResourceState::default();
        for n in 0..5 {
            assert_eq!(state.spent(BUDGET, n), None);
            state.remember(Repaired { at: n, actor: Some(format!("arn:{}", n % 2)) }, BUDGET);
        }
        let spent = state.spent(BUDGET, 5).unwrap();
        assert_eq!((spent.repairs, spent.until), (5, 5 + HOUR));
        assert_eq!(spent.actors, ["arn:0", "arn:1"]);
        state.escalated_until = Some(spent.until);
        assert_eq!(state.spent(BUDGET, HOUR + 4).unwrap().until, 5 + HOUR, "the first repairs have left the window");
        assert_eq!(state.spent(BUDGET, HOUR + 5), None);
        state.remember(Repaired { at: HOUR + 5, actor: None }, BUDGET);
        assert_eq!((state.repairs.len(), state.escalated_until), (1, None));
    }

    #[test]
    fn the_same_verdict_is_silent_for_a_day() {
        let told = Told { verdict: "a".to_owned(), at: 0, key: "k".to_owned(), refused: Some("x".to_owned()) };
        let state = ResourceState { told: Some(told), ..ResourceState::default() };
        assert!(state.silent("a", DAY - 1) && !state.silent("a", DAY) && !state.silent("b", 1));
        assert!(!ResourceState::default().silent("a", 0));
        assert!(state.refused("x", DAY - 1) && !state.refused("x", DAY) && !state.refused("y", 1));
    }

    #[test]
    fn an_occurrence_is_counted_for_an_hour_whatever_was_told_of_it() {
        let told = Told { verdict: "a".to_owned(), at: 0, key: "k".to_owned(), refused: None };
        let state = ResourceState { told: Some(told), ..ResourceState::default() };
        assert!(state.counts(HOUR - 1) && !state.counts(HOUR) && !ResourceState::default().counts(0));
    }

    #[test]
    fn the_breaker_lets_so_many_resources_pass_and_no_other_until_the_hour_is_over() {
        let mut breaker = BreakerState::default();
        for n in 0..20 {
            assert_eq!(breaker.reserve(&n.to_string(), 20, 0), Reservation::Granted);
        }
        assert_eq!(breaker.reserve("3", 20, 1), Reservation::Granted, "one that has its place");
        let open = |first| Reservation::Open { resources: 20, until: 2 + HOUR, first };
        assert_eq!(breaker.reserve("20", 20, 2), open(true));
        assert_eq!(breaker.reserve("21", 20, 3), open(false));
        assert_eq!(breaker.reserve("3", 20, 3), open(false), "while it is open nothing is written");
        assert_eq!(breaker.reserve("20", 20, 4), open(true), "a retry of the first still tells");
        assert_eq!(breaker.reserve("21", 20, 2 + HOUR), Reservation::Granted);
    }
}
