//! What people may ask for.

mod exemptions;
mod orders;
mod pause;
mod reset;
mod show;

use chrono::{DateTime, Utc};
use evidence::{Function, record};
use policy::{Control, Millis, control};
use remediation::engine;

use crate::Operate;
use crate::answer::{Answer, Refusal};
use crate::request::Action;

impl Operate {
    pub(crate) async fn act(&self, caller: &str, action: Action, function: &Function) -> Result<Answer, Refusal> {
        match action {
            Action::Exempt(request) => self.exempt(caller, request, function).await,
            Action::Revoke(request) => self.revoke(caller, request, function).await,
            Action::Undo(request) => self.undo(caller, request, function).await,
            Action::Release(request) => self.release(caller, request, function).await,
            Action::Pause(request) => self.pause(caller, request, function).await,
            Action::Resume(request) => self.resume(caller, &request, function).await,
            Action::ResetBudget(request) => self.reset_budget(caller, request, function).await,
            Action::Show(request) => self.show(&request).await,
        }
    }
}

fn now() -> Millis {
    engine::now().timestamp_millis()
}

/// RFC 3339.
fn text(at: Millis) -> String {
    record::timestamp(DateTime::<Utc>::from_timestamp_millis(at).unwrap_or_default())
}

fn known(id: &str) -> Result<&'static Control, Refusal> {
    control::by_id(id).ok_or_else(|| Refusal::bad(format!("there is no control `{id}`; the README lists them all")))
}
