//! A duty that looks after lamps, which must be on and clean.

mod account;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use evidence::Stream;
use evidence::bundle::{Bundle, Head, Heads};
use evidence::verify::verify;
use futures_util::stream;
use policy::control::{BUCKETS_TLS_ONLY, BUCKETS_VERSIONING};
use policy::exemption::DAY;
use policy::memory::{Recurrence, ResourceState};
use policy::{Baseline, Exemption, Mode, Violation};
use remediation::bus::Bus;
use remediation::clients::CallCounter;
use remediation::engine::{Engine, Invocation, Reply, Summary, now};
use remediation::error::Failure;
use remediation::ledger::{Ledger, Order, OrderAction};
use remediation::metrics::Metrics;
use remediation::store::EvidenceStore;
use remediation::survey::Page;
use remediation::{
    AwsError, Duty, Journal, Key, ReadError, Repair, Restored, Scope, Settings, Signal, Undo, WriteError,
};
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) use account::Account;
use account::{AccountLines, MemoryTable};

/// The duty that these lamps' controls are of.
pub(crate) const DUTY: &str = "buckets";
const HIDDEN: &str = "hidden/";

/// A lamp's name. A secret one is not shown: its id is a hash.
#[derive(Clone)]
pub(crate) struct Name(String);

impl Name {
    fn is_secret(&self) -> bool {
        self.0.starts_with("secret")
    }

    /// A flash is over before anybody can look.
    fn is_flash(&self) -> bool {
        self.0.ends_with("flash")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_secret() { write!(f, "{}", Stream::of("hidden", &self.0)) } else { f.write_str(&self.0) }
    }
}

/// The id of a lamp.
pub(crate) fn id_of(lamp: &str) -> String {
    Name(lamp.to_owned()).to_string()
}

#[derive(Clone, Default)]
pub(crate) struct Lamp {
    pub(crate) on: bool,
    pub(crate) dusty: bool,
    /// It is switched on with a new bulb.
    pub(crate) shattered: bool,
    /// Switching it has no effect.
    pub(crate) stuck: bool,
    /// Switching it answers with this error.
    pub(crate) answer: Option<&'static str>,
    pub(crate) refuses: bool,
    pub(crate) unreadable: bool,
    pub(crate) shows_after_reads: u32,
    /// Switching it takes for ever: before it has an effect, or after.
    pub(crate) hangs: Option<Hangs>,
    /// Once it is switched, the evidence bucket takes nothing.
    pub(crate) breaks_the_evidence: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Hangs {
    Before,
    After,
}

impl Lamp {
    pub(crate) fn on() -> Self {
        Self { on: true, ..Self::default() }
    }

    pub(crate) fn off() -> Self {
        Self::default()
    }
}

#[derive(Serialize)]
pub(crate) struct Seen {
    name: String,
    on: bool,
    dusty: bool,
    shattered: bool,
}

#[derive(Clone, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub(crate) enum Step {
    SwitchOn,
    SwitchOff,
}

#[derive(Default)]
pub(crate) struct Lamps {
    lamps: RefCell<BTreeMap<String, Lamp>>,
    reads: RefCell<u32>,
    writes: RefCell<Vec<String>>,
    /// The plans that it was told were cut off, and how often it had been asked for the live state by then.
    resumed: RefCell<Vec<(Vec<Value>, u32)>>,
    evidence_fails: Arc<AtomicBool>,
    /// Where the repair of the lamp `own` is written down.
    journal: Option<Journal>,
    /// What its records say leads it nowhere.
    forgets: Cell<bool>,
}

fn error(operation: &'static str, code: &str) -> AwsError {
    AwsError { operation, code: code.to_owned(), status: Some(500), request_id: None }
}

impl Duty for Lamps {
    const NAME: &'static str = DUTY;
    type Resource = Name;
    type Observation = Seen;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Name> {
        (!id.starts_with(HIDDEN)).then(|| Name(id.to_owned()))
    }

    fn remembered(&self, before: &Value) -> Option<Name> {
        let name = before["name"].as_str().filter(|_| !self.forgets.get());
        name.map(|name| Name(name.to_owned()))
    }

    fn scope(&self, signal: &Signal) -> Scope<Name> {
        match signal {
            Signal::ApiCall(call) => {
                Scope::These(call.parameter("lamp").map(|name| Name(name.to_owned())).into_iter().collect())
            }
            _ => Scope::Nothing("not about lamps"),
        }
    }

