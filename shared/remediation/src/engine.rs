//! The one way through, from an event to its outcomes.
//!
//! An event wakes the function and says where to look. Each resource there takes its own [`pass`](crate::pass): observe,
//! assess, and, only if something is wrong, decide, write the intent, apply, read back, record. Work is level-triggered:
//! a duplicate, late or out-of-order event costs reads and changes nothing, and the events that a repair itself causes
//! end after one read.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use evidence::{BaselineUsed, Cause, Function};
use futures_util::StreamExt;
use futures_util::future::join_all;
use policy::{Baseline, Outcome};
use serde::Serialize;
use serde_json::Value;

use crate::bus::Bus;
use crate::clients::CallCounter;
use crate::duty::{Repair, Scope};
use crate::error::Failure;
use crate::event::{Event, Home, Signal, Sweep};
use crate::ledger::{Ledger, Table};
use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::store::EvidenceStore;

/// How many resources a sweep looks at at once.
const CONCURRENCY: usize = 8;
/// A sweep goes on in a further invocation when less than this is left: one resource's reads, repair and verification.
const MARGIN: Duration = Duration::from_secs(60);
/// A sweep takes no more invocations than this.
const MAX_HOPS: u32 = 200;

/// A duty with all that the way needs.
pub struct Engine<D, T> {
    /// The duty.
    pub duty: D,
    /// What the deployment says.
    pub settings: Settings,
    /// The desired state.
    pub baseline: Baseline,
    /// Where it came from: `compiled` or an S3 URI.
    pub baseline_source: String,
    /// The evidence bucket.
    pub evidence: EvidenceStore,
    /// What is remembered between invocations.
    pub ledger: Ledger<T>,
    /// Whether an earlier run may have been cut off: so at the start of a process, and after a failure.
    pub unsettled: AtomicBool,
    /// The event bus.
    pub bus: Bus,
    /// Metrics.
    pub metrics: Metrics,
    /// Counts API calls.
    pub calls: CallCounter,
}

/// One invocation of the function.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Lambda's id of it.
    pub request_id: String,
    /// When Lambda ends it.
    pub deadline: Instant,
}

/// What all decisions of one invocation share.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// The event.
    pub(crate) cause: Cause,
    /// Whether an operator has ordered something.
    pub(crate) ordered: bool,
    /// The baseline.
    pub(crate) baseline: BaselineUsed,
    /// The code.
    pub(crate) function: Function,
    /// When Lambda ends the invocation.
    pub(crate) deadline: tokio::time::Instant,
}

impl Context {
    /// Until when it waits for others: its own repair takes time too.
    pub(crate) fn give_up(&self) -> tokio::time::Instant {
        self.deadline.checked_sub(MARGIN).unwrap_or(self.deadline)
    }
}

/// What an invocation answers.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// How many resources were looked at.
    pub checked: u32,
    /// Every decision that was made; nothing for what is compliant.
    pub outcomes: Vec<OutcomeLine>,
    /// Why the event led nowhere.
    pub ignored: Option<&'static str>,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeLine {
    /// The control's id.
    pub control: &'static str,
    /// The resource's id.
    pub resource: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The key of its record.
    pub evidence: String,
}

impl<D: Repair, T: Table> Engine<D, T> {
    /// Handles one event.
    ///
    /// # Errors
    /// When the event can't be understood, or anything that it led to was not done and verified.
    pub async fn handle(&self, payload: Value, invocation: &Invocation) -> Result<Summary, Failure> {
        let _ = self.calls.take();
        let result = Box::pin(self.route(payload, invocation)).await;
        if result.is_err() {
            self.unsettled.store(true, Ordering::Relaxed);
        }
        let checked = result.as_ref().map_or(0, |summary| summary.checked);
        self.metrics.invocation(D::NAME, self.calls.take(), checked.into());
        result
    }

    async fn route(&self, payload: Value, invocation: &Invocation) -> Result<Summary, Failure> {
        let home = Home { duty: D::NAME, account: &self.settings.account, region: &self.settings.region };
        let event = Event::parse(payload, home)?;
        let context = self.context(&event, invocation);
        let scope = match &event.signal {
            Signal::Sweep(sweep) => return self.sweep(sweep.clone(), &context, invocation).await,
            Signal::Wake { resource, .. } => return self.woken(resource, &context).await,
            Signal::Nothing(why) => Scope::Nothing(why),
            signal => self.duty.scope(signal),
        };
        match scope {
            Scope::Nothing(why) => {
                tracing::debug!(event_id = event.id, why, "nothing to look at");
                Ok(Summary { ignored: Some(why), ..Summary::default() })
            }
            Scope::All => self.sweep(Sweep::default(), &context, invocation).await,
            Scope::These(resources) => {
                let result = self.each(resources, &context).await;
                if self.unsettled.load(Ordering::Relaxed) {
                    let finished = self.finish_cut_off_runs(&context).await;
                    return result.and_then(|summary| finished.map(|()| summary));
                }
                result
            }
        }
    }

    /// Looks at one resource, whether or not something is wrong with it: a run may have been cut off after its repair.
    async fn woken(&self, resource: &str, context: &Context) -> Result<Summary, Failure> {
        let Some(at) = self.duty.resource(resource) else {
            return Ok(Summary { ignored: Some("not a resource of this duty"), ..Summary::default() });
        };
        let outcomes = self.run(&at, context).await?;
        Ok(Summary { checked: 1, outcomes, ignored: None })
    }

