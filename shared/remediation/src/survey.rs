//! What a duty sees, told to whoever asks, and nothing else: the reading half of the way. A report is made from it. No ledger,
//! no record, no step.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Instant;

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::future::join_all;
use policy::{Baseline, Mode, Remedy, Violation, control};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::MARGIN;
use crate::duty::Duty;
use crate::engine::{Invocation, now};
use crate::error::ReadError;
use crate::settings::Settings;
use crate::sweep::CONCURRENCY;

/// The most resources of one answer, which Lambda lets be 6 MB long.
const MOST: usize = 500;

/// A question: what is wrong?
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// The id of the last resource of the page before.
    pub after: Option<String>,
}

/// One page of the answer, free of PHI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The duty.
    pub duty: String,
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// SHA-256 of the baseline that it goes by.
    pub baseline: String,
    /// The duty's controls, with their modes here.
    pub controls: BTreeMap<String, Mode>,
    /// The resources of this page that are there, in the order of their ids.
    pub resources: Vec<String>,
    /// What is wrong with them, modes notwithstanding.
    pub violations: Vec<Violated>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// Where the next page begins; `None`: this is the last one.
    pub next: Option<String>,
}

/// A control that a resource violates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violated {
    /// The control's id.
    pub control: String,
    /// The resource's id.
    pub resource: String,
    /// What a person must do, or which steps repair it.
    pub says: String,
    /// What a person may have looked at and released; then it is no concern.
    pub subject: Option<String>,
}

/// What could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The resource's id; `None`: (part of) the list of resources.
    pub resource: Option<String>,
    /// The operation, AWS's code, the HTTP status; never AWS's message.
    pub error: String,
}

/// One page: as many resources as fit into the time and the answer.
pub(crate) async fn survey<D: Duty>(
    duty: &D,
    from: Survey,
    baseline: &Baseline,
    settings: &Settings,
    invocation: &Invocation,
) -> Page {
    let own = |control: &&&control::Control| control.id.split_once('.').is_some_and(|(duty, _)| duty == D::NAME);
    let modes = control::ALL.iter().filter(own);
    let mut page = Page {
        duty: D::NAME.to_owned(),
        at: now(),
        baseline: baseline.digest.clone(),
        controls: modes.map(|control| (control.id.to_owned(), baseline.mode_of(control, settings.mode))).collect(),
        resources: Vec::new(),
        violations: Vec::new(),
        unread: Vec::new(),
        next: None,
    };
    let listed = duty.list().filter(|item| {
        let seen = matches!((item, &from.after), (Ok(resource), Some(after)) if resource.to_string() <= *after);
        std::future::ready(!seen)
    });
    let mut chunks = pin!(listed.chunks(CONCURRENCY));
    let mut last = None;
    let mut looked = 0;
    while let Some(chunk) = chunks.next().await {
        // Asked with something in hand, so that the last page is known to be the last.
        let late = invocation.deadline.saturating_duration_since(Instant::now()) < MARGIN;
        if looked > 0 && (late || looked >= MOST) {
            page.next = last;
            break;
        }
        let (resources, failed): (Vec<_>, Vec<_>) = chunk.into_iter().partition(Result::is_ok);
        page.unread.extend(failed.into_iter().filter_map(Result::err).map(|error| unread(None, &error)));
        let resources: Vec<D::Resource> = resources.into_iter().filter_map(Result::ok).collect();
        for (at, seen) in resources.iter().zip(join_all(resources.iter().map(|at| duty.observe(at))).await) {
            page.note(duty, at, seen);
        }
        looked += resources.len();
        last = resources.last().map(ToString::to_string).or(last);
    }
    page
}

impl Page {
    fn note<D: Duty>(&mut self, duty: &D, at: &D::Resource, seen: Result<Option<D::Observation>, ReadError>) {
        let id = at.to_string();
        match seen {
            Err(error) => self.unread.push(unread(Some(id), &error)),
            Ok(None) => {}
            Ok(Some(seen)) => {
                let subject = duty.subject(&seen);
                for violation in duty.assess(at, &seen) {
                    self.violations.push(Violated {
                        control: violation.control.id.to_owned(),
                        resource: id.clone(),
                        says: says(&violation),
                        subject: subject.clone(),
                    });
                }
                self.resources.push(id);
            }
        }
    }
}

fn unread(resource: Option<String>, error: &ReadError) -> Unread {
    tracing::warn!(resource, "{error}");
    let error = match error {
        // A request id would make two answers that say the same differ.
        ReadError::Aws(error) => format!("{}: {}", error.operation, error.code),
        answer @ ReadError::Answer { .. } => answer.to_string(),
    };
    Unread { resource, error }
}

/// Steps by their names alone: what they hold is for the evidence.
fn says<S: Serialize>(violation: &Violation<S>) -> String {
    let remedy = match &violation.remedy {
        Remedy::Person(advice) => advice.clone(),
        Remedy::Steps(steps) => {
            let names = steps.iter().filter_map(|step| {
                let step = serde_json::to_value(step).ok()?;
                Some(step.get("step").and_then(Value::as_str)?.to_owned())
            });
            format!("can be repaired: {}", names.collect::<Vec<_>>().join(", "))
        }
    };
    [violation.losses.clone(), vec![remedy]].concat().join("; ")
}
