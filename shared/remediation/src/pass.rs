//! One look at one resource.
//!
//! Nothing wrong: reads only. Something wrong: one run at a time holds the lease on the resource, asks the ledger, looks
//! again, announces its records, writes the intents, applies, reads back, writes the outcomes, tells them, and ends the
//! lease together with what is to be remembered. A run that is cut off anywhere leaves its announcement, and whoever comes
//! next [settles](crate::settle) it.

use evidence::{Body, Decided, Held, ResourceRef, Stream, Times};
use futures_util::future::{join_all, try_join_all};
use policy::memory::{Budget, Repaired, Told};
use policy::{Decision, Outcome, Remedy, decision};

use crate::admission::{self, Admitted};
use crate::attempt::{After, Attempt, Ending, judge};
use crate::duty::Repair;
use crate::engine::{Context, Engine, OutcomeLine, now};
use crate::error::Failure;
use crate::ledger::{Announced, Change, Key, Lease, LeaseError, Memory, Reviewed, Table, Wake};
use crate::store::{Head, Stored};
use crate::tell::verdict;

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
        if self.decide(at, &seen).is_empty() {
            tracing::debug!(duty = D::NAME, resource = id, "compliant");
            return Ok(Vec::new());
        }
        drop(seen);
        self.run(at, context).await
    }

    /// A run: alone on the resource, from the ledger's memory to what it has to remember.
    pub(crate) async fn run(&self, at: &D::Resource, context: &Context) -> Result<Vec<OutcomeLine>, Failure> {
        let id = at.to_string();
        let request = &context.function.request_id;
        let lease = self.ledger.lease(D::NAME, &id, request, context.deadline, context.give_up()).await;
        let mut lease = lease.map_err(|error| Self::lease_failure(&id, error))?;
        let mut done = Done::default();
        // Boxed: rare, and large beside the look that finds nothing.
        if let Err(failure) = Box::pin(self.work(at, &id, context, &mut lease, &mut done)).await {
            done.note(failure);
        }
        let wake = done.wake.take().map(|wake| (D::NAME, wake));
        let closed = self.ledger.close(lease, &id, &done.changes, self.budget(), wake).await;
        if let Err(source) = closed {
            done.note(Failure::Ledger { duty: D::NAME, resource: id, source: source.into() });
        }
        done.failure.map_or(Ok(done.lines), Err)
    }

    async fn work(
        &self,
        at: &D::Resource,
        id: &str,
        context: &Context,
        lease: &mut Lease,
        done: &mut Done,
    ) -> Result<(), Failure> {
        if !lease.unfinished.is_empty() {
            self.settle(at, id, context, lease, done).await?;
        }
        if let Some(order) = self.order(id, context).await? {
            return self.obey(at, id, order, context, lease, done).await;
        }
        let (before, admitted, memory) = loop {
            let Some(before) = self.look(at, id).await? else { return Ok(()) };
            let decisions = self.decide(at, &before);
            if decisions.is_empty() || self.is_reviewed(&before, id).await? {
                return Ok(());
            }
            let memory = self.recall(&decisions, id, done).await?;
            let admitted = admission::admit(decisions, id, &memory, self.budget(), now().timestamp_millis());
            if !self.take_documents(at, &admitted, id, context, lease).await? {
                break (before, admitted, memory);
            }
        };
        self.carry_out(at, id, &before, admitted, &memory, context, lease, done).await
    }

    pub(crate) async fn recall(
        &self,
        decisions: &[Decision<D::Step>],
        id: &str,
        done: &Done,
    ) -> Result<Memory, Failure> {
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
    async fn take_documents(
        &self,
        at: &D::Resource,
        admitted: &[Admitted<D::Step>],
        id: &str,
        context: &Context,
        lease: &mut Lease,
    ) -> Result<bool, Failure> {
        let steps = admitted.iter().filter(|each| each.applies()).flat_map(|each| &each.decision.steps);
        let mut documents: Vec<Key> = steps.filter_map(|step| self.duty.document(at, step)).collect();
        documents.sort();
        documents.dedup();
        let mut waited = false;
        for document in documents {
            let taken = self.ledger.lease_document(lease, document, context.give_up()).await;
            waited |= taken.map_err(|error| Self::lease_failure(id, error))?;
        }
        Ok(waited)
    }

    #[expect(clippy::too_many_arguments, reason = "they are the run's whole state, each of its own type")]
    async fn carry_out(
        &self,
        at: &D::Resource,
        id: &str,
        before: &D::Observation,
        mut admitted: Vec<Admitted<D::Step>>,
        memory: &Memory,
        context: &Context,
        lease: &mut Lease,
        done: &mut Done,
    ) -> Result<(), Failure> {
        let at_millis = now().timestamp_millis();
        for each in admitted.iter_mut().filter(|each| each.applies()) {
            let most = self.settings.max_resources_per_hour;
            let reserved = self.ledger.reserve(each.decision.control.id, id, most, at_millis).await;
            each.break_off(&reserved.map_err(|source| Self::ledger_failure(id, source))?);
        }
        let times = Times { event: context.cause.time, seen: now(), repaired: None, recorded: now() };
        let before = json(before, id)?;
        let mut drafts = Vec::with_capacity(admitted.len());
        for each in admitted {
            let draft = self.draft(&each, id, &before, context, &times)?;
            let state = memory.states.get(each.decision.control.id).cloned().unwrap_or_default();
            let silent = !each.applies() && state.silent(&verdict(&draft), at_millis);
            match state.told {
                Some(told) if silent => done.lines.push(OutcomeLine {
                    control: each.decision.control.id,
                    resource: id.to_owned(),
                    outcome: each.outcome(),
                    evidence: told.key,
                }),
                _ => drafts.push(Draft { each, decided: draft, head: Head::from(&state), told: state.told }),
            }
        }
        if drafts.is_empty() {
            return Ok(());
        }
        let announced = drafts.iter().map(|draft| Announced {
            control: draft.each.decision.control.id.to_owned(),
            sequence: draft.head.sequence + 1,
        });
        let announced = self.ledger.announce(lease, announced.collect()).await;
        announced.map_err(|error| Self::lease_failure(id, error))?;

        // Evidence before change: without every intent on record, nothing is written.
        let intents = try_join_all(drafts.iter_mut().filter(|draft| draft.each.applies()).map(async |draft| {
            let stream = Stream::of(&draft.decided.control.id, id);
            let body = Body::Intent(draft.decided.clone());
            let stored = self.evidence.append(&stream, draft.head.clone(), body, &context.function).await?;
            draft.head = stored.head();
            draft.decided.intent_id = Some(stored.record.record_id);
            Ok(())
        }));
        let intents = intents.await.map_err(|source| self.evidence_failure(id, "intent", source))?;

        let mut attempts = Vec::with_capacity(drafts.len());
        for draft in &drafts {
            let steps = &draft.each.decision.steps;
            attempts.push(if draft.each.applies() { Some(self.attempt(at, steps).await) } else { None });
        }
        let awaited = drafts.iter().zip(&attempts).filter(|(_, attempt)| matches!(attempt, Some(Attempt::Applied)));
        let awaited: Vec<_> = awaited.map(|(draft, _)| draft.each.decision.control.id).collect();
        let after = if intents.is_empty() {
            None
        } else {
            let after = self.read_back(at, |_, left| {
                let steps = left.iter().filter(|violation| matches!(violation.remedy, Remedy::Steps(_)));
                steps.into_iter().any(|violation| awaited.contains(&violation.control.id))
            });
            Some(after.await)
        };
        let repaired = now();
        let after_json = match &after {
            Some(After::Seen(seen, _)) => Some(json(seen, id)?),
            _ => None,
        };
        let ended = drafts.into_iter().zip(attempts).map(|(mut draft, attempt)| {
            let ending = match (attempt, &after) {
                (Some(attempt), Some(after)) => judge(&draft.each.decision, attempt, after),
                _ => Ending { outcome: draft.each.outcome(), person: draft.each.person(), error: None },
            };
            draft.decided.outcome = Some(ending.outcome);
            draft.decided.person = ending.person;
            draft.decided.error = ending.error;
            draft.decided.after.clone_from(&after_json);
            draft.decided.times.repaired = (ending.outcome == Outcome::Remediated).then_some(repaired);
            draft.decided.times.recorded = now();
            draft
        });
        let ended: Vec<_> = ended.collect();
        // What went wrong is told at the end: a record or a notice that fails must not cost the other controls theirs.
        for result in join_all(ended.into_iter().map(|draft| self.conclude(draft, id, context))).await {
            match result {
                Ok(concluded) => concluded.keep(lease, done),
                Err(failure) => done.note(failure),
            }
        }
        Ok(())
    }

    fn draft(
        &self,
        each: &Admitted<D::Step>,
        id: &str,
        before: &serde_json::Value,
        context: &Context,
        times: &Times,
    ) -> Result<Decided, Failure> {
        let plan = each.decision.steps.iter().map(|step| json(step, id)).collect::<Result<_, _>>()?;
        let applies = each.applies();
        Ok(Decided {
            intent_id: None,
            duty: D::NAME.to_owned(),
            control: each.decision.control.into(),
            resource: ResourceRef { id: id.to_owned() },
            mode: each.decision.mode,
            held: each.held.clone(),
            outcome: (!applies).then(|| each.outcome()),
            before: before.clone(),
            plan,
            person: each.person(),
            after: None,
            error: None,
            event: context.cause.clone(),
            times: times.clone(),
            baseline: context.baseline.clone(),
            undo_of: None,
            recovered: None,
        })
    }

    /// The outcome goes to the evidence, then to everybody who is to hear of it.
    async fn conclude(&self, draft: Draft<D::Step>, id: &str, context: &Context) -> Result<Concluded, Failure> {
        let Draft { each, decided, head, told } = draft;
        let stream = Stream::of(&decided.control.id, id);
        let verdict = verdict(&decided);
        let stored = self.evidence.append(&stream, head, Body::Outcome(decided.clone()), &context.function).await;
        let stored = stored.map_err(|source| self.evidence_failure(id, "outcome", source))?;
        let again = told.is_some_and(|told| told.verdict == verdict);
        let quietly = each.quietly || (decided.outcome == Some(Outcome::Failed) && again);
        self.tell(&decided, &stored.key, quietly).await?;
        Ok(self.concluded(each.decision.control, &decided, stored, verdict, each.until))
    }

    /// What is to be remembered of an outcome that has been told.
    pub(crate) fn concluded(
        &self,
        control: &'static policy::Control,
        decided: &Decided,
        stored: Stored,
        verdict: String,
        until: Option<policy::Millis>,
    ) -> Concluded {
        let at = now().timestamp_millis();
        let repaired = decided
            .times
            .repaired
            .map(|repaired| Repaired { at: repaired.timestamp_millis(), actor: decided.event.actor.clone() });
        let change = Change {
            control: control.id,
            head: (stored.record.chain.sequence, stored.sha256),
            repaired,
            escalated_until: until.filter(|_| matches!(decided.held, Some(Held::Budget { .. }))),
            told: Some(Told { verdict, at, key: stored.key.clone() }),
        };
        let failure = decided.error.as_ref().map(|error| Failure::Unrepaired {
            duty: D::NAME,
            control: control.id,
            resource: decided.resource.id.clone(),
            cause: error.message.clone(),
            evidence: stored.key.clone(),
        });
        let line = decided.outcome.map(|outcome| OutcomeLine {
            control: control.id,
            resource: decided.resource.id.clone(),
            outcome,
            evidence: stored.key,
        });
        Concluded { change, line, failure, wake: until.map(|at| Wake { at }) }
    }

    pub(crate) fn evidence_failure(
        &self,
        resource: &str,
        stage: &'static str,
        source: crate::error::AwsError,
    ) -> Failure {
        Failure::Evidence { duty: D::NAME, resource: resource.to_owned(), stage, source: source.into() }
    }

    pub(crate) fn ledger_failure(resource: &str, source: crate::error::AwsError) -> Failure {
        Failure::Ledger { duty: D::NAME, resource: resource.to_owned(), source: source.into() }
    }

    pub(crate) fn lease_failure(resource: &str, error: LeaseError) -> Failure {
        match error {
            LeaseError::Held => Failure::Busy { duty: D::NAME, resource: resource.to_owned() },
            LeaseError::Ledger(source) => Self::ledger_failure(resource, source),
        }
    }
}

struct Draft<S> {
    each: Admitted<S>,
    decided: Decided,
    head: Head,
    told: Option<Told>,
}

/// An outcome that is on record and has been told.
pub(crate) struct Concluded {
    change: Change,
    line: Option<OutcomeLine>,
    failure: Option<Failure>,
    wake: Option<Wake>,
}

impl Concluded {
    pub(crate) fn keep(self, lease: &mut Lease, done: &mut Done) {
        lease.finished(self.change.control);
        done.changes.push(self.change);
        // The heartbeat looks again as soon as the first hold has ended.
        done.wake = match (done.wake.take(), self.wake) {
            (Some(one), Some(other)) => Some(if one.at < other.at { one } else { other }),
            (one, other) => one.or(other),
        };
        done.lines.extend(self.line);
        if let Some(failure) = self.failure {
            done.note(failure);
        }
    }
}

/// An observation or a step as it stands in a record.
pub(crate) fn json(value: &impl serde::Serialize, resource: &str) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(value).map_err(|_| Failure::Unserializable { resource: resource.to_owned() })
}
