//! A decision on its way to its outcome: what its records are going to say.

use evidence::{Decided, ResourceRef, Stream, Times};
use policy::memory::Told;
use serde::Serialize;
use serde_json::Value;

use crate::admission::Admitted;
use crate::conclude::json;
use crate::duty::Duty;
use crate::error::Failure;
use crate::pass::Site;
use crate::store::Head;

/// A decision on its way to its outcome.
pub(crate) struct Draft<S> {
    pub(crate) each: Admitted<S>,
    pub(crate) decided: Decided,
    /// The chain.
    pub(crate) stream: Stream,
    /// Its last record.
    pub(crate) head: Head,
    pub(crate) told: Option<Told>,
    /// The digest of what AWS has refused for good.
    pub(crate) refused: Option<String>,
}

/// The steps as they stand in records.
pub(crate) fn plan<S: Serialize>(steps: &[S], id: &str) -> Result<Vec<Value>, Failure> {
    steps.iter().map(|step| json(step, id)).collect()
}

/// What is known before anything is done.
pub(crate) fn decided<D: Duty>(
    each: &Admitted<D::Step>,
    site: &Site<'_, D::Resource>,
    before: &Value,
    plan: Vec<Value>,
    times: &Times,
) -> Decided {
    Decided {
        intent_id: None,
        duty: D::NAME.to_owned(),
        control: each.decision.control.into(),
        resource: ResourceRef { id: site.id.clone() },
        mode: each.decision.mode,
        held: each.held.clone(),
        outcome: (!each.applies()).then(|| each.outcome()),
        before: before.clone(),
        plan,
        person: each.person(),
        losses: each.decision.losses.clone(),
        after: None,
        error: None,
        event: site.context.cause.clone(),
        times: times.clone(),
        baseline: site.context.baseline.clone(),
        undo_of: None,
        recovered: None,
        occurrences: None,
    }
}