    fn recurrence(&self, at: &Name) -> Recurrence {
        if at.is_flash() { Recurrence::Occurrence } else { Recurrence::State }
    }

    /// Nobody can list what is secret.
    fn list(&self) -> impl stream::Stream<Item = Result<Name, ReadError>> {
        let lamps = self.lamps.borrow();
        let names = lamps.keys().cloned().map(Name).filter(|name| !name.is_secret());
        stream::iter(names.map(Ok).collect::<Vec<_>>())
    }

    async fn observe(&self, at: &Name) -> Result<Option<Seen>, ReadError> {
        *self.reads.borrow_mut() += 1;
        let mut lamps = self.lamps.borrow_mut();
        let Some(lamp) = lamps.get_mut(&at.0) else { return Ok(None) };
        if lamp.unreadable {
            return Err(error("toy:Look", "InternalError").into());
        }
        let visible = lamp.on && lamp.shows_after_reads == 0;
        if lamp.on {
            lamp.shows_after_reads = lamp.shows_after_reads.saturating_sub(1);
        }
        Ok(Some(Seen { name: at.0.clone(), on: visible, dusty: lamp.dusty, shattered: lamp.shattered }))
    }

    fn assess(&self, _: &Name, seen: &Seen) -> Vec<Violation<Step>> {
        let mut found = Vec::new();
        if !seen.on {
            let off = Violation::steps(&BUCKETS_TLS_ONLY, vec![Step::SwitchOn]);
            found.push(if seen.shattered { off.losing("the old bulb is gone") } else { off });
        }
        if seen.dusty {
            found.push(Violation::person(&BUCKETS_VERSIONING, "wipe it"));
        }
        found
    }
}

impl Repair for Lamps {
    async fn apply(&self, Name(at): &Name, step: &Step) -> Result<(), WriteError> {
        self.writes.borrow_mut().push(at.clone());
        let hangs = self.lamps.borrow()[at].hangs;
        if hangs == Some(Hangs::Before) {
            std::future::pending::<()>().await;
        }
        let answer = {
            let mut lamps = self.lamps.borrow_mut();
            let lamp = lamps.get_mut(at).unwrap();
            if lamp.refuses {
                return Err(WriteError::Refused { advice: "screw it in".to_owned() });
            }
            lamp.on = matches!(step, Step::SwitchOn) && !lamp.stuck;
            self.evidence_fails.fetch_or(lamp.breaks_the_evidence, Ordering::Relaxed);
            lamp.answer
        };
        if hangs == Some(Hangs::After) {
            std::future::pending::<()>().await;
        }
        answer.map_or(Ok(()), |code| Err(error("toy:Switch", code).into()))
    }

    /// Others switch lamps too.
    fn document(&self, at: &Name, _: &Step) -> Option<Key> {
        Some(Key::document("switch", &at.0))
    }

    fn resume(&self, _: &Name, plan: &[Value]) {
        self.resumed.borrow_mut().push((plan.to_vec(), *self.reads.borrow()));
    }

    fn journal(&self, at: &Name) -> Option<&Journal> {
        self.journal.as_ref().filter(|_| at.0 == "own")
    }

    fn undo(&self, _: &Name, undo: &Undo, live: &Seen) -> Restored<Step> {
        match (&undo.before["on"], live.on) {
            (before, on) if *before == on => Restored::Already { reviewed: None },
            _ if undo.after["on"] == live.on => Restored::Steps(vec![Step::SwitchOff]),
            _ => Restored::Refused("it was switched since".to_owned()),
        }
    }
}

/// An engine, as a process of the function has it, in its account.
pub(crate) struct World {
    engine: Engine<Lamps, MemoryTable>,
    pub(crate) account: Arc<Account>,
    time_left: Duration,
}

impl World {
    pub(crate) fn new(mode: &'static str) -> Self {
        let account: Arc<Account> = Arc::default();
        let journal = Journal::to("arn:log".to_owned(), AccountLines(Arc::clone(&account)));
        let evidence_fails = Arc::clone(&account.evidence_fails);
        let lamps = Lamps { evidence_fails, journal: Some(journal), ..Lamps::default() };
        Self::in_account(mode, account, lamps)
    }

