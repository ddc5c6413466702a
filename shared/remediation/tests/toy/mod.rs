//! A duty that looks after lamps, which must be on and clean.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_sdk_eventbridge::operation::put_events::PutEventsOutput;
use aws_sdk_eventbridge::types::PutEventsResultEntry;
use aws_sdk_s3::error::ErrorMetadata;
use aws_sdk_s3::operation::put_object::{PutObjectError, PutObjectOutput};
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use futures_util::stream::{self, Stream};
use policy::control::{BUCKETS_TLS_ONLY, BUCKETS_VERSIONING};
use policy::{Baseline, Violation};
use remediation::bus::Bus;
use remediation::clients::CallCounter;
use remediation::engine::{Engine, Invocation, Summary};
use remediation::error::Failure;
use remediation::evidence::EvidenceStore;
use remediation::metrics::Metrics;
use remediation::{AwsError, Duty, ReadError, Repair, Scope, Settings, Signal, WriteError};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Clone, Default)]
pub(crate) struct Lamp {
    pub(crate) on: bool,
    pub(crate) dusty: bool,
    /// Switching it has no effect.
    pub(crate) stuck: bool,
    /// Switching it answers with this error.
    pub(crate) answer: Option<&'static str>,
    pub(crate) refuses: bool,
    pub(crate) unreadable: bool,
    pub(crate) shows_after_reads: u32,
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
    on: bool,
    dusty: bool,
}

#[derive(Clone, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub(crate) enum Step {
    SwitchOn,
}

#[derive(Default)]
pub(crate) struct Lamps {
    lamps: RefCell<BTreeMap<String, Lamp>>,
    reads: RefCell<u32>,
    writes: RefCell<Vec<String>>,
}

fn error(operation: &'static str, code: &str) -> AwsError {
    AwsError { operation, code: code.to_owned(), status: Some(500), request_id: None }
}

impl Duty for Lamps {
    const NAME: &'static str = "lamps";
    type Resource = String;
    type Observation = Seen;
    type Step = Step;

