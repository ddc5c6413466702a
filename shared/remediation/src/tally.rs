//! What has happened and can't be read again: each time is counted, and the count told once an hour.
//!
//! The first time is told at once. While it has been told within the hour, a further one costs a look into the ledger and a
//! number there, and no lease: many may happen at once. When the hour is over, the next one tells how many there were; where none
//! comes, the heartbeat wakes the duty, and the last record says what it was about.

use policy::memory::{Recurrence, ResourceState};
use policy::{Decision, Millis};

use crate::admission::Admitted;
use crate::duty::Repair;
use crate::engine::{Engine, now};
use crate::error::Failure;
use crate::ledger::{Key, Table};
use crate::pass::Site;

/// What is to be said of a decision.
pub(crate) enum Said {
    /// It is told now; of an occurrence, how many there were.
    Now(Option<u64>),
    /// It has been told.
    Already,
}

impl<D: Repair, T: Table> Engine<D, T> {
    pub(crate) fn is_occurrence(&self, at: &D::Resource) -> bool {
        self.duty.recurrence(at) == Recurrence::Occurrence
    }

    /// Counts an occurrence of which all has been told within the hour; if not so, nothing is done.
    pub(crate) async fn is_counted(
        &self,
        site: &Site<'_, D::Resource>,
        decisions: &[Decision<D::Step>],
    ) -> Result<bool, Failure> {
        if !self.is_occurrence(site.at) || !site.context.occurred {
            return Ok(false);
        }
        for decision in decisions {
            let state = self.ledger.read::<ResourceState>(Key::state(decision.control.id, &site.id)).await;
            let state = state.map_err(|source| Self::ledger_failure(&site.id, source))?;
            if !state.is_some_and(|state| state.body.counts(now().timestamp_millis())) {
                return Ok(false);
            }
        }
        for decision in decisions {
            self.count(decision.control.id, &site.id).await?;
        }
        Ok(true)
    }

    /// Whether a decision is told now. What has happened again within the hour is counted instead.
    pub(crate) async fn said(
        &self,
        site: &Site<'_, D::Resource>,
        each: &Admitted<D::Step>,
        state: &ResourceState,
        verdict: &str,
    ) -> Result<Said, Failure> {
        let now = now().timestamp_millis();
        if each.applies() {
            return Ok(Said::Now(None));
        }
        if !self.is_occurrence(site.at) {
            return Ok(if state.silent(verdict, now) { Said::Already } else { Said::Now(None) });
        }
        let occurred = site.context.occurred;
        if state.counts(now) {
            if occurred {
                self.count(each.decision.control.id, &site.id).await?;
            }
            return Ok(Said::Already);
        }
        let count = state.again + u64::from(occurred);
        // Woken, and nothing has happened since.
        Ok(if count == 0 { Said::Already } else { Said::Now(Some(count)) })
    }

    /// When the heartbeat looks whether it has happened again.
    pub(crate) fn told_again_at(&self, at: &D::Resource) -> Option<Millis> {
        self.is_occurrence(at).then(|| now().timestamp_millis() + Recurrence::HOUR_AND_A_MOMENT)
    }

    async fn count(&self, control: &str, id: &str) -> Result<(), Failure> {
        let counted = self.ledger.update(Key::state(control, id), |state: &mut ResourceState| {
            state.again += 1;
            ((), true)
        });
        counted.await.map_err(|source| Self::ledger_failure(id, source))
    }
}
