//! Who may be repaired now: the step between a verdict and its repair.
//!
//! Whatever keeps a repair from being made is decided here, once, for every duty, before any evidence of intent is
//! written: the mode, an exemption, the pause, the repair budget of the resource, the breaker of the control.

use chrono::{DateTime, Utc};
use evidence::{Held, record};
use policy::memory::{Budget, Reservation, Spent};
use policy::{Decision, Exemption, Millis, Outcome};

use crate::ledger::Memory;

/// A decision, and what is done about it.
#[derive(Debug)]
pub(crate) struct Admitted<S> {
    pub(crate) decision: Decision<S>,
    pub(crate) held: Option<Held>,
    /// People are told of an escalation once.
    pub(crate) quietly: bool,
    /// Nothing is written until then.
    pub(crate) until: Option<Millis>,
}

impl<S> Admitted<S> {
    /// As its mode says; nobody has been asked.
    pub(crate) const fn freely(decision: Decision<S>) -> Self {
        Self { decision, held: None, quietly: false, until: None }
    }

    pub(crate) fn applies(&self) -> bool {
        self.held.is_none() && self.decision.applies()
    }

    /// The outcome when nothing is applied.
    pub(crate) fn outcome(&self) -> Outcome {
        match &self.held {
            Some(Held::Exemption { .. }) => Outcome::Exempt,
            Some(Held::Budget { .. } | Held::Breaker { .. }) => Outcome::Escalated,
            Some(Held::Pause { .. }) | None => self.decision.outcome_without_change(),
        }
    }

    /// What a person must do or know: what is lost, and the hold, included.
    pub(crate) fn person(&self) -> Vec<String> {
        let mut person = [self.decision.losses.clone(), self.decision.person.clone()].concat();
        match &self.held {
            Some(Held::Budget { repairs, actors, until }) => {
                let who = if actors.is_empty() { "unknown, no event told".to_owned() } else { actors.join(", ") };
                person.push(format!(
                    "somebody keeps reverting the repair ({repairs} repairs; changed by: {who}): find out why and stop \
                     it, or make an exemption; nothing is written until {until}, or `operate reset-budget`"
                ));
            }
            Some(Held::Breaker { resources, until }) => person.push(format!(
                "{resources} resources of this control were changed within an hour, the most that the deployment \
                 allows: find out what changes them all; nothing is written until {until}, or `operate reset-budget`"
            )),
            Some(Held::Exemption { .. } | Held::Pause { .. }) | None => {}
        }
        person
    }

    /// Holds it because too many resources were changed.
    pub(crate) fn break_off(&mut self, reservation: &Reservation) {
        if let Reservation::Open { resources, until, first } = reservation {
            self.held = Some(Held::Breaker { resources: *resources, until: text(*until) });
            self.quietly = !first;
            self.until = Some(*until);
        }
    }
}

/// What the ledger says to each decision. The breaker is asked last, as it is asked by taking a place in it.
pub(crate) fn admit<S>(
    decisions: Vec<Decision<S>>,
    resource: &str,
    memory: &Memory,
    budget: Budget,
    now: Millis,
) -> Vec<Admitted<S>> {
    let admit = |decision: Decision<S>| {
        let state = memory.states.get(decision.control.id);
        let spent = state.and_then(|state| state.spent(budget, now)).filter(|_| decision.applies());
        let quietly = spent.is_some() && state.is_some_and(|state| state.escalated_until.is_some_and(|at| now < at));
        let until = spent.as_ref().map(|spent| spent.until);
        let exemption = memory.exemptions.iter().find(|each| each.covers(decision.control.id, resource, now));
        let pause = memory.pause.as_ref().filter(|_| decision.applies());
        let held = match (exemption, pause, spent) {
            (Some(exemption), _, _) => Some(exempt(exemption)),
            (None, Some(pause), _) => Some(Held::Pause { actor: pause.by.clone() }),
            (None, None, Some(spent)) => Some(escalated(spent)),
            (None, None, None) => None,
        };
        let until = until.filter(|_| matches!(held, Some(Held::Budget { .. })));
        Admitted { decision, held, quietly, until }
    };
    decisions.into_iter().map(admit).collect()
}

fn exempt(exemption: &Exemption) -> Held {
    Held::Exemption {
        resource: exemption.resource.clone(),
        owner: exemption.owner.clone(),
        expires: text(exemption.expires),
    }
}

fn escalated(spent: Spent) -> Held {
    Held::Budget { repairs: spent.repairs, actors: spent.actors, until: text(spent.until) }
}

/// RFC 3339.
pub(crate) fn text(at: Millis) -> String {
    record::timestamp(DateTime::<Utc>::from_timestamp_millis(at).unwrap_or_default())
}