    fn scope(&self, signal: &Signal) -> Scope<String> {
        match signal {
            Signal::ApiCall(call) => Scope::These(call.parameter("lamp").map(str::to_owned).into_iter().collect()),
            _ => Scope::Nothing("not about lamps"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<String, ReadError>> {
        let names: Vec<_> = self.lamps.borrow().keys().cloned().map(Ok).collect();
        stream::iter(names)
    }

    async fn observe(&self, at: &String) -> Result<Option<Seen>, ReadError> {
        *self.reads.borrow_mut() += 1;
        let mut lamps = self.lamps.borrow_mut();
        let Some(lamp) = lamps.get_mut(at) else { return Ok(None) };
        if lamp.unreadable {
            return Err(error("toy:Look", "InternalError").into());
        }
        let visible = lamp.on && lamp.shows_after_reads == 0;
        if lamp.on {
            lamp.shows_after_reads = lamp.shows_after_reads.saturating_sub(1);
        }
        Ok(Some(Seen { on: visible, dusty: lamp.dusty }))
    }

    fn assess(&self, _: &String, seen: &Seen) -> Vec<Violation<Step>> {
        let mut found = Vec::new();
        if !seen.on {
            found.push(Violation::steps(&BUCKETS_TLS_ONLY, vec![Step::SwitchOn]));
        }
        if seen.dusty {
            found.push(Violation::person(&BUCKETS_VERSIONING, "wipe it"));
        }
        found
    }
}

impl Repair for Lamps {
    async fn apply(&self, at: &String, Step::SwitchOn: &Step) -> Result<(), WriteError> {
        self.writes.borrow_mut().push(at.clone());
        let mut lamps = self.lamps.borrow_mut();
        let lamp = lamps.get_mut(at).unwrap();
        if lamp.refuses {
            return Err(WriteError::Refused { advice: "screw it in".to_owned() });
        }
        lamp.on = !lamp.stuck;
        lamp.answer.map_or(Ok(()), |code| Err(error("toy:Switch", code).into()))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Evidence {
    Works,
    Fails,
    IsThereAlready,
}

pub(crate) struct World {
    duty: Option<Lamps>,
    engine: RefCell<Option<Engine<Lamps>>>,
    mode: &'static str,
    evidence: Evidence,
    bus_refuses: bool,
    time_left: Duration,
    records: Arc<Mutex<Vec<Value>>>,
    events: Arc<Mutex<Vec<Value>>>,
}

impl World {
    pub(crate) fn new(mode: &'static str) -> Self {
        Self {
            duty: Some(Lamps::default()),
            engine: RefCell::new(None),
            mode,
            evidence: Evidence::Works,
            bus_refuses: false,
            time_left: Duration::from_secs(600),
            records: Arc::default(),
            events: Arc::default(),
        }
    }

    pub(crate) fn with(self, name: &str, lamp: Lamp) -> Self {
        self.duty.as_ref().unwrap().lamps.borrow_mut().insert(name.to_owned(), lamp);
        self
    }

    pub(crate) fn evidence_fails(mut self) -> Self {
        self.evidence = Evidence::Fails;
        self
    }

    pub(crate) fn evidence_is_there_already(mut self) -> Self {
        self.evidence = Evidence::IsThereAlready;
        self
    }

    pub(crate) fn bus_refuses(mut self) -> Self {
        self.bus_refuses = true;
        self
    }

    pub(crate) fn minutes_left(mut self, minutes: u64) -> Self {
        self.time_left = Duration::from_secs(minutes * 60);
        self
    }

    pub(crate) fn reads(&self) -> u32 {
        self.look(|lamps| *lamps.reads.borrow())
    }

    pub(crate) fn writes(&self) -> Vec<String> {
        self.look(|lamps| lamps.writes.borrow().clone())
    }

    pub(crate) fn records(&self) -> Vec<Value> {
        self.records.lock().unwrap().clone()
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        self.events.lock().unwrap().clone()
    }

    fn look<T>(&self, what: impl Fn(&Lamps) -> T) -> T {
        match (&self.duty, &*self.engine.borrow()) {
            (_, Some(engine)) => what(&engine.duty),
            (Some(duty), None) => what(duty),
            (None, None) => panic!("no duty"),
        }
    }

    pub(crate) async fn handle(&self, event: Value) -> Result<Summary, Failure> {
        if self.engine.borrow().is_none() {
            let lamps = self.duty.as_ref().unwrap().lamps.take();
            let engine = self.engine(Lamps { lamps: RefCell::new(lamps), ..Lamps::default() });
            self.engine.replace(Some(engine));
        }
        let invocation = Invocation { request_id: "r".to_owned(), deadline: Instant::now() + self.time_left };
        let engine = self.engine.borrow();
        engine.as_ref().unwrap().handle(event, &invocation).await
    }

    fn engine(&self, duty: Lamps) -> Engine<Lamps> {
        let lookup = |name: &str| {
            Some(match name {
                "PHIWARD_MODE" => self.mode.to_owned(),
                "PHIWARD_ACCOUNT_ID" => "000000000000".to_owned(),
                "AWS_REGION" => "us-east-1".to_owned(),
                "PHIWARD_BASELINE_URI" => String::new(),
                _ => "x".to_owned(),
            })
        };
        let settings = Settings::read(&remediation::Environment(&lookup)).unwrap();
        let baseline = Baseline::parse(include_str!("../../../../baseline.toml")).unwrap();
        Engine {
            duty,
            settings,
            baseline,
            baseline_source: "compiled".to_owned(),
            evidence: EvidenceStore { s3: self.s3(), bucket: "evidence".to_owned(), owner: "000000000000".to_owned() },
            bus: Bus { client: self.event_bridge(), name: "default".to_owned() },
            metrics: Metrics::to(std::io::sink()),
            calls: CallCounter::default(),
        }
    }

    fn s3(&self) -> aws_sdk_s3::Client {
        let records = Arc::clone(&self.records);
        let keep = move |request: &aws_sdk_s3::operation::put_object::PutObjectInput| {
            assert_eq!(request.if_none_match(), Some("*"));
            assert_eq!(request.expected_bucket_owner(), Some("000000000000"));
            let record: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
            assert!(request.key().unwrap().contains(record["record_id"].as_str().unwrap()));
            records.lock().unwrap().push(record);
            true
        };
        let rule = mock!(aws_sdk_s3::Client::put_object).match_requests(keep);
        let rule = match self.evidence {
            Evidence::Works => rule.then_output(|| PutObjectOutput::builder().build()),
            Evidence::Fails => {
                rule.then_error(|| PutObjectError::generic(ErrorMetadata::builder().code("AccessDenied").build()))
            }
            Evidence::IsThereAlready => rule.then_http_response(|| {
                let body = "<Error><Code>PreconditionFailed</Code></Error>";
                aws_smithy_runtime_api::client::orchestrator::HttpResponse::new(412.try_into().unwrap(), body.into())
            }),
        };
        mock_client!(aws_sdk_s3, RuleMode::MatchAny, &[&rule])
    }

    fn event_bridge(&self) -> aws_sdk_eventbridge::Client {
        let events = Arc::clone(&self.events);
        let refuses = self.bus_refuses;
        let rule = mock!(aws_sdk_eventbridge::Client::put_events)
            .match_requests(move |request| {
                let entry = &request.entries()[0];
                assert_eq!(entry.source(), Some("phiward"));
                events.lock().unwrap().push(serde_json::from_str(entry.detail().unwrap()).unwrap());
                true
            })
            .then_output(move || {
                let entry = PutEventsResultEntry::builder();
                let entry = if refuses { entry.error_code("ThrottlingException") } else { entry.event_id("1") };
                PutEventsOutput::builder().failed_entry_count(i32::from(refuses)).entries(entry.build()).build()
            });
        mock_client!(aws_sdk_eventbridge, RuleMode::MatchAny, &[&rule])
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
