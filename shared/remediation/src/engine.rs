//! The one way through, from an event to its outcomes.
//!
//! An event wakes the function and says where to look. Each resource there takes its own [`pass`](crate::pass): observe,
//! assess, and, only if something is wrong, decide, write the intent, apply, read back, record. Work is level-triggered:
//! a duplicate, late or out-of-order event costs reads and changes nothing, and the events that a repair itself causes
//! end after one read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use policy::{Baseline, Outcome};
use serde::Serialize;
use serde_json::Value;

use crate::bus::Bus;
use crate::clients::CallCounter;
use crate::context::Context;
use crate::duty::{Repair, Scope};
use crate::error::Failure;
use crate::event::{Event, Home, Signal, Sweep};
use crate::failures::Failures;
use crate::ledger::{Ledger, Table};
use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::store::EvidenceStore;
use crate::survey::{self, Page};

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

/// What an invocation answers.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// What was done.
    Done(Summary),
    /// What is seen; nothing was done.
    Seen(Page),
}

/// What an invocation has done.
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
    pub async fn handle(&self, payload: Value, invocation: &Invocation) -> Result<Reply, Failure> {
        let _ = self.calls.take();
        let result = Box::pin(self.route(payload, invocation)).await;
        if result.is_err() {
            self.unsettled.store(true, Ordering::Relaxed);
        }
        let checked = match &result {
            Ok(Reply::Done(summary)) => summary.checked.into(),
            Ok(Reply::Seen(page)) => page.resources.len() as u64,
            Err(_) => 0,
        };
        self.metrics.invocation(D::NAME, self.calls.take(), checked);
        result
    }

    async fn route(&self, payload: Value, invocation: &Invocation) -> Result<Reply, Failure> {
        let home = Home { duty: D::NAME, account: &self.settings.account, region: &self.settings.region };
        let event = Event::parse(payload, home)?;
        if let Signal::Survey(from) = event.signal {
            let page = survey::survey(&self.duty, from, &self.baseline, &self.settings, invocation);
            return Ok(Reply::Seen(page.await));
        }
        self.act(&event, invocation).await.map(Reply::Done)
    }

    async fn act(&self, event: &Event, invocation: &Invocation) -> Result<Summary, Failure> {
        let context = self.context(event, invocation);
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
            Scope::These(resources) => self.these(resources, &context).await,
        }
    }

    async fn these(&self, resources: Vec<D::Resource>, context: &Context) -> Result<Summary, Failure> {
        let mut summary = Summary::default();
        let mut failures = Failures::default();
        self.each(&resources, context, &mut summary, &mut failures).await;
        if self.unsettled.load(Ordering::Relaxed) {
            self.finish_cut_off_runs(&resources, context, &mut failures).await;
        }
        failures.into_result::<D>(summary)
    }

    /// Looks at some resources at once; one that fails does not keep the others from being looked at.
    pub(crate) async fn each(
        &self,
        resources: &[D::Resource],
        context: &Context,
        summary: &mut Summary,
        failures: &mut Failures,
    ) {
        let results = join_all(resources.iter().map(|resource| self.pass(resource, context))).await;
        for (resource, result) in resources.iter().zip(results) {
            summary.checked += 1;
            match result {
                Ok(lines) => summary.outcomes.extend(lines),
                Err(failure) => failures.of(resource.to_string(), failure),
            }
        }
    }
}

/// The time now; the only place where the wall clock is read.
#[must_use]
pub fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}
