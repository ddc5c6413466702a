//! Orders for the duties: restore a before-state, bring a quarantined version back. The order goes into the ledger, and the
//! duty is woken; it looks at everything again and acts under its own role.

use evidence::{Body, Decided, Function, Stream};
use policy::{Exemption, Outcome};
use remediation::Key;
use remediation::ledger::{Order, OrderAction, Versioned};
use remediation::store::Stored;
use serde_json::json;

use super::now;
use crate::Operate;
use crate::answer::{Answer, Refusal};
use crate::request::OfRecord;

const QUARANTINE: &str = "quarantine";

impl Operate {
    pub(super) async fn undo(&self, caller: &str, request: OfRecord, function: &Function) -> Result<Answer, Refusal> {
        let (stored, decided) = self.outcome(&request.evidence).await?;
        match decided.duty.as_str() {
            "retention" => {
                let why = "data retention is never switched on again; nobody may order that";
                return Err(Refusal::conflict(why));
            }
            QUARANTINE => return Err(Refusal::conflict("use `release` for what was quarantined")),
            _ => {}
        }
        let exemptions = self.ledger.read_all::<Exemption>(&Key::exemptions()).await?;
        let covers = |(_, each): &(String, Versioned<Exemption>)| {
            each.body.covers(&decided.control.id, &decided.resource.id, now())
        };
        if !exemptions.iter().any(covers) {
            let why = format!(
                "no live exemption from {} covers {}: what is undone would be repaired again; `exempt` it first",
                decided.control.id, decided.resource.id
            );
            return Err(Refusal::conflict(why));
        }
        self.give(OrderAction::Undo, caller, request, &stored, &decided, function).await
    }

    pub(super) async fn release(
        &self,
        caller: &str,
        request: OfRecord,
        function: &Function,
    ) -> Result<Answer, Refusal> {
        let (stored, decided) = self.outcome(&request.evidence).await?;
        if decided.duty != QUARANTINE {
            return Err(Refusal::conflict("the record is not about something quarantined; use `undo`"));
        }
        self.give(OrderAction::Release, caller, request, &stored, &decided, function).await
    }

    /// The record of an outcome that changed something.
    async fn outcome(&self, named: &str) -> Result<(Stored, Decided), Refusal> {
        let bucket = format!("s3://{}/", self.evidence.bucket);
        let key = named.strip_prefix(&bucket).unwrap_or(named);
        if Stream::parse_key(key).is_none() {
            return Err(Refusal::bad(
                "`evidence` is not the key of a record: evidence/<control>/<chain>/<number>.json",
            ));
        }
        let Some(stored) = self.evidence.read(key).await? else {
            return Err(Refusal::missing(format!("there is no record {key}")));
        };
        let Body::Outcome(decided) = stored.record.body.clone() else {
            return Err(Refusal::conflict("the record is not that of an outcome; an intent's outcome is the next one"));
        };
        if decided.intent_id.is_none() || decided.after.is_none() || decided.outcome == Some(Outcome::Failed) {
            return Err(Refusal::conflict("nothing was changed then: there is nothing to restore"));
        }
        Ok((stored, decided))
    }

    async fn give(
        &self,
        action: OrderAction,
        caller: &str,
        request: OfRecord,
        stored: &Stored,
        decided: &Decided,
        function: &Function,
    ) -> Result<Answer, Refusal> {
        let name = match action {
            OrderAction::Undo => "undo",
            OrderAction::Release => "release",
        };
        let evidence = self.record(name, caller, json!(request), None, function).await?;
        let order = Order {
            action,
            control: decided.control.id.clone(),
            evidence: stored.key.clone(),
            sha256: stored.sha256.clone(),
            by: caller.to_owned(),
            at: now(),
            result: None,
        };
        let (duty, resource) = (decided.duty.as_str(), decided.resource.id.as_str());
        self.ledger.put(Key::order(duty, resource), &order).await?;
        self.bus.wake(duty, Some(resource), true).await?;
        let result = json!({
            "duty": duty, "control": order.control, "resource": resource, "state": "ordered", "by": caller,
        });
        Ok(Answer { action: name, result, evidence: Some(evidence) })
    }
}
