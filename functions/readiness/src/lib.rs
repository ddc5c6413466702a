//! The readiness sweep and its report.
//!
//! The guide ends with a checklist that a compliance reviewer signs (45 CFR 164.308(a)(8), evaluation). It is filled in from
//! live state: each duty's own function is asked what it sees, with that duty's own permissions and settings
//! ([`duties`]); what no duty looks after is read here ([`account`]); what has been since the last report comes from the ledger
//! and the evidence ([`memory`]). The crate `report` judges it; this one only finds it out, and writes two files.
//!
//! It changes nothing but its own reports. Asking a duty is no way to have something repaired: a question is answered by the
//! reading half alone, and any other event that a duty is sent only says where to look.
//!
//! A large account takes several invocations: what was found out so far lies beside the reports, and the next invocation goes
//! on from there.

mod account;
mod canary;
mod duties;
mod failure;
mod gather;
mod memory;
mod run;
mod settings;
mod store;

use std::time::{Duration, Instant, SystemTime};

use policy::Baseline;
use remediation::bus::Bus;
use remediation::event::{Event, Home, Signal};
use remediation::ledger::{DynamoTable, Ledger};
use remediation::metrics::Metrics;
use remediation::store::EvidenceStore;
use remediation::{Environment, Foundation, Parts, Settings, StartError};
use serde::Serialize;
use serde_json::Value;

use account::Account;
use canary::Canary;
use duties::Duties;
pub use failure::Failure;
use settings::Own;
use store::ReportStore;

/// The name of this function, as rules and reports know it.
pub const NAME: &str = "readiness";

/// The function with its clients.
pub struct Readiness {
    settings: Settings,
    own: Own,
    baseline: Baseline,
    baseline_source: String,
    ledger: Ledger<DynamoTable>,
    evidence: EvidenceStore,
    reports: ReportStore,
    bus: Bus,
    duties: Duties,
    account: Account,
    canary: Option<Canary>,
    metrics: Metrics,
}

/// What an invocation answers.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// A report was written.
    Reported {
        /// Its run.
        run: String,
        /// Its verdict.
        ready: bool,
        /// How many boxes have which answer.
        boxes: std::collections::BTreeMap<String, usize>,
        /// The URI of the page.
        report: String,
    },
    /// A further invocation goes on.
    GoesOn {
        /// The run.
        run: String,
        /// Which invocation of it comes next.
        hop: u32,
        /// How many resources were looked at so far.
        looked_at: u64,
    },
    /// The event led nowhere.
    Ignored {
        /// Why.
        ignored: &'static str,
    },
}

impl Readiness {
    /// Starts.
    ///
    /// # Errors
    /// When the environment or the baseline is not as it must be.
    pub async fn start() -> Result<Self, StartError> {
        let lookup = |name: &str| std::env::var(name).ok();
        let environment = Environment(&lookup);
        let base = Foundation::lay(&environment).await?;
        let own = Own::read(&environment)?;
        let parts = Parts {
            sdk: &base.sdk,
            environment: &environment,
            settings: &base.settings,
            baseline: &base.baseline,
            s3: base.s3.clone(),
            calls: base.calls.clone(),
        };
        Ok(Self {
            duties: Duties::new(&parts, own.duties.clone()),
            account: Account::new(&parts, &own),
            canary: own.canary.clone().map(|asked| Canary::new(&parts, asked)),
            reports: ReportStore::beside(&base.evidence),
            settings: base.settings,
            own,
            baseline: base.baseline,
            baseline_source: base.baseline_source,
            ledger: base.ledger,
            evidence: base.evidence,
            bus: base.bus,
            metrics: Metrics::to(std::io::stdout()),
        })
    }

    /// Does what the event says: begins a report, or goes on with one.
    ///
    /// # Errors
    /// When the report can't be written, or its next invocation not be called.
    pub async fn handle(&self, payload: Value, request_id: &str, deadline: Instant) -> Result<Reply, Failure> {
        let home = Home { duty: NAME, account: &self.settings.account, region: &self.settings.region };
        match Event::parse(payload, home)?.signal {
            Signal::Sweep(sweep) => match sweep.after {
                Some(run) => self.go_on(&run, sweep.hop, deadline).await,
                None => self.begin(request_id, deadline).await,
            },
            Signal::Nothing(why) => Ok(Reply::Ignored { ignored: why }),
            _ => Ok(Reply::Ignored { ignored: "not an event that asks for a report" }),
        }
    }
}

/// When Lambda ends the invocation.
#[must_use]
pub fn deadline(unix_millis: u64) -> Instant {
    let until = SystemTime::UNIX_EPOCH + Duration::from_millis(unix_millis);
    Instant::now() + until.duration_since(SystemTime::now()).unwrap_or_default()
}
