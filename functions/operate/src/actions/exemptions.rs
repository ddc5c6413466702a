//! A person decides that a control does not hold for a resource until a day, or that it holds again.

use chrono::DateTime;
use evidence::Function;
use policy::Exemption;
use remediation::Key;
use serde_json::{Value, json};

use super::{known, now, text};
use crate::answer::{Answer, Refusal};
use crate::request::{Exempt, Revoke};
use crate::{Operate, duty_of};

/// An exemption as people read it.
pub(super) fn shown(exemption: &Exemption) -> Value {
    json!({
        "control": exemption.control, "resource": exemption.resource, "reason": exemption.reason,
        "owner": exemption.owner, "by": exemption.by, "made": text(exemption.made), "expires": text(exemption.expires),
        "live": now() < exemption.expires,
    })
}

impl Operate {
    pub(super) async fn exempt(&self, caller: &str, request: Exempt, function: &Function) -> Result<Answer, Refusal> {
        let expires = DateTime::parse_from_rfc3339(&request.expires)
            .map_err(|_| Refusal::bad("`expires` must be a time in RFC 3339, such as 2027-01-31T00:00:00Z"))?;
        let on_record = json!(request);
        let exemption = Exemption {
            control: request.control,
            resource: request.resource,
            reason: request.reason,
            owner: request.owner,
            by: caller.to_owned(),
            made: now(),
            expires: expires.timestamp_millis(),
        };
        exemption.check(&self.baseline.exemptions, now()).map_err(|error| Refusal::bad(error.to_string()))?;
        let key = Key::exemption(&exemption.control, &exemption.resource);
        let before = self.ledger.read::<Exemption>(key.clone()).await?.map(|earlier| shown(&earlier.body));
        let evidence = self.record("exempt", caller, on_record, before, function).await?;
        self.ledger.put(key, &exemption).await?;
        Ok(Answer { action: "exempt", result: shown(&exemption), evidence: Some(evidence) })
    }

    pub(super) async fn revoke(&self, caller: &str, request: Revoke, function: &Function) -> Result<Answer, Refusal> {
        known(&request.control)?;
        let key = Key::exemption(&request.control, &request.resource);
        let Some(earlier) = self.ledger.read::<Exemption>(key.clone()).await? else {
            let what = "there is no exemption of this control for exactly this resource or pattern; `show` lists them";
            return Err(Refusal::missing(what));
        };
        let before = shown(&earlier.body);
        let evidence = self.record("revoke", caller, json!(request), Some(before.clone()), function).await?;
        self.ledger.remove(key).await?;
        self.look_again(&request.control, &request.resource).await?;
        Ok(Answer { action: "revoke", result: json!({"revoked": before, "by": caller}), evidence: Some(evidence) })
    }

    /// What was exempt may have drifted meanwhile; no event will tell.
    pub(crate) async fn look_again(&self, control: &str, resource: &str) -> Result<(), remediation::AwsError> {
        let Some(duty) = duty_of(control) else { return Ok(()) };
        let one = (!resource.contains('*')).then_some(resource);
        self.bus.wake(duty, one, false).await
    }
}
