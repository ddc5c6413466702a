//! What all decisions of one invocation share.

use std::time::Duration;

use evidence::{BaselineUsed, Cause, Function};

use crate::duty::Repair;
use crate::engine::{Engine, Invocation};
use crate::event::{Event, Signal};
use crate::ledger::Table;

/// A sweep goes on in a further invocation when less than this is left: one resource's reads, repair and verification.
pub(crate) const MARGIN: Duration = Duration::from_secs(60);

/// What all decisions of one invocation share.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// The event.
    pub(crate) cause: Cause,
    /// Whether it tells of something that has occurred, and not only to look again.
    pub(crate) occurred: bool,
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

impl<D: Repair, T: Table> Engine<D, T> {
    pub(crate) fn context(&self, event: &Event, invocation: &Invocation) -> Context {
        let (name, source, actor, time) = match &event.signal {
            Signal::ApiCall(call) => (call.name.as_str(), call.source.as_str(), call.actor.clone(), call.time),
            Signal::MacieFinding { .. } => ("Macie Finding", "aws.macie", None, None),
            Signal::ObjectCreated { .. } => ("Object Created", "aws.s3", None, None),
            Signal::Wake { .. } => ("Wake", "phiward", None, None),
            Signal::Sweep(_) | Signal::Survey(_) | Signal::Nothing(_) => ("Sweep", "schedule", None, None),
        };
        Context {
            cause: Cause {
                id: event.id.clone(),
                name: name.to_owned(),
                source: source.to_owned(),
                time: time.unwrap_or(event.time),
                actor,
            },
            occurred: matches!(event.signal, Signal::ApiCall(_)),
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
