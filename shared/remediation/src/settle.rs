//! What a run left that was cut off: its announced records are looked for, and what is missing is made true.

use evidence::{Body, Decided, Stream};
use policy::{Control, Outcome, Remedy, control};

use crate::attempt::{Ending, failed, gone};
use crate::bus::EvidenceRef;
use crate::conclude::json;
use crate::duty::{Repair, Restored, Undo};
use crate::engine::{Engine, now};
use crate::error::Failure;
use crate::ledger::{Lease, OrderAction, Table};
use crate::pass::{Done, Site};
use crate::store::Stored;
use crate::tell::{INTERRUPTED, verdict};

impl<D: Repair, T: Table> Engine<D, T> {
    pub(crate) async fn settle(
        &self,
        site: &Site<'_, D::Resource>,
        lease: &mut Lease,
        done: &mut Done,
    ) -> Result<(), Failure> {
        let id = site.id.as_str();
        for announced in lease.unfinished.clone() {
            let Some(control) = control::by_id(&announced.control) else { continue };
            let stream = Stream::of(control.id, id);
            let read = async |sequence| {
                let read = self.evidence.read(&stream.key(sequence)).await;
                read.map_err(|source| Self::evidence_failure(id, "earlier", source))
            };
            let Some(first) = read(announced.sequence).await? else {
                // Nothing was written, so nothing was changed.
                lease.finished(control.id);
                continue;
            };
            let outcome = match &first.record.body {
                Body::Intent(intent) => match read(announced.sequence + 1).await? {
                    Some(outcome) => outcome,
                    None => self.conclude_for(site, control, intent.clone(), &first).await?,
                },
                Body::Outcome(_) | Body::Operation(_) => first,
            };
            let Body::Outcome(decided) = outcome.record.body.clone() else {
                lease.finished(control.id);
                continue;
            };
            // It may have been told already: better twice than never.
            self.tell(&decided, EvidenceRef::in_bucket(&self.evidence.bucket, &outcome.key), false).await?;
            let verdict = verdict(&decided);
            lease.finished(control.id);
            let again = self.told_again_at(site.at);
            self.concluded(control, &decided, outcome, verdict, again).keep(done);
        }
        // An earlier run's failure is on record and told; this run goes on from what is there now.
        done.failure = None;
        Ok(())
    }

    /// The outcome of an intent whose run was cut off: what the live state says now.
    async fn conclude_for(
        &self,
        site: &Site<'_, D::Resource>,
        control: &'static Control,
        intent: Decided,
        record: &Stored,
    ) -> Result<Stored, Failure> {
        let Site { at, id, context } = site;
        self.duty.resume(at, &intent.plan);
        let seen = self.look(at, id).await?;
        let ending = match &seen {
            None => gone(&intent.losses),
            Some(seen) if self.is_restored(at, control, &intent, seen).await? => {
                Ending::new(Outcome::Exempt, Vec::new())
            }
            Some(seen) => self.judge_interrupted(at, control, seen, &intent.losses),
        };
        let mut decided = intent;
        decided.intent_id = Some(record.record.record_id.clone());
        decided.recovered = Some(record.record.function.request_id.clone());
        decided.outcome = Some(ending.outcome);
        decided.person = ending.person;
        decided.error = ending.error;
        decided.after = seen.map(|seen| json(&seen, id)).transpose()?;
        decided.times.repaired = ending.repaired.then(now);
        decided.times.recorded = now();
        let stream = Stream::of(control.id, id);
        let stored = self.evidence.append(&stream, record.head(), Body::Outcome(decided), &context.function).await;
        stored.map_err(|source| Self::evidence_failure(id, "outcome", source))
    }

    /// Whether an operator's order was carried out: then the state is out of line because a person wants it so.
    async fn is_restored(
        &self,
        at: &D::Resource,
        control: &'static Control,
        intent: &Decided,
        seen: &D::Observation,
    ) -> Result<bool, Failure> {
        let Some(key) = &intent.undo_of else { return Ok(false) };
        let read = self.evidence.read(key).await;
        let record = read.map_err(|source| Self::evidence_failure(&intent.resource.id, "earlier", source))?;
        let Some(Body::Outcome(Decided { before, after: Some(after), .. })) = record.map(|stored| stored.record.body)
        else {
            return Ok(false);
        };
        let action = if intent.event.name == "release" { OrderAction::Release } else { OrderAction::Undo };
        let undo = Undo { action, control, before, after };
        Ok(matches!(self.duty.undo(at, &undo, seen), Restored::Already { .. }))
    }

    fn judge_interrupted(
        &self,
        at: &D::Resource,
        control: &'static Control,
        seen: &D::Observation,
        losses: &[String],
    ) -> Ending {
        let mut person = losses.to_vec();
        for violation in self.duty.assess(at, seen).into_iter().filter(|left| left.control.id == control.id) {
            match violation.remedy {
                Remedy::Person(advice) => person.push(advice),
                Remedy::Steps(_) => {
                    let message = "the run was cut off before its change took effect; a new one follows".to_owned();
                    return failed(INTERRUPTED, message, person);
                }
            }
        }
        Ending::repaired(person)
    }
}
