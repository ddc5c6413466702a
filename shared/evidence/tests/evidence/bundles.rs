//! Bundles to check: real records, sealed and chained as the functions do it.

use chrono::{DateTime, TimeDelta, Utc};
use evidence::bundle::{Bundle, HEADS_SCHEMA, Head, Heads};
use evidence::record::{parse_time, timestamp};
use evidence::{
    BaselineUsed, Body, Cause, ControlRef, Decided, Function, Held, Operation, OperationTimes, Record, ResourceRef,
    Stream, Times,
};
use policy::{Mode, Outcome, control};
use serde_json::json;

pub(crate) const EXPORTED: &str = "2026-03-04T12:00:00Z";

/// Long before the bundle was exported.
pub(crate) fn long_ago() -> DateTime<Utc> {
    parse_time(EXPORTED).unwrap() - TimeDelta::days(3)
}

pub(crate) fn function() -> Function {
    Function { name: "phiward-buckets".into(), version: "7".into(), request_id: "request-1".into() }
}

pub(crate) fn decided(control: &str, resource: &str, at: DateTime<Utc>) -> Decided {
    let control = control::by_id(control).unwrap();
    Decided {
        intent_id: None,
        duty: "buckets".into(),
        control: ControlRef::from(control),
        resource: ResourceRef { id: resource.into() },
        mode: Mode::Enforce,
        held: None,
        outcome: None,
        before: json!({"policy": {"Statement": [{"Condition": {"NumericLessThan": {"n": 0.1}}}]}, "ü\u{1}": [1, null]}),
        plan: vec![json!({"step": "put-policy"})],
        person: vec![],
        losses: vec![],
        after: None,
        error: None,
        event: Cause { id: "e-1".into(), name: "Sweep".into(), source: "schedule".into(), time: at, actor: None },
        times: Times { event: at, seen: at, repaired: None, recorded: at },
        baseline: BaselineUsed { digest: "0".repeat(64), source: "compiled".into() },
        undo_of: None,
        recovered: None,
        occurrences: None,
    }
}

pub(crate) fn operation(at: DateTime<Utc>) -> Body {
    Body::Operation(Operation {
        action: "pause".into(),
        actor: "arn:aws:iam::123456789012:user/o".into(),
        request: json!({"action": "pause", "reason": "a test"}),
        before: None,
        times: OperationTimes { recorded: at },
    })
}

/// A chain under construction.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    pub(crate) stream: Stream,
    control: String,
    resource: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) records: Vec<Record>,
    pub(crate) sealed: Vec<(String, Vec<u8>)>,
    last: Option<String>,
}

impl Writer {
    pub(crate) fn of(control: &str, resource: &str) -> Self {
        Self::on(Stream::of(control, resource), control, resource)
    }

    pub(crate) fn operations() -> Self {
        Self::on(Stream::operations(), "", "")
    }

    fn on(stream: Stream, control: &str, resource: &str) -> Self {
        let (control, resource) = (control.to_owned(), resource.to_owned());
        Self { stream, control, resource, at: long_ago(), records: vec![], sealed: vec![], last: None }
    }

    pub(crate) fn decided(&self) -> Decided {
        decided(&self.control, &self.resource, self.at)
    }

    pub(crate) fn append(mut self, body: Body) -> Self {
        let number = self.records.len() as u64 + 1;
        let record = Record::new(&self.stream, number, self.last.take(), body, function());
        let sealed = record.seal().unwrap();
        self.sealed.push((self.stream.key(number), sealed.bytes));
        self.last = Some(sealed.sha256);
        self.records.push(record);
        self
    }

    pub(crate) fn intent(self) -> Self {
        let body = Body::Intent(self.decided());
        self.append(body)
    }

    pub(crate) fn outcome(self, outcome: Outcome, change: impl FnOnce(&mut Decided)) -> Self {
        let mut decided = self.decided();
        decided.outcome = Some(outcome);
        decided.intent_id = self.open_intent();
        change(&mut decided);
        self.append(Body::Outcome(decided))
    }

    fn open_intent(&self) -> Option<String> {
        self.records.last().filter(|last| matches!(last.body, Body::Intent(_))).map(|intent| intent.record_id.clone())
    }

    /// An intent, its outcome, an outcome without one, and an intent with its outcome again.
    pub(crate) fn lived(self) -> Self {
        let exempt = |decided: &mut Decided| {
            let (resource, owner, expires) = ("*".into(), "privacy officer".into(), timestamp(long_ago()));
            decided.held = Some(Held::Exemption { resource, owner, expires });
        };
        let repaired = |decided: &mut Decided| decided.times.repaired = Some(long_ago());
        self.intent()
            .outcome(Outcome::Remediated, repaired)
            .outcome(Outcome::Exempt, exempt)
            .intent()
            .outcome(Outcome::Remediated, repaired)
    }

    pub(crate) fn head(&self) -> Head {
        let (stream, sequence) = (self.stream.to_string(), self.records.len() as u64);
        Head { stream, sequence, sha256: self.last.clone().unwrap() }
    }
}

/// Everything, and the heads of everything.
pub(crate) fn bundle(writers: &[Writer]) -> Bundle {
    let records = writers.iter().flat_map(|writer| writer.sealed.iter().cloned()).collect();
    let heads = writers.iter().map(Writer::head).collect();
    Bundle { records, heads: Some(Heads { schema: HEADS_SCHEMA.into(), exported: EXPORTED.into(), heads }) }
}
