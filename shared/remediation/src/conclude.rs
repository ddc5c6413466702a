//! How a decision ends: on record, told, and remembered.

use evidence::{Body, Decided, Held};
use policy::memory::{Repaired, Told};
use policy::{Control, Millis, Outcome};

use crate::draft::Draft;
use crate::duty::Repair;
use crate::engine::{Engine, OutcomeLine, now};
use crate::error::Failure;
use crate::keeper::Keeper;
use crate::ledger::{Change, Table, Wake};
use crate::pass::{Done, Site};
use crate::store::Stored;
use crate::tell::verdict;

/// An outcome that is on record and has been told.
pub(crate) struct Concluded {
    change: Change,
    line: Option<OutcomeLine>,
    failure: Option<Failure>,
    wake: Option<Wake>,
}

impl Concluded {
    /// Its control, of which nothing is unfinished any more.
    pub(crate) const fn control(&self) -> &'static str {
        self.change.control
    }

    pub(crate) fn keep(self, done: &mut Done) {
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

impl<D: Repair, T: Table> Engine<D, T> {
    /// The outcome goes to the evidence, then to everybody who is to hear of it.
    pub(crate) async fn conclude(
        &self,
        draft: Draft<D::Step>,
        site: &Site<'_, D::Resource>,
        keeper: Keeper<'_>,
    ) -> Result<Concluded, Failure> {
        let Site { id, context, .. } = site;
        let Draft { each, decided, stream, head, told, refused } = draft;
        let verdict = verdict(&decided);
        let stored = keeper.append(&stream, head, Body::Outcome(decided.clone()), &context.function).await;
        let stored = stored.map_err(|source| Self::evidence_failure(id, "outcome", source))?;
        let again = told.is_some_and(|told| told.verdict == verdict);
        let quietly = each.quietly || (decided.outcome == Some(Outcome::Failed) && again);
        self.tell(&decided, keeper.name(&stored.key), quietly).await?;
        let until = each.until.or_else(|| self.told_again_at(site.at));
        let mut concluded = self.concluded(each.decision.control, &decided, stored, verdict, until);
        if let Some(told) = &mut concluded.change.told {
            told.refused = refused;
        }
        Ok(concluded)
    }

    /// What is to be remembered of an outcome that has been told.
    pub(crate) fn concluded(
        &self,
        control: &'static Control,
        decided: &Decided,
        stored: Stored,
        verdict: String,
        until: Option<Millis>,
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
            told: Some(Told { verdict, at, key: stored.key.clone(), refused: None }),
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
}

/// An observation or a step as it stands in a record.
pub(crate) fn json(value: &impl serde::Serialize, resource: &str) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(value).map_err(|_| Failure::Unserializable { resource: resource.to_owned() })
}