    /// Looks at the resources whose runs were cut off: each ends in a true record.
    async fn finish_cut_off_runs(&self, context: &Context) -> Result<(), Failure> {
        let listed = self.ledger.unfinished(D::NAME, &context.function.request_id).await;
        let cut_off = match listed {
            Ok(cut_off) => cut_off,
            // Whoever has to write anything will fail; what is compliant needs no ledger.
            Err(error) => {
                tracing::warn!(duty = D::NAME, %error, "the ledger can't be asked for runs that were cut off");
                return Ok(());
            }
        };
        self.unsettled.store(false, Ordering::Relaxed);
        for at in cut_off.iter().filter_map(|id| self.duty.resource(id)) {
            tracing::info!(duty = D::NAME, resource = %at, "an earlier run was cut off");
            self.run(&at, context).await?;
        }
        Ok(())
    }

    async fn each(&self, resources: Vec<D::Resource>, context: &Context) -> Result<Summary, Failure> {
        let mut summary = Summary::default();
        let mut failures = Failures::default();
        for result in join_all(resources.iter().map(|resource| self.pass(resource, context))).await {
            summary.checked += 1;
            failures.absorb(result, &mut summary);
        }
        failures.into_result::<D>(summary)
    }

    /// Looks at every resource; one that fails does not keep the others from being looked at.
    async fn sweep(&self, from: Sweep, context: &Context, invocation: &Invocation) -> Result<Summary, Failure> {
        let mut summary = Summary::default();
        let mut failures = Failures { count: from.failed, ..Failures::default() };
        if let Err(failure) = self.finish_cut_off_runs(context).await {
            failures.note(failure);
        }
        let mut last = from.after.clone();
        // The resources come in the order of their ids, so what was looked at already is skipped, also when the one
        // that the last invocation stopped at is gone by now.
        let listed = self.duty.list().filter(|item| {
            let seen = matches!((item, &from.after), (Ok(resource), Some(after)) if resource.to_string() <= *after);
            std::future::ready(!seen)
        });
        let mut chunks = pin!(listed.chunks(CONCURRENCY));
        while let Some(chunk) = chunks.next().await {
            let mut resources = Vec::with_capacity(chunk.len());
            for item in chunk {
                match item {
                    Ok(resource) => resources.push(resource),
                    Err(error) => failures.note(Failure::List(error, D::NAME)),
                }
            }
            for result in join_all(resources.iter().map(|resource| self.pass(resource, context))).await {
                summary.checked += 1;
                failures.absorb(result, &mut summary);
            }
            last = resources.last().map(ToString::to_string).or(last);
            if invocation.deadline.saturating_duration_since(Instant::now()) < MARGIN && from.hop < MAX_HOPS {
                let rest = Sweep { after: last, hop: from.hop + 1, failed: failures.count };
                tracing::info!(
                    duty = D::NAME,
                    checked = summary.checked,
                    hop = rest.hop,
                    "the sweep goes on in a further invocation"
                );
                let sent = self.bus.go_on(D::NAME, &rest).await;
                // Failures are counted on, and told by the sweep's last invocation: were this one to fail, Lambda's
                // retries would multiply the sweep.
                return match sent {
                    Ok(()) => Ok(summary),
                    Err(source) => {
                        Err(Failure::Notice { duty: D::NAME, resource: "the sweep".to_owned(), source: source.into() })
                    }
                };
            }
        }
        tracing::info!(duty = D::NAME, checked = summary.checked, failed = failures.count, "sweep ended");
        failures.into_result::<D>(summary)
    }

    fn context(&self, event: &Event, invocation: &Invocation) -> Context {
        let (name, source, actor, time) = match &event.signal {
            Signal::ApiCall(call) => (call.name.as_str(), call.source.as_str(), call.actor.clone(), call.time),
            Signal::MacieFinding { .. } => ("Macie Finding", "aws.macie", None, None),
            Signal::ObjectCreated { .. } => ("Object Created", "aws.s3", None, None),
            Signal::Wake { .. } => ("Wake", "phiward", None, None),
            Signal::Sweep(_) | Signal::Nothing(_) => ("Sweep", "schedule", None, None),
        };
        Context {
            cause: Cause {
                id: event.id.clone(),
                name: name.to_owned(),
                source: source.to_owned(),
                time: time.unwrap_or(event.time),
                actor,
            },
            ordered: matches!(event.signal, Signal::Wake { ordered: true, .. }),
            baseline: BaselineUsed { digest: self.baseline.digest.clone(), source: self.baseline_source.clone() },
            function: Function {
                name: self.settings.function_name.clone(),
                version: self.settings.function_version.clone(),
                request_id: invocation.request_id.clone(),
            },
            deadline: invocation.deadline.into(),
        }
    }
}

/// The failures of several resources: each is logged where it happens, the first one is told.
#[derive(Default)]
struct Failures {
    count: u32,
    first: Option<Failure>,
}

impl Failures {
    fn absorb(&mut self, result: Result<Vec<OutcomeLine>, Failure>, summary: &mut Summary) {
        match result {
            Ok(lines) => summary.outcomes.extend(lines),
            Err(failure) => self.note(failure),
        }
    }

    fn note(&mut self, failure: Failure) {
        tracing::error!(kind = failure.kind(), "{failure}");
        self.count += 1;
        self.first.get_or_insert(failure);
    }

    fn into_result<D: Repair>(self, summary: Summary) -> Result<Summary, Failure> {
        match self {
            Self { count: 0, .. } => Ok(summary),
            Self { count: 1, first: Some(failure) } => Err(failure),
            Self { count: failed, first } => {
                let first = first
                    .map_or_else(|| "see the log of an earlier invocation".to_owned(), |failure| failure.to_string());
                Err(Failure::Sweep { duty: D::NAME, failed, first })
            }
        }
    }
}

/// The time now; the only place where the wall clock is read.
#[must_use]
pub fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}
