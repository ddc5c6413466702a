//! What is done about a drifted resource: the breaker is asked, the records are announced, the intents written, the steps
//! applied and read back, and every decision ends in an outcome.

use evidence::{Body, Decided, ResourceRef, Stream, Times};
use futures_util::future::{join_all, try_join_all};
use policy::{Millis, Outcome, Remedy};
use serde::Serialize;
use serde_json::Value;

use crate::admission::Admitted;
use crate::attempt::{After, Attempt, Ending, judge};
use crate::conclude::{Draft, json};
use crate::duty::Repair;
use crate::engine::{Engine, OutcomeLine, now};
use crate::error::Failure;
use crate::ledger::{Announced, Lease, Memory, Table};
use crate::pass::{Done, Site};
use crate::store::Head;
use crate::tell::{attempt_of, verdict};

impl<D: Repair, T: Table> Engine<D, T> {
    pub(crate) async fn carry_out(
        &self,
        site: &Site<'_, D::Resource>,
        before: &D::Observation,
        admitted: Vec<Admitted<D::Step>>,
        memory: &Memory,
        lease: &mut Lease,
        done: &mut Done,
    ) -> Result<(), Failure> {
        let Site { at, id, context } = site;
        let at_millis = now().timestamp_millis();
        let times = Times { event: context.cause.time, seen: now(), repaired: None, recorded: now() };
        let before = json(before, id)?;
        let mut drafts = Vec::with_capacity(admitted.len());
        for mut each in admitted {
            let plan = plan(&each, id)?;
            let state = memory.states.get(each.decision.control.id).cloned().unwrap_or_default();
            // What AWS has refused for good is not tried, so it takes no place in the breaker.
            let refused = each.applies() && state.refused(&attempt_of(&before, &plan), at_millis);
            if each.applies() && !refused {
                self.reserve(&mut each, id, at_millis).await?;
            }
            let draft = self.draft(&each, site, &before, plan, &times);
            let silent = refused || (!each.applies() && state.silent(&verdict(&draft), at_millis));
            let head = Head::from(&state);
            match state.told {
                Some(told) if silent => done.lines.push(OutcomeLine {
                    control: each.decision.control.id,
                    resource: id.clone(),
                    outcome: if refused { Outcome::Reported } else { each.outcome() },
                    evidence: told.key,
                }),
                told => drafts.push(Draft { head, each, decided: draft, told, refused: None }),
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
        let intents = intents.await.map_err(|source| Self::evidence_failure(id, "intent", source))?;

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
                _ => Ending::new(draft.each.outcome(), draft.each.person()),
            };
            draft.refused = ending.refused.then(|| attempt_of(&draft.decided.before, &draft.decided.plan));
            draft.decided.outcome = Some(ending.outcome);
            draft.decided.person = ending.person;
            draft.decided.error = ending.error;
            draft.decided.after.clone_from(&after_json);
            draft.decided.times.repaired = ending.repaired.then_some(repaired);
            draft.decided.times.recorded = now();
            draft
        });
        let ended: Vec<_> = ended.collect();
        // What went wrong is told at the end: a record or a notice that fails must not cost the other controls theirs.
        for result in join_all(ended.into_iter().map(|draft| self.conclude(draft, site))).await {
            match result {
                Ok(concluded) => concluded.keep(lease, done),
                Err(failure) => done.note(failure),
            }
        }
        Ok(())
    }

    /// Takes a place in the control's breaker, or holds the repair.
    async fn reserve(&self, each: &mut Admitted<D::Step>, id: &str, at: Millis) -> Result<(), Failure> {
        let most = self.settings.max_resources_per_hour;
        let reserved = self.ledger.reserve(each.decision.control.id, id, most, at).await;
        each.break_off(&reserved.map_err(|source| Self::ledger_failure(id, source))?);
        Ok(())
    }

    fn draft(
        &self,
        each: &Admitted<D::Step>,
        site: &Site<'_, D::Resource>,
        before: &Value,
        plan: Vec<Value>,
        times: &Times,
    ) -> Decided {
        let applies = each.applies();
        Decided {
            intent_id: None,
            duty: D::NAME.to_owned(),
            control: each.decision.control.into(),
            resource: ResourceRef { id: site.id.clone() },
            mode: each.decision.mode,
            held: each.held.clone(),
            outcome: (!applies).then(|| each.outcome()),
            before: before.clone(),
            plan,
            person: each.person(),
            losses: each.decision.losses.clone(),
            after: None,
            error: None,
            event: site.context.cause.clone(),
            times: times.clone(),
            baseline: site.context.baseline.clone(),
            undo_of: None,
            recovered: None,
        }
    }
}

/// The steps as they stand in records.
fn plan<S: Serialize>(each: &Admitted<S>, id: &str) -> Result<Vec<Value>, Failure> {
    each.decision.steps.iter().map(|step| json(step, id)).collect()
}
