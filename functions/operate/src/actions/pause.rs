//! All repairs stop at once, without a deploy, or go on.

use evidence::Function;
use policy::memory;
use remediation::Key;
use serde_json::json;

use super::{now, text};
use crate::answer::{Answer, Refusal};
use crate::request::{Pause, Resume};
use crate::{Operate, duties};

impl Operate {
    pub(super) async fn pause(&self, caller: &str, request: Pause, function: &Function) -> Result<Answer, Refusal> {
        let reason = request.reason.trim();
        if reason.is_empty() || reason.chars().count() > 500 {
            return Err(Refusal::bad("`reason` must have 1 to 500 characters"));
        }
        let pause = memory::Pause { by: caller.to_owned(), at: now(), reason: reason.to_owned() };
        let evidence = self.record("pause", caller, json!(request), None, function).await?;
        self.ledger.put(Key::pause(), &pause).await?;
        let result = json!({"paused": true, "by": caller, "at": text(pause.at)});
        Ok(Answer { action: "pause", result, evidence: Some(evidence) })
    }

    pub(super) async fn resume(&self, caller: &str, request: &Resume, function: &Function) -> Result<Answer, Refusal> {
        let Some(pause) = self.ledger.read::<memory::Pause>(Key::pause()).await? else {
            return Err(Refusal::conflict("Phiward is not paused"));
        };
        let before = json!({"by": pause.body.by, "at": text(pause.body.at), "reason": pause.body.reason});
        let evidence = self.record("resume", caller, json!(request), Some(before), function).await?;
        self.ledger.remove(Key::pause()).await?;
        // What drifted meanwhile was only recorded.
        for duty in duties() {
            self.bus.wake(duty, None, false).await?;
        }
        Ok(Answer { action: "resume", result: json!({"paused": false, "by": caller}), evidence: Some(evidence) })
    }
}
