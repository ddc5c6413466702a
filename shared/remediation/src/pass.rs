//! One look at one resource.

use std::time::Duration;

use futures_util::future::try_join_all;
use policy::{Decision, Outcome, Remedy, Violation};

use crate::admission;
use crate::bus::{EvidenceRef, OutcomeDetail, is_notice};
use crate::duty::Repair;
use crate::engine::{Engine, OutcomeLine, now};
use crate::error::{Failure, ReadError, WriteError};
use crate::evidence::{Context, Cut, Kind, Record, Times};

/// How long a repair may take to show: AWS is eventually consistent.
const PATIENCE: Duration = Duration::from_secs(30);
/// The first wait between two readings; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// How the steps of one decision went.
enum Attempt {
    Applied,
    Refused(String),
    Failed(WriteError),
}

/// How one decision ended.
struct Ending {
    outcome: Outcome,
    person: Vec<String>,
    error: Option<Cut>,
}

/// What was read back.
enum After<O, S> {
    Seen(O, Vec<Violation<S>>),
    Gone,
    Unread(ReadError),
}

impl<D: Repair> Engine<D> {
    /// Observes, assesses, and repairs what the mode allows; every decision ends in a record.
    pub(crate) async fn pass(&self, at: &D::Resource, context: &Context) -> Result<Vec<OutcomeLine>, Failure> {
        let id = at.to_string();
        let read = self.duty.observe(at).await;
        let Some(before) = read.map_err(|source| Failure::Read { duty: D::NAME, resource: id.clone(), source })? else {
            tracing::debug!(duty = D::NAME, resource = id, "gone");
            return Ok(Vec::new());
        };
        let decisions = admission::admit(self.duty.assess(at, &before), &self.baseline, self.settings.mode);
        if decisions.is_empty() {
            tracing::debug!(duty = D::NAME, resource = id, "compliant");
            return Ok(Vec::new());
        }
        let times = Times { event: context.cause.time, seen: now(), repaired: None, recorded: now() };

        // Evidence before change: without every intent on record, nothing is written.
        let intents = try_join_all(decisions.iter().filter(|decision| decision.applies()).map(async |decision| {
            let record = Record::intent(D::NAME, &id, decision, &before, context, times.clone());
            self.evidence.write(&record).await.map(|_| (decision.control.id, record.record_id))
        }));
        let intents = intents.await.map_err(|source| self.evidence_failure(&id, "intent", source))?;

        let mut attempts = Vec::with_capacity(decisions.len());
        for decision in &decisions {
            attempts.push(if decision.applies() { Some(self.attempt(at, decision).await) } else { None });
        }
        let after = if intents.is_empty() { None } else { Some(self.read_back(at, &decisions, &attempts).await) };
        let repaired = now();

        let mut lines = Vec::with_capacity(decisions.len());
        let mut failure = None;
        for (decision, attempt) in decisions.iter().zip(attempts) {
            let intent_id =
                intents.iter().find(|(control, _)| *control == decision.control.id).map(|(_, id)| id.clone());
            let ending = match attempt {
                Some(attempt) => judge(decision, attempt, after.as_ref()),
                None => {
                    Ending { outcome: decision.outcome_without_change(), person: decision.person.clone(), error: None }
                }
            };
            let fixed = (ending.outcome == Outcome::Remediated).then_some(repaired);
            let mut record = Record::intent(D::NAME, &id, decision, &before, context, times.clone());
            record.kind = Kind::Outcome;
            record.intent_id = intent_id;
            record.outcome = Some(ending.outcome);
            record.person = ending.person;
            record.error = ending.error;
            record.after = match &after {
                Some(After::Seen(seen, _)) => Some(seen),
                _ => None,
            };
            record.times.repaired = fixed;
            record.times.recorded = now();
            // What went wrong is told at the end: a record or a notice that fails must not cost the other controls theirs.
            let evidence = match self.evidence.write(&record).await {
                Ok(key) => key,
                Err(source) => {
                    failure.get_or_insert(self.evidence_failure(&id, "outcome", source));
                    continue;
                }
            };
            if let Err(unheard) = self.tell(&record, &evidence, context).await {
                failure.get_or_insert(unheard);
            }
            if let Some(error) = &record.error {
                failure.get_or_insert_with(|| Failure::Unrepaired {
                    duty: D::NAME,
                    control: decision.control.id,
                    resource: id.clone(),
                    cause: error.message.clone(),
                    evidence: evidence.clone(),
                });
            }
            lines.push(OutcomeLine {
                control: decision.control.id,
                resource: id.clone(),
                outcome: ending.outcome,
                evidence,
            });
        }
        failure.map_or(Ok(lines), Err)
    }

    /// Applies the steps in order; the first that fails ends the attempt, other controls still have theirs.
    async fn attempt(&self, at: &D::Resource, decision: &Decision<D::Step>) -> Attempt {
        for step in &decision.steps {
            match self.duty.apply(at, step).await {
                Ok(()) => {}
                Err(WriteError::Refused { advice }) => return Attempt::Refused(advice),
                Err(error) => return Attempt::Failed(error),
            }
        }
        Attempt::Applied
    }

