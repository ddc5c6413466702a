//! What is done about a drifted resource: the breaker is asked, the records are announced, the [repair](crate::mend) made,
//! and every decision ends in an outcome.

use evidence::{Stream, Times};
use futures_util::future::join_all;
use policy::{Millis, Outcome};

use crate::admission::Admitted;
use crate::conclude::json;
use crate::draft::{self, Draft};
use crate::duty::Repair;
use crate::engine::{Engine, OutcomeLine, now};
use crate::error::Failure;
use crate::keeper::Keeper;
use crate::ledger::{Announced, Lease, Memory, Table};
use crate::pass::{Done, Site};
use crate::store::Head;
use crate::tally::Said;
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
        let Site { id, context, .. } = site;
        let at_millis = now().timestamp_millis();
        let times = Times { event: context.cause.time, seen: now(), repaired: None, recorded: now() };
        let before = json(before, id)?;
        let mut drafts = Vec::with_capacity(admitted.len());
        for mut each in admitted {
            let plan = draft::plan(&each.decision.steps, id)?;
            let state = memory.states.get(each.decision.control.id).cloned().unwrap_or_default();
            // What AWS has refused for good is not tried, so it takes no place in the breaker.
            let refused = each.applies() && state.refused(&attempt_of(&before, &plan), at_millis);
            if each.applies() && !refused {
                self.reserve(&mut each, id, at_millis).await?;
            }
            let mut decided = draft::decided::<D>(&each, site, &before, plan, &times);
            let said = if refused { Said::Already } else { self.said(site, &each, &state, &verdict(&decided)).await? };
            let head = Head::from(&state);
            let silent = match said {
                Said::Already => true,
                Said::Now(occurrences) => {
                    decided.occurrences = occurrences;
                    false
                }
            };
            match state.told {
                Some(told) if silent => done.lines.push(OutcomeLine {
                    control: each.decision.control.id,
                    resource: id.clone(),
                    outcome: if refused { Outcome::Reported } else { each.outcome() },
                    evidence: told.key,
                }),
                told => {
                    let stream = Stream::of(each.decision.control.id, id);
                    drafts.push(Draft { each, decided, stream, head, told, refused: None });
                }
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

        let keeper = Keeper::Evidence(&self.evidence);
        self.mend(site, keeper, &mut drafts).await?;
        // What went wrong is told at the end: a record or a notice that fails must not cost the other controls theirs.
        for result in join_all(drafts.into_iter().map(|draft| self.conclude(draft, site, keeper))).await {
            match result {
                Ok(concluded) => {
                    lease.finished(concluded.control());
                    concluded.keep(done);
                }
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
}
