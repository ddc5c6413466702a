//! One look at one resource.
//!
//! Nothing wrong: reads only. Something wrong: one run at a time holds the lease on the resource, asks the ledger, looks
//! again, announces its records, writes the intents, applies, reads back, writes the outcomes, tells them, and ends the
//! lease together with what is to be remembered. A run that is cut off anywhere leaves its announcement, and whoever comes
//! next [settles](crate::settle) it.

use policy::memory::Budget;
use policy::{Decision, decision};

use crate::admission;
use crate::context::Context;
use crate::duty::Repair;
use crate::engine::{Engine, OutcomeLine, now};
use crate::error::{AwsError, Failure};
use crate::ledger::{Change, Key, Lease, LeaseError, Memory, Reviewed, Table, Wake};

/// Where a run is at work, and why.
pub(crate) struct Site<'a, R> {
    pub(crate) at: &'a R,
    /// The resource's id.
    pub(crate) id: String,
    pub(crate) context: &'a Context,
}

/// What a run has done so far; written to the ledger at its end, also when the rest of it failed.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) lines: Vec<OutcomeLine>,
    pub(crate) changes: Vec<Change>,
    pub(crate) wake: Option<Wake>,
    pub(crate) failure: Option<Failure>,
}

impl Done {
    /// The first failure is told; what comes after it is still done.
    pub(crate) fn note(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }
}

impl<D: Repair, T: Table> Engine<D, T> {
    pub(crate) fn budget(&self) -> Budget {
        let repairs = self.baseline.repairs;
        Budget { repairs: repairs.budget, window: i64::from(repairs.window_minutes) * 60_000 }
    }

    pub(crate) async fn look(&self, at: &D::Resource, id: &str) -> Result<Option<D::Observation>, Failure> {
        let read = self.duty.observe(at).await;
        read.map_err(|source| Failure::Read { duty: D::NAME, resource: id.to_owned(), source })
    }

    pub(crate) fn decide(&self, at: &D::Resource, seen: &D::Observation) -> Vec<Decision<D::Step>> {
        decision::decide(self.duty.assess(at, seen), |control| self.baseline.mode_of(control, self.settings.mode))
    }

    /// Observes and assesses; what is drifted gets its run.
    pub(crate) async fn pass(&self, at: &D::Resource, context: &Context) -> Result<Vec<OutcomeLine>, Failure> {
        let id = at.to_string();
        let Some(seen) = self.look(at, &id).await? else {
            tracing::debug!(duty = D::NAME, resource = id, "gone");
            return Ok(Vec::new());
        };
        let decisions = self.decide(at, &seen);
        if decisions.is_empty() {
            tracing::debug!(duty = D::NAME, resource = id, "compliant");
            return Ok(Vec::new());
        }
        drop(seen);
        if self.is_counted(&Site { at, id: id.clone(), context }, &decisions).await? {
            tracing::debug!(duty = D::NAME, resource = id, "told within the hour, and counted");
            return Ok(Vec::new());
        }
        self.run(at, context).await
    }

    /// A run: alone on the resource, from the ledger's memory to what it has to remember.
    pub(crate) async fn run(&self, at: &D::Resource, context: &Context) -> Result<Vec<OutcomeLine>, Failure> {
        let site = Site { at, id: at.to_string(), context };
        if let Some(journal) = self.duty.journal(at) {
            return Box::pin(self.plainly(&site, journal)).await;
        }
        let mut lease = self.lease(&site.id, context).await?;
        let mut done = Done::default();
        // Boxed: rare, and large beside the look that finds nothing.
        if let Err(failure) = Box::pin(self.work(&site, &mut lease, &mut done)).await {
            done.note(failure);
        }
        let wake = done.wake.take().map(|wake| (D::NAME, wake));
        let closed = self.ledger.close(lease, &site.id, &done.changes, self.budget(), wake).await;
        if let Err(source) = closed {
            done.note(Self::ledger_failure(&site.id, source));
        }
        done.failure.map_or(Ok(done.lines), Err)
    }

