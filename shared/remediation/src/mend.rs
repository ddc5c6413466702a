//! The repair itself: intents on record, steps applied, state read back, and how each decision ended.

use evidence::Body;
use futures_util::future::try_join_all;
use policy::Remedy;

use crate::attempt::{After, Attempt, Ending, judge};
use crate::conclude::json;
use crate::draft::Draft;
use crate::duty::Repair;
use crate::engine::{Engine, now};
use crate::error::Failure;
use crate::keeper::Keeper;
use crate::ledger::Table;
use crate::pass::Site;
use crate::tell::attempt_of;

impl<D: Repair, T: Table> Engine<D, T> {
    /// Does what the drafts say, and writes into them how that ended.
    pub(crate) async fn mend(
        &self,
        site: &Site<'_, D::Resource>,
        keeper: Keeper<'_>,
        drafts: &mut [Draft<D::Step>],
    ) -> Result<(), Failure> {
        let Site { at, id, context } = site;
        // Evidence before change: without every intent on record, nothing is written.
        let intents = try_join_all(drafts.iter_mut().filter(|draft| draft.each.applies()).map(async |draft| {
            let body = Body::Intent(draft.decided.clone());
            let stored = keeper.append(&draft.stream, draft.head.clone(), body, &context.function).await?;
            draft.head = stored.head();
            draft.decided.intent_id = Some(stored.record.record_id);
            Ok(())
        }));
        let intents = intents.await.map_err(|source| Self::evidence_failure(id, "intent", source))?;

        let mut attempts = Vec::with_capacity(drafts.len());
        for draft in &*drafts {
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
        for (draft, attempt) in drafts.iter_mut().zip(attempts) {
            let ending = match (attempt, &after) {
                (Some(attempt), Some(after)) => judge(&draft.each.decision, attempt, after),
                _ => Ending::new(draft.each.outcome(), draft.each.person()),
            };
            let decided = &mut draft.decided;
            draft.refused = ending.refused.then(|| attempt_of(&decided.before, &decided.plan));
            decided.outcome = Some(ending.outcome);
            decided.person = ending.person;
            decided.error = ending.error;
            decided.after.clone_from(&after_json);
            decided.times.repaired = ending.repaired.then_some(repaired);
            decided.times.recorded = now();
        }
        Ok(())
    }
}
