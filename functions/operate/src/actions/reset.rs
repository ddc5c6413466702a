//! A spent budget, or an open breaker, begins anew.

use evidence::Function;
use policy::memory::{BreakerState, ResourceState};
use remediation::Key;
use serde_json::json;

use super::known;
use crate::answer::{Answer, Refusal};
use crate::request::ResetBudget;
use crate::{Operate, duty_of};

impl Operate {
    pub(super) async fn reset_budget(
        &self,
        caller: &str,
        request: ResetBudget,
        function: &Function,
    ) -> Result<Answer, Refusal> {
        let control = known(&request.control)?.id;
        let states = self.ledger.read_all::<ResourceState>(&format!("state#{control}")).await?;
        let named = |resource: &String| request.resource.as_ref().is_none_or(|named| named == resource);
        let spent: Vec<_> = states
            .into_iter()
            .filter(|(resource, state)| {
                named(resource) && (!state.body.repairs.is_empty() || state.body.escalated_until.is_some())
            })
            .map(|(resource, _)| resource)
            .collect();
        if spent.is_empty() && request.resource.is_some() {
            return Err(Refusal::missing("nothing was repaired there of late: there is no budget to reset"));
        }
        let evidence = self.record("reset-budget", caller, json!(request), None, function).await?;
        for resource in &spent {
            let reset = |state: &mut ResourceState| {
                state.repairs.clear();
                state.escalated_until = None;
                ((), true)
            };
            self.ledger.update(Key::state(control, resource), reset).await?;
        }
        if request.resource.is_none() {
            self.ledger.put(Key::breaker(control), &BreakerState::default()).await?;
        }
        if let Some(duty) = duty_of(control) {
            self.bus.wake(duty, request.resource.as_deref(), false).await?;
        }
        let result = json!({
            "control": control, "resources": spent, "breaker": request.resource.is_none(), "by": caller,
        });
        Ok(Answer { action: "reset-budget", result, evidence: Some(evidence) })
    }
}