    fn in_account(mode: &str, account: Arc<Account>, duty: Lamps) -> Self {
        let lookup = |name: &str| {
            Some(match name {
                "PHIWARD_MODE" => mode.to_owned(),
                "PHIWARD_ACCOUNT_ID" => "000000000000".to_owned(),
                "AWS_REGION" => "us-east-1".to_owned(),
                "PHIWARD_BASELINE_URI" => String::new(),
                "PHIWARD_MAX_RESOURCES_PER_HOUR" => "20".to_owned(),
                _ => "x".to_owned(),
            })
        };
        let engine = Engine {
            duty,
            settings: Settings::read(&remediation::Environment(&lookup)).unwrap(),
            baseline: Baseline::parse(include_str!("../../../../../baseline.toml")).unwrap(),
            baseline_source: "compiled".to_owned(),
            evidence: EvidenceStore {
                s3: account.s3(),
                bucket: "evidence".to_owned(),
                owner: "000000000000".to_owned(),
            },
            ledger: Ledger { table: MemoryTable(Arc::clone(&account)) },
            unsettled: AtomicBool::new(true),
            bus: Bus { client: account.event_bridge(), name: "default".to_owned() },
            metrics: Metrics::to(std::io::sink()),
            calls: CallCounter::default(),
        };
        Self { engine, account, time_left: Duration::from_secs(600) }
    }

    /// The same account, and lamps, in a new process.
    pub(crate) fn restarted(self) -> Self {
        let mode = match self.engine.settings.mode {
            Mode::Off => "off",
            Mode::Detect => "detect",
            Mode::Enforce => "enforce",
        };
        Self::in_account(mode, self.account, self.engine.duty)
    }

    pub(crate) fn with(self, name: &str, lamp: Lamp) -> Self {
        self.set(name, lamp);
        self
    }

    pub(crate) fn set(&self, name: &str, lamp: Lamp) {
        self.engine.duty.lamps.borrow_mut().insert(name.to_owned(), lamp);
    }

    pub(crate) fn minutes_left(mut self, minutes: u64) -> Self {
        self.time_left = Duration::from_secs(minutes * 60);
        self
    }

    pub(crate) fn reads(&self) -> u32 {
        *self.engine.duty.reads.borrow()
    }

    pub(crate) fn writes(&self) -> Vec<String> {
        self.engine.duty.writes.borrow().clone()
    }

    pub(crate) fn resumed(&self) -> Vec<(Vec<Value>, u32)> {
        self.engine.duty.resumed.borrow().clone()
    }

