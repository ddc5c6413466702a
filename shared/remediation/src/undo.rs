//! Orders of operators: a before-state restored, or a quarantined version released. The order is read from the ledger,
//! where only `operate` puts it; exemption, record and live state are looked at again here, under the duty's own role.

use chrono::DateTime;
use evidence::{Body, Cause, Decided, ResourceRef, Stream, Times};
use policy::{Mode, Outcome};
use serde_json::Value;

use crate::attempt::{After, Attempt, Ending, unsuccessful};
use crate::bus::EvidenceRef;
use crate::conclude::json;
use crate::duty::{Repair, Restored, Undo};
use crate::engine::{Engine, now};
use crate::error::Failure;
use crate::ledger::{Announced, Key, Lease, Order, OrderAction, OrderResult, Reviewed, Table};
use crate::order::{Prepared, Steps};
use crate::pass::{Done, Site};
use crate::tell::verdict;

impl<D: Repair, T: Table> Engine<D, T> {
    /// The order that waits for a resource; only asked when an event says that there is one.
    pub(crate) async fn order(&self, site: &Site<'_, D::Resource>) -> Result<Option<Order>, Failure> {
        let id = site.id.as_str();
        if !site.context.ordered {
            return Ok(None);
        }
        let order = self.ledger.read::<Order>(Key::order(D::NAME, id)).await;
        let order = order.map_err(|source| Self::ledger_failure(id, source))?;
        Ok(order.map(|order| order.body).filter(|order| order.result.is_none()))
    }

    pub(crate) async fn obey(
        &self,
        site: &Site<'_, D::Resource>,
        order: Order,
        lease: &mut Lease,
        done: &mut Done,
    ) -> Result<(), Failure> {
        let id = site.id.as_str();
        let result = loop {
            break match self.prepare(site.at, id, &order).await? {
                Prepared::Steps(prepared) => {
                    if self.take_documents(site, &prepared.steps, lease).await? {
                        continue;
                    }
                    self.restore(site, *prepared, &order, lease, done).await?
                }
                Prepared::Already(reviewed) => {
                    self.mark_reviewed(id, reviewed, &order).await?;
                    OrderResult { done: true, message: "the live state is the before-state".to_owned(), evidence: None }
                }
                Prepared::Refused(why) => OrderResult { done: false, message: why, evidence: None },
            };
        };
        tracing::info!(duty = D::NAME, resource = id, done = result.done, "an operator's order has ended");
        let ended = Order { result: Some(result), ..order };
        let put = self.ledger.put(Key::order(D::NAME, id), &ended).await;
        put.map_err(|source| Self::ledger_failure(id, source))
    }

    async fn restore(
        &self,
        site: &Site<'_, D::Resource>,
        prepared: Steps<D::Step>,
        order: &Order,
        lease: &mut Lease,
        done: &mut Done,
    ) -> Result<OrderResult, Failure> {
        let Site { at, id, context } = site;
        let Steps { undo, steps, before, head } = prepared;
        let control = undo.control;
        let stream = Stream::of(control.id, id);
        let announced = Announced { control: control.id.to_owned(), sequence: head.sequence + 1 };
        let announced = self.ledger.announce(lease, vec![announced]).await;
        announced.map_err(|error| Self::lease_failure(id, error))?;
        let mut decided = self.ordered(&undo, site, &steps, before, order)?;
        let intent = self.evidence.append(&stream, head, Body::Intent(decided.clone()), &context.function).await;
        let intent = intent.map_err(|source| Self::evidence_failure(id, "intent", source))?;
        let attempt = self.attempt(at, &steps).await;
        let applied = matches!(attempt, Attempt::Applied);
        let is_restored = |seen: &D::Observation| matches!(self.duty.undo(at, &undo, seen), Restored::Already { .. });
        let after = self.read_back(at, |seen, _| applied && !is_restored(seen)).await;
        let restored = matches!(&after, After::Seen(seen, _) if is_restored(seen));
        let ending =
            if restored { Ending::new(Outcome::Exempt, Vec::new()) } else { unsuccessful(attempt, Vec::new()) };
        if let After::Seen(seen, _) = &after
            && let Restored::Already { reviewed } = self.duty.undo(at, &undo, seen)
        {
            self.mark_reviewed(id, reviewed, order).await?;
        }
        decided.intent_id = Some(intent.record.record_id.clone());
        decided.outcome = Some(ending.outcome);
        decided.person = ending.person;
        decided.error = ending.error;
        decided.after = match &after {
            After::Seen(seen, _) => Some(json(seen, id)?),
            After::Gone | After::Unread(_) => None,
        };
        decided.times.recorded = now();
        let outcome = Body::Outcome(decided.clone());
        let stored = self.evidence.append(&stream, intent.head(), outcome, &context.function).await;
        let stored = stored.map_err(|source| Self::evidence_failure(id, "outcome", source))?;
        self.tell(&decided, EvidenceRef::in_bucket(&self.evidence.bucket, &stored.key), false).await?;
        let message = match &decided.error {
            None if restored => "done, and read back".to_owned(),
            None => decided.person.join("; "),
            Some(error) => error.message.clone(),
        };
        let result = OrderResult { done: restored, message, evidence: Some(stored.key.clone()) };
        let verdict = verdict(&decided);
        lease.finished(control.id);
        self.concluded(control, &decided, stored, verdict, None).keep(done);
        // The operator hears of a failure by the order's result; a retry of the order is his to decide.
        done.failure = None;
        Ok(result)
    }

    /// What has been released is no concern any more.
    async fn mark_reviewed(&self, id: &str, subject: Option<String>, order: &Order) -> Result<(), Failure> {
        let Some(subject) = subject.filter(|_| order.action == OrderAction::Release) else { return Ok(()) };
        let reviewed = Reviewed { by: order.by.clone(), at: now().timestamp_millis() };
        let put = self.ledger.put(Key::reviewed(D::NAME, &subject), &reviewed).await;
        put.map_err(|source| Self::ledger_failure(id, source))
    }

    fn ordered(
        &self,
        undo: &Undo,
        site: &Site<'_, D::Resource>,
        steps: &[D::Step],
        before: Value,
        order: &Order,
    ) -> Result<Decided, Failure> {
        let Site { id, context, .. } = site;
        let plan = steps.iter().map(|step| json(step, id)).collect::<Result<_, _>>()?;
        let name = match order.action {
            OrderAction::Undo => "undo",
            OrderAction::Release => "release",
        };
        let time = DateTime::from_timestamp_millis(order.at).unwrap_or(context.cause.time);
        let cause = Cause {
            id: context.cause.id.clone(),
            name: name.to_owned(),
            source: "operate".to_owned(),
            time,
            actor: Some(order.by.clone()),
        };
        Ok(Decided {
            intent_id: None,
            duty: D::NAME.to_owned(),
            control: undo.control.into(),
            resource: ResourceRef { id: id.clone() },
            mode: Mode::Enforce,
            held: None,
            outcome: None,
            before,
            plan,
            person: Vec::new(),
            losses: Vec::new(),
            after: None,
            error: None,
            event: cause,
            times: Times { event: time, seen: now(), repaired: None, recorded: now() },
            baseline: context.baseline.clone(),
            undo_of: Some(order.evidence.clone()),
            recovered: None,
            occurrences: None,
        })
    }
}