    pub(crate) async fn lease(&self, id: &str, context: &Context) -> Result<Lease, Failure> {
        let request = &context.function.request_id;
        let lease = self.ledger.lease(D::NAME, id, request, context.deadline, context.give_up()).await;
        lease.map_err(|error| Self::lease_failure(id, error))
    }

    async fn work(&self, site: &Site<'_, D::Resource>, lease: &mut Lease, done: &mut Done) -> Result<(), Failure> {
        if !lease.unfinished.is_empty() {
            self.settle(site, lease, done).await?;
        }
        if let Some(order) = self.order(site).await? {
            return self.obey(site, order, lease, done).await;
        }
        let (before, admitted, memory) = loop {
            let Some(before) = self.look(site.at, &site.id).await? else { return Ok(()) };
            let decisions = self.decide(site.at, &before);
            if decisions.is_empty() || self.is_reviewed(&before, &site.id).await? {
                return Ok(());
            }
            let memory = self.recall(&decisions, &site.id, done).await?;
            let now = now().timestamp_millis();
            let admitted = admission::admit(decisions, &site.id, &memory, self.budget(), now);
            let steps = admitted.iter().filter(|each| each.applies()).flat_map(|each| &each.decision.steps);
            if !self.take_documents(site, steps, lease).await? {
                break (before, admitted, memory);
            }
        };
        self.carry_out(site, &before, admitted, &memory, lease, done).await
    }

    async fn recall(&self, decisions: &[Decision<D::Step>], id: &str, done: &Done) -> Result<Memory, Failure> {
        let controls: Vec<_> = decisions.iter().map(|decision| decision.control.id).collect();
        let memory = self.ledger.recall(&controls, id).await;
        let memory = memory.map_err(|source| Self::ledger_failure(id, source))?;
        Ok(memory.with(&done.changes, self.budget()))
    }

    async fn is_reviewed(&self, seen: &D::Observation, id: &str) -> Result<bool, Failure> {
        let Some(subject) = self.duty.subject(seen) else { return Ok(false) };
        let reviewed = self.ledger.read::<Reviewed>(Key::reviewed(D::NAME, &subject)).await;
        let reviewed = reviewed.map_err(|source| Self::ledger_failure(id, source))?.is_some();
        if reviewed {
            tracing::info!(duty = D::NAME, resource = id, "an operator has released it: no concern");
        }
        Ok(reviewed)
    }

    /// Leases on what other duties write too, always in the same order; whether it had to wait, and so must look again.
    pub(crate) async fn take_documents<'s>(
        &self,
        site: &Site<'_, D::Resource>,
        steps: impl IntoIterator<Item = &'s D::Step>,
        lease: &mut Lease,
    ) -> Result<bool, Failure>
    where
        D::Step: 's,
    {
        let steps = steps.into_iter();
        let mut documents: Vec<Key> = steps.filter_map(|step| self.duty.document(site.at, step)).collect();
        documents.sort();
        documents.dedup();
        let mut waited = false;
        for document in documents {
            let taken = self.ledger.lease_document(lease, document, site.context.give_up()).await;
            waited |= taken.map_err(|error| Self::lease_failure(&site.id, error))?;
        }
        Ok(waited)
    }

    pub(crate) fn evidence_failure(resource: &str, stage: &'static str, source: AwsError) -> Failure {
        Failure::Evidence { duty: D::NAME, resource: resource.to_owned(), stage, source: source.into() }
    }

    pub(crate) fn ledger_failure(resource: &str, source: AwsError) -> Failure {
        Failure::Ledger { duty: D::NAME, resource: resource.to_owned(), source: source.into() }
    }

    pub(crate) fn lease_failure(resource: &str, error: LeaseError) -> Failure {
        match error {
            LeaseError::Held => Failure::Busy { duty: D::NAME, resource: resource.to_owned() },
            LeaseError::Ledger(source) => Self::ledger_failure(resource, source),
        }
    }
}
