//! From an id to its resource. Where the id alone doesn't lead there (an object's key may name a patient, so its id is a
//! hash), the evidence does: what a record saw says what it was about.

use evidence::{Body, Decided, Stream};
use policy::control;

use crate::context::Context;
use crate::duty::Repair;
use crate::engine::Engine;
use crate::error::Failure;
use crate::ledger::{Key, Lease, Run, Table};

impl<D: Repair, T: Table> Engine<D, T> {
    /// The resource of that id; `named` are those that the event itself has named. Nothing: no record leads to one.
    pub(crate) async fn find(&self, id: &str, named: &[D::Resource]) -> Result<Option<D::Resource>, Failure> {
        if let Some(at) = self.duty.resource(id) {
            return Ok(Some(at));
        }
        if let Some(at) = named.iter().find(|at| at.to_string() == id) {
            return Ok(Some(at.clone()));
        }
        let run = self.ledger.read::<Run>(Key::run(D::NAME, id)).await;
        let run = run.map_err(|source| Self::ledger_failure(id, source))?;
        for announced in run.into_iter().flat_map(|run| run.body.announced) {
            if let Some(at) = self.remembered(&announced.control, id, announced.sequence).await? {
                return Ok(Some(at));
            }
        }
        let own = |control: &str| control.strip_prefix(D::NAME).is_some_and(|rest| rest.starts_with('.'));
        let controls: Vec<_> = control::ALL.iter().map(|control| control.id).filter(|control| own(control)).collect();
        let memory = self.ledger.recall(&controls, id).await;
        let memory = memory.map_err(|source| Self::ledger_failure(id, source))?;
        for (control, state) in memory.states.iter().filter(|(_, state)| state.sequence > 0) {
            if let Some(at) = self.remembered(control, id, state.sequence).await? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    async fn remembered(&self, control: &str, id: &str, sequence: u64) -> Result<Option<D::Resource>, Failure> {
        let record = self.evidence.read(&Stream::of(control, id).key(sequence)).await;
        let record = record.map_err(|source| Self::evidence_failure(id, "earlier", source))?;
        Ok(match record.map(|stored| stored.record.body) {
            Some(Body::Intent(Decided { before, .. }) | Body::Outcome(Decided { before, .. })) => {
                self.duty.remembered(&before).filter(|at| at.to_string() == id)
            }
            Some(Body::Operation(_)) | None => None,
        })
    }

    /// Ends a run whose resource nothing leads to: as long as no record was written, nothing was changed. Whether there was
    /// such a run.
    pub(crate) async fn abandon(&self, id: &str, context: &Context) -> Result<bool, Failure> {
        let run = self.ledger.read::<Run>(Key::run(D::NAME, id)).await;
        if run.map_err(|source| Self::ledger_failure(id, source))?.is_none() {
            return Ok(false);
        }
        let mut lease = self.lease(id, context).await?;
        let unwritten = self.drop_unwritten(id, &mut lease).await;
        let written = !lease.unfinished.is_empty();
        let closed = self.ledger.close(lease, id, &[], self.budget(), None).await;
        unwritten?;
        closed.map_err(|source| Self::ledger_failure(id, source))?;
        if written { Err(Failure::Untraceable { duty: D::NAME, resource: id.to_owned() }) } else { Ok(true) }
    }

    async fn drop_unwritten(&self, id: &str, lease: &mut Lease) -> Result<(), Failure> {
        for announced in lease.unfinished.clone() {
            let record = self.evidence.read(&Stream::of(&announced.control, id).key(announced.sequence)).await;
            if record.map_err(|source| Self::evidence_failure(id, "earlier", source))?.is_none() {
                lease.finished(&announced.control);
            }
        }
        Ok(())
    }
}
