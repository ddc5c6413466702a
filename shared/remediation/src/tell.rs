//! An outcome is said everywhere: log, metric, event bus.

use evidence::{Decided, canonical};
use policy::{Mode, Outcome, Severity};
use serde_json::{Value, json};

use crate::bus::{EvidenceRef, OutcomeDetail};
use crate::duty::Repair;
use crate::engine::Engine;
use crate::error::Failure;
use crate::ledger::Table;

/// That a run was cut off before its change took effect; a new one follows at once, and tells how that ends.
pub(crate) const INTERRUPTED: &str = "Interrupted";

/// The digest of what a decision says; the same digest is not told again for a day.
pub(crate) fn verdict(decided: &Decided) -> String {
    let code = decided.error.as_ref().map(|error| &error.code);
    let said = json!({
        "outcome": decided.outcome, "plan": decided.plan, "person": decided.person, "code": code,
    });
    canonical::canonical(&said).map(|bytes| canonical::sha256(&bytes)).unwrap_or_default()
}

/// The digest of what is to be done to which state.
pub(crate) fn attempt_of(before: &Value, plan: &[Value]) -> String {
    let said = json!({"before": before, "plan": plan});
    canonical::canonical(&said).map(|bytes| canonical::sha256(&bytes)).unwrap_or_default()
}

/// What to do about an outcome, beside what the duty says.
fn advice(decided: &Decided) -> Option<String> {
    if let Some(occurrences) = decided.occurrences.filter(|count| *count > 1) {
        return Some(format!("it has happened {occurrences} times since it was told last"));
    }
    let error = decided.error.as_ref().map_or("", |error| error.message.as_str());
    match decided.outcome? {
        Outcome::Remediated => Some("nothing is left to repair; find out why it was changed".to_owned()),
        Outcome::Detected if decided.mode == Mode::Detect => {
            Some("repair it by hand, or let Phiward: deploy with Mode=enforce".to_owned())
        }
        Outcome::Detected => Some("Phiward is paused: `operate resume` lets it repair this".to_owned()),
        Outcome::Failed => Some(format!(
            "Phiward could not repair it ({error}) and tries again; if it goes on failing, the event lies in the \
             dead-letter queue: put the cause right and replay it"
        )),
        Outcome::Compliant | Outcome::Reported | Outcome::Exempt | Outcome::Escalated => None,
    }
}

/// How much an outcome matters: a stop needs a person soon.
fn severity(decided: &Decided) -> Severity {
    match decided.outcome {
        Some(Outcome::Escalated) => decided.control.severity.max(Severity::High),
        _ => decided.control.severity,
    }
}

/// Whether people are told: not of what is merely put on record, nor of what a person has decided. A run that was cut off
/// has its follower to tell of it, except of a loss: that one may not see it any more.
fn is_notice(decided: &Decided) -> bool {
    let interrupted = decided.error.as_ref().is_some_and(|error| error.code == INTERRUPTED);
    decided.control.severity > Severity::Informational
        && decided.outcome != Some(Outcome::Exempt)
        && (!interrupted || !decided.losses.is_empty())
}

impl<D: Repair, T: Table> Engine<D, T> {
    /// Says it everywhere; `quietly`: no person is told, as one has been.
    pub(crate) async fn tell(
        &self,
        decided: &Decided,
        evidence: EvidenceRef<'_>,
        quietly: bool,
    ) -> Result<(), Failure> {
        let Some(outcome) = decided.outcome else { return Ok(()) };
        let place = evidence.place.clone();
        let time_to_repair = decided.times.repaired.map(|repaired| repaired - decided.times.event);
        let resource = decided.resource.id.as_str();
        let mut person = decided.person.clone();
        person.extend(advice(decided));
        let detail = OutcomeDetail {
            duty: D::NAME,
            control: &decided.control.id,
            title: &decided.control.title,
            citation: &decided.control.citation,
            severity: severity(decided),
            resource,
            outcome,
            mode: decided.mode,
            actor: decided.event.actor.as_deref(),
            event_name: &decided.event.name,
            person: &person,
            occurrences: decided.occurrences,
            evidence,
            time_to_repair_ms: time_to_repair.map(|time| time.num_milliseconds()),
            notice: is_notice(decided) && !quietly,
        };
        let sent = self.bus.outcome(&detail).await;
        sent.map_err(|source| Failure::Notice { duty: D::NAME, resource: resource.to_owned(), source: source.into() })?;
        let time_to_repair = time_to_repair.and_then(|time| time.to_std().ok());
        self.metrics.outcome(&decided.control.id, outcome, time_to_repair);
        tracing::info!(
            duty = D::NAME,
            control = decided.control.id,
            resource,
            outcome = outcome.as_str(),
            actor = decided.event.actor.as_deref().unwrap_or("none"),
            evidence = place,
            "decided"
        );
        Ok(())
    }
}
