//! A repair: its steps are applied, the state is read back, and only that decides.

use std::time::Duration;

use evidence::Cut;
use policy::{Decision, Outcome, Remedy, Violation};

use crate::duty::Repair;
use crate::engine::Engine;
use crate::error::{ReadError, WriteError};
use crate::ledger::Table;

/// How long a repair may take to show: AWS is eventually consistent.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// The first wait between two readings; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// How the steps of one decision went.
pub(crate) enum Attempt {
    Applied,
    Refused(String),
    Failed(WriteError),
}

/// How one decision ended.
pub(crate) struct Ending {
    pub(crate) outcome: Outcome,
    pub(crate) person: Vec<String>,
    pub(crate) error: Option<Cut>,
    /// Read back: no step is left. It counts in the budget, also when a person is still needed.
    pub(crate) repaired: bool,
    /// AWS will not let it be changed: to try again is useless until it is another state.
    pub(crate) refused: bool,
}

impl Ending {
    pub(crate) fn new(outcome: Outcome, person: Vec<String>) -> Self {
        Self { outcome, person, error: None, repaired: false, refused: false }
    }

    /// A repair that was read back; only if nothing is left for a person it is called fixed.
    pub(crate) fn repaired(person: Vec<String>) -> Self {
        let outcome = if person.is_empty() { Outcome::Remediated } else { Outcome::Reported };
        Self { repaired: true, ..Self::new(outcome, person) }
    }
}

/// What was read back.
pub(crate) enum After<O, S> {
    Seen(O, Vec<Violation<S>>),
    Gone,
    Unread(ReadError),
}

impl<D: Repair, T: Table> Engine<D, T> {
    /// Applies steps in order; the first that fails ends the attempt, other controls still have theirs.
    pub(crate) async fn attempt(&self, at: &D::Resource, steps: &[D::Step]) -> Attempt {
        for step in steps {
            match self.duty.apply(at, step).await {
                Ok(()) => {}
                Err(WriteError::Refused { advice }) => return Attempt::Refused(advice),
                Err(error) => return Attempt::Failed(error),
            }
        }
        Attempt::Applied
    }

    /// Reads until nothing is left that is awaited, or patience ends.
    pub(crate) async fn read_back(
        &self,
        at: &D::Resource,
        awaited: impl Fn(&D::Observation, &[Violation<D::Step>]) -> bool,
    ) -> After<D::Observation, D::Step> {
        let started = tokio::time::Instant::now();
        let mut wait = FIRST_WAIT;
        loop {
            let seen = match self.duty.observe(at).await {
                Ok(Some(seen)) => {
                    let left = self.duty.assess(at, &seen);
                    let done = !awaited(&seen, &left);
                    let seen = After::Seen(seen, left);
                    if done {
                        return seen;
                    }
                    seen
                }
                Ok(None) => return After::Gone,
                Err(error) => After::Unread(error),
            };
            if started.elapsed() + wait > PATIENCE {
                return seen;
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }
}

/// That a resource disappeared under a repair.
pub(crate) fn gone(losses: &[String]) -> Ending {
    let advice = "the resource disappeared while it was repaired; find out who deleted it".to_owned();
    Ending::new(Outcome::Reported, [losses, &[advice]].concat())
}

/// Only what was read back decides: a step that failed but whose effect is there is done, one that succeeded without
/// effect is not.
pub(crate) fn judge<O, S>(decision: &Decision<S>, attempt: Attempt, after: &After<O, S>) -> Ending {
    // However it ends: a next look may not see any more what was lost.
    let mut person = decision.losses.clone();
    let left = match after {
        After::Seen(_, left) => left,
        After::Gone => return gone(&decision.losses),
        After::Unread(error) => return failed("Unread", format!("it could not be read back: {error}"), person),
    };
    let mut steps_left = false;
    for violation in left.iter().filter(|violation| violation.control.id == decision.control.id) {
        match &violation.remedy {
            Remedy::Steps(_) => steps_left = true,
            Remedy::Person(advice) => person.push(advice.clone()),
        }
    }
    if steps_left {
        return unsuccessful(attempt, person);
    }
    Ending::repaired(person)
}

/// How an attempt ends that had not the effect it should have.
pub(crate) fn unsuccessful(attempt: Attempt, mut person: Vec<String>) -> Ending {
    match attempt {
        Attempt::Refused(advice) => {
            person.push(advice);
            Ending { refused: true, ..Ending::new(Outcome::Reported, person) }
        }
        Attempt::Failed(error) => {
            let code = match &error {
                WriteError::Aws(error) => error.code.clone(),
                WriteError::Changed(_) => "Changed".to_owned(),
                WriteError::Refused { .. } => "Refused".to_owned(),
            };
            failed(&code, error.to_string(), person)
        }
        Attempt::Applied => {
            failed("Unverified", format!("the change does not show after {} s", PATIENCE.as_secs()), person)
        }
    }
}

pub(crate) fn failed(code: &str, message: String, person: Vec<String>) -> Ending {
    let error = Some(Cut { code: code.to_owned(), message });
    Ending { error, ..Ending::new(Outcome::Failed, person) }
}