    /// Reads until no applied control has steps left, or patience ends.
    async fn read_back(
        &self,
        at: &D::Resource,
        decisions: &[Decision<D::Step>],
        attempts: &[Option<Attempt>],
    ) -> After<D::Observation, D::Step> {
        let awaited = |violation: &Violation<D::Step>| {
            let applied = |(decision, attempt): (&Decision<D::Step>, &Option<Attempt>)| {
                matches!(attempt, Some(Attempt::Applied)) && decision.control.id == violation.control.id
            };
            matches!(violation.remedy, Remedy::Steps(_)) && decisions.iter().zip(attempts).any(applied)
        };
        let started = tokio::time::Instant::now();
        let mut wait = FIRST_WAIT;
        loop {
            let seen = match self.duty.observe(at).await {
                Ok(Some(seen)) => {
                    let left = self.duty.assess(at, &seen);
                    let done = !left.iter().any(awaited);
                    let seen = After::Seen(seen, left);
                    if done {
                        return seen;
                    }
                    seen
                }
                Ok(None) => return After::Gone,
                Err(error) => After::Unread(error),
            };
            if started.elapsed() + wait > PATIENCE {
                return seen;
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }

    /// Says it everywhere: log, metric, event bus.
    async fn tell(
        &self,
        record: &Record<'_, D::Observation, D::Step>,
        evidence: &str,
        context: &Context,
    ) -> Result<(), Failure> {
        let Some(outcome) = record.outcome else { return Ok(()) };
        let time_to_repair = record.times.repaired.map(|repaired| repaired - record.times.event);
        self.metrics.outcome(record.control, outcome, time_to_repair.and_then(|time| time.to_std().ok()));
        let resource = record.resource.id.as_str();
        tracing::info!(
            duty = D::NAME,
            control = record.control.id,
            resource,
            outcome = outcome.as_str(),
            evidence,
            "decided"
        );
        let detail = OutcomeDetail {
            duty: D::NAME,
            control: record.control.id,
            title: record.control.title,
            citation: record.control.citation,
            severity: record.control.severity,
            resource,
            outcome,
            mode: record.mode,
            actor: context.cause.actor.as_deref(),
            event_name: &context.cause.name,
            person: &record.person,
            evidence: EvidenceRef { bucket: &self.evidence.bucket, key: evidence },
            time_to_repair_ms: time_to_repair.map(|time| time.num_milliseconds()),
            notice: is_notice(record.control),
        };
        let sent = self.bus.outcome(&detail).await;
        sent.map_err(|source| Failure::Notice { duty: D::NAME, resource: resource.to_owned(), source: source.into() })
    }

    fn evidence_failure(&self, resource: &str, stage: &'static str, source: crate::error::AwsError) -> Failure {
        Failure::Evidence { duty: D::NAME, resource: resource.to_owned(), stage, source: source.into() }
    }
}

/// Only what was read back decides: a step that failed but whose effect is there is done, one that succeeded without
/// effect is not.
fn judge<O, S>(decision: &Decision<S>, attempt: Attempt, after: Option<&After<O, S>>) -> Ending {
    let mut person = Vec::new();
    let failed = |code: &str, message: String, person| Ending {
        outcome: Outcome::Failed,
        person,
        error: Some(Cut { code: code.to_owned(), message }),
    };
    let left = match after {
        Some(After::Seen(_, left)) => left,
        Some(After::Gone) => {
            let advice = "the resource disappeared while it was repaired; find out who deleted it".to_owned();
            return Ending { outcome: Outcome::Reported, person: vec![advice], error: None };
        }
        Some(After::Unread(error)) => return failed("Unread", format!("it could not be read back: {error}"), person),
        None => return failed("Unread", "it was not read back".to_owned(), person),
    };
    let mut steps_left = false;
    for violation in left.iter().filter(|violation| violation.control.id == decision.control.id) {
        match &violation.remedy {
            Remedy::Steps(_) => steps_left = true,
            Remedy::Person(advice) => person.push(advice.clone()),
        }
    }
    match attempt {
        Attempt::Refused(advice) if steps_left => {
            person.push(advice);
            Ending { outcome: Outcome::Reported, person, error: None }
        }
        Attempt::Failed(error) if steps_left => {
            let code = match &error {
                WriteError::Aws(error) => error.code.clone(),
                WriteError::Changed(_) => "Changed".to_owned(),
                WriteError::Refused { .. } => "Refused".to_owned(),
            };
            failed(&code, error.to_string(), person)
        }
        Attempt::Applied if steps_left => {
            failed("Unverified", format!("the change does not show after {} s", PATIENCE.as_secs()), person)
        }
        _ if person.is_empty() => Ending { outcome: Outcome::Remediated, person, error: None },
        _ => Ending { outcome: Outcome::Reported, person, error: None },
    }
}
