//! What the ledger holds, for people to look at: ids only, as everywhere.

use futures_util::future::try_join_all;
use policy::memory::{BreakerState, Pause, ResourceState};
use policy::{Exemption, control};
use remediation::ledger::{Order, Run};
use remediation::{AwsError, Key};
use serde_json::{Value, json};

use super::exemptions::shown;
use super::{known, now, text};
use crate::answer::{Answer, Refusal};
use crate::request::Show;
use crate::{Operate, duties, duty_of};

impl Operate {
    pub(crate) async fn show(&self, request: &Show) -> Result<Answer, Refusal> {
        let result = match (&request.control, &request.resource) {
            (None, None) => self.overview().await?,
            (Some(control), None) => self.of_control(known(control)?.id).await?,
            (Some(control), Some(resource)) => self.of_resource(known(control)?.id, resource).await?,
            (None, Some(_)) => return Err(Refusal::bad("`resource` needs `control`")),
        };
        Ok(Answer { action: "show", result, evidence: None })
    }

    async fn overview(&self) -> Result<Value, AwsError> {
        let pause = self.ledger.read::<Pause>(Key::pause()).await?.map(|pause| pause.body);
        let exemptions = self.ledger.read_all::<Exemption>(&Key::exemptions()).await?;
        let held = try_join_all(control::ALL.iter().map(async |control| self.held(control.id).await)).await?;
        let duties = duties();
        let orders = try_join_all(duties.iter().map(async |duty| {
            let orders = self.ledger.read_all::<Order>(&Key::orders(duty)).await?;
            Ok(orders.into_iter().map(|(resource, order)| ordered(&resource, &order.body)).collect::<Vec<_>>())
        }));
        let runs = try_join_all(duties.iter().map(async |duty| {
            let runs = self.ledger.read_all::<Run>(&Key::runs(duty)).await?;
            let runs = runs
                .into_iter()
                .map(|(resource, run)| json!({"duty": duty, "resource": resource, "until": text(run.body.until)}));
            Ok(runs.collect::<Vec<_>>())
        }));
        Ok(json!({
            "pause": pause.map(|pause| json!({"by": pause.by, "at": text(pause.at), "reason": pause.reason})),
            "exemptions": exemptions.iter().map(|(_, exemption)| shown(&exemption.body)).collect::<Vec<_>>(),
            "held": held.into_iter().flatten().collect::<Vec<_>>(),
            "orders": orders.await?.into_iter().flatten().collect::<Vec<Value>>(),
            "runs": runs.await?.into_iter().flatten().collect::<Vec<Value>>(),
        }))
    }

    /// Open breakers and spent budgets of a control.
    async fn held(&self, control: &'static str) -> Result<Vec<Value>, AwsError> {
        let breaker = self.ledger.read::<BreakerState>(Key::breaker(control)).await?;
        let breaker = breaker.and_then(|breaker| breaker.body.open_until).filter(|until| now() < *until);
        let states = self.ledger.read_all::<ResourceState>(&format!("state#{control}")).await?;
        let spent = states.into_iter().filter_map(|(resource, state)| {
            let until = state.body.escalated_until.filter(|until| now() < *until)?;
            Some(json!({"control": control, "resource": resource, "by": "budget", "until": text(until)}))
        });
        let open = breaker.map(|until| json!({"control": control, "by": "breaker", "until": text(until)}));
        Ok(open.into_iter().chain(spent).collect())
    }

    async fn of_control(&self, control: &'static str) -> Result<Value, AwsError> {
        let states = self.ledger.read_all::<ResourceState>(&format!("state#{control}")).await?;
        let resources = states.iter().map(|(resource, state)| known_of(resource, &state.body));
        let exemptions = self.ledger.read_all::<Exemption>(&Key::exemptions()).await?;
        let exemptions = exemptions.iter().filter(|(_, exemption)| exemption.body.control == control);
        Ok(json!({
            "control": control, "held": self.held(control).await?, "resources": resources.collect::<Vec<_>>(),
            "exemptions": exemptions.map(|(_, exemption)| shown(&exemption.body)).collect::<Vec<_>>(),
        }))
    }

    async fn of_resource(&self, control: &'static str, resource: &str) -> Result<Value, AwsError> {
        let state = self.ledger.read::<ResourceState>(Key::state(control, resource)).await?;
        let exemptions = self.ledger.read_all::<Exemption>(&Key::exemptions()).await?;
        let exempt = exemptions.iter().find(|(_, each)| each.body.covers(control, resource, now()));
        let duty = duty_of(control).unwrap_or_default();
        let order = self.ledger.read::<Order>(Key::order(duty, resource)).await?;
        Ok(json!({
            "control": control, "resource": resource,
            "state": state.map(|state| known_of(resource, &state.body)),
            "exemption": exempt.map(|(_, each)| shown(&each.body)),
            "order": order.map(|order| ordered(resource, &order.body)),
        }))
    }
}

fn known_of(resource: &str, state: &ResourceState) -> Value {
    json!({
        "resource": resource, "records": state.sequence,
        "repairs": state.repairs.iter().map(|each| json!({"at": text(each.at), "actor": each.actor})).collect::<Vec<_>>(),
        "escalated_until": state.escalated_until.map(text),
        "last": state.told.as_ref().map(|told| json!({"at": text(told.at), "evidence": told.key})),
    })
}

fn ordered(resource: &str, order: &Order) -> Value {
    json!({
        "action": order.action, "control": order.control, "resource": resource, "evidence": order.evidence,
        "by": order.by, "at": text(order.at), "result": order.result,
    })
}