    /// The records in the order in which they were written.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.account.records.lock().unwrap().iter().map(|(_, body)| serde_json::from_slice(body).unwrap()).collect()
    }

    /// What the check of the evidence finds, with the heads that the ledger knows.
    pub(crate) fn verify(&self) -> evidence::verify::Report {
        let records = self.account.records.lock().unwrap().iter().cloned().collect();
        let items = self.account.items.lock().unwrap();
        let heads = items.iter().filter_map(|(key, item)| {
            let control = key.partition.strip_prefix("state#")?;
            let state: ResourceState = serde_json::from_str(&item.body).unwrap();
            let stream = Stream::of(control, &key.sort).to_string();
            Some(Head { stream, sequence: state.sequence, sha256: state.sha256? })
        });
        let heads = Heads { schema: String::new(), exported: String::new(), heads: heads.collect() };
        verify(&Bundle { records, heads: Some(heads) })
    }

    /// The lines of the journal.
    pub(crate) fn journal(&self) -> Vec<Value> {
        self.account.journal.lock().unwrap().clone()
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        self.account.events.lock().unwrap().clone()
    }

    /// How many people were told.
    pub(crate) fn notices(&self) -> usize {
        self.events().iter().filter(|event| event["notice"] == true).count()
    }

    pub(crate) async fn handle(&self, event: Value) -> Result<Summary, Failure> {
        self.handle_as("request-1", event).await
    }

    pub(crate) async fn handle_as(&self, request_id: &str, event: Value) -> Result<Summary, Failure> {
        let deadline = Instant::now() + self.time_left;
        match self.engine.handle(event, &Invocation { request_id: request_id.to_owned(), deadline }).await? {
            Reply::Done(summary) => Ok(summary),
            Reply::Seen(_) => panic!("nobody has asked"),
        }
    }

    /// What the duty says that it sees.
    pub(crate) async fn surveyed(&self, after: Option<&str>) -> Page {
        let event = envelope("phiward", "Survey", json!({"duty": DUTY, "after": after}));
        let deadline = Instant::now() + self.time_left;
        let reply = self.engine.handle(event, &Invocation { request_id: "request-1".to_owned(), deadline }).await;
        let Reply::Seen(page) = reply.unwrap() else { panic!("something was done") };
        page
    }

    /// Puts something into the ledger, as `operate` does.
    pub(crate) async fn remember(&self, key: Key, body: &impl Serialize) {
        self.engine.ledger.put(key, body).await.unwrap();
    }

    pub(crate) async fn recall<B: serde::de::DeserializeOwned>(&self, key: Key) -> Option<B> {
        self.engine.ledger.read(key).await.unwrap().map(|item| item.body)
    }

    /// A person exempts lamps from being on, for a day.
    pub(crate) async fn exempt(&self, lamps: &str) {
        self.remember(Key::exemption(BUCKETS_TLS_ONLY.id, lamps), &exemption(lamps, DAY)).await;
    }

    /// A person orders that what was before a record comes back.
    pub(crate) async fn order(&self, lamp: &str, key: &str) {
        let records = self.account.records.lock().unwrap().clone();
        let body = records.iter().find(|(there, _)| there == key).map(|(_, body)| body.as_slice()).unwrap();
        let record: Value = serde_json::from_slice(body).unwrap();
        let order = Order {
            action: OrderAction::Undo,
            control: BUCKETS_TLS_ONLY.id.to_owned(),
            evidence: key.to_owned(),
            sha256: record["sha256"].as_str().unwrap().to_owned(),
            by: "arn:operator".to_owned(),
            at: now().timestamp_millis(),
            result: None,
        };
        self.remember(Key::order(DUTY, &id_of(lamp)), &order).await;
    }

    pub(crate) async fn order_of(&self, lamp: &str) -> Order {
        self.recall(Key::order(DUTY, &id_of(lamp))).await.unwrap()
    }

    /// What the records say leads to no lamp any more.
    pub(crate) fn forget(&self) {
        self.engine.duty.forgets.set(true);
    }

    /// The invocations of all runs have ended.
    pub(crate) fn time_of_the_dead_passes(&self) {
        let mut items = self.account.items.lock().unwrap();
        let held = |key: &Key| key.partition.starts_with("run#") || key.partition.starts_with("document#");
        for (_, item) in items.iter_mut().filter(|(key, _)| held(key)) {
            let mut run: Value = serde_json::from_str(&item.body).unwrap();
            run["until"] = json!(1);
            item.body = run.to_string();
        }
    }

    /// The runs that have not ended.
    pub(crate) fn runs(&self) -> usize {
        self.account.items.lock().unwrap().keys().filter(|key| key.partition.starts_with("run#")).count()
    }
}

pub(crate) fn envelope(source: &str, detail_type: &str, detail: Value) -> Value {
    json!({"version": "0", "id": "1", "detail-type": detail_type, "source": source, "account": "000000000000",
        "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": [], "detail": detail})
}

pub(crate) fn touched(lamp: &str) -> Value {
    let detail = json!({"eventSource": "toy.amazonaws.com", "eventName": "Touch", "requestParameters": {"lamp": lamp},
        "userIdentity": {"arn": "arn:aws:iam::000000000000:user/somebody"}, "eventTime": "2026-01-01T00:00:00Z"});
    envelope("aws.toy", "AWS API Call via CloudTrail", detail)
}

pub(crate) fn scheduled() -> Value {
    envelope("aws.events", "Scheduled Event", json!({}))
}

/// That a person has ordered something.
pub(crate) fn ordered(lamp: &str) -> Value {
    envelope("phiward", "Wake", json!({"duty": DUTY, "resource": id_of(lamp), "ordered": true}))
}

/// The heartbeat has a lamp looked at.
pub(crate) fn woken(lamp: &str) -> Value {
    envelope("phiward", "Wake", json!({"duty": DUTY, "resource": id_of(lamp)}))
}

/// Lamps that need not be on.
pub(crate) fn exemption(lamps: &str, expires_in: i64) -> Exemption {
    let now = now().timestamp_millis();
    let text = str::to_owned;
    Exemption {
        control: text(BUCKETS_TLS_ONLY.id),
        resource: text(lamps),
        reason: text("a reason"),
        owner: text("radiology"),
        by: text("arn:aws:iam::000000000000:user/operator"),
        made: now,
        expires: now + expires_in,
    }
}
