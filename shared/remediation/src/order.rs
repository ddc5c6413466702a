//! What an order comes to: everything is looked at again before anything is done.

use evidence::Body;
use policy::{Mode, control};
use serde_json::Value;

use crate::conclude::json;
use crate::duty::{Repair, Restored, Undo};
use crate::engine::{Engine, now};
use crate::error::Failure;
use crate::ledger::{Order, OrderAction, Table};
use crate::store::Head;

/// What came of looking at everything again.
pub(crate) enum Prepared<S> {
    Steps(Box<Steps<S>>),
    Already(Option<String>),
    Refused(String),
}

/// What is to be done.
pub(crate) struct Steps<S> {
    pub(crate) undo: Undo,
    pub(crate) steps: Vec<S>,
    pub(crate) before: Value,
    pub(crate) head: Head,
}

impl<D: Repair, T: Table> Engine<D, T> {
    /// Looks at everything again; the reason if the order can't be carried out.
    pub(crate) async fn prepare(
        &self,
        at: &D::Resource,
        id: &str,
        order: &Order,
    ) -> Result<Prepared<D::Step>, Failure> {
        let refused = |why: &str| Ok(Prepared::Refused(why.to_owned()));
        let Some(control) = control::by_id(&order.control) else { return refused("there is no such control") };
        if self.baseline.mode_of(control, self.settings.mode) != Mode::Enforce {
            return refused("the control is not in mode enforce: Phiward has no permission to write");
        }
        let memory = self.ledger.recall(&[control.id], id).await;
        let memory = memory.map_err(|source| Self::ledger_failure(id, source))?;
        if memory.pause.is_some() {
            return refused("Phiward is paused: `operate resume` first");
        }
        let at_millis = now().timestamp_millis();
        let exempt = memory.exemptions.iter().any(|each| each.covers(control.id, id, at_millis));
        if order.action == OrderAction::Undo && !exempt {
            return refused("no live exemption covers it: what is undone would be repaired again");
        }
        let read = self.evidence.read(&order.evidence).await;
        let Some(stored) = read.map_err(|source| Self::evidence_failure(id, "earlier", source))? else {
            return refused("the record is not there any more");
        };
        if stored.sha256 != order.sha256 {
            return refused("the record is not the one that the order was given for");
        }
        let Body::Outcome(decided) = stored.record.body else {
            return refused("the record is not that of an outcome");
        };
        if decided.resource.id != id || decided.control.id != control.id {
            return refused("the record is not about this resource and control");
        }
        let Some(after) = decided.after else {
            return refused("the record has no after-state: nothing was changed then");
        };
        let Some(live) = self.look(at, id).await? else { return refused("the resource is gone") };
        let undo = Undo { action: order.action, control, before: decided.before, after };
        let before = json(&live, id)?;
        let head = memory.states.get(control.id).map(Head::from).unwrap_or_default();
        Ok(match self.duty.undo(at, &undo, &live) {
            Restored::Steps(steps) => Prepared::Steps(Box::new(Steps { undo, steps, before, head })),
            Restored::Already { reviewed } => Prepared::Already(reviewed),
            Restored::Refused(why) => Prepared::Refused(why),
        })
    }
}
