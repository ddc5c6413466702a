//! What a duty brings. The way is the same for all; a duty only knows its own corner of AWS.

use std::fmt::Display;
use std::future::Future;

use futures_util::Stream;
use policy::memory::Recurrence;
use policy::{Control, Violation};
use serde::Serialize;
use serde_json::Value;

use crate::error::{ReadError, WriteError};
use crate::event::Signal;
use crate::journal::Journal;
use crate::ledger::{Key, OrderAction};

/// Where an event says to look.
#[derive(Debug, PartialEq, Eq)]
pub enum Scope<R> {
    /// At these resources.
    These(Vec<R>),
    /// At every resource of the duty.
    All,
    /// Nowhere, and why.
    Nothing(&'static str),
}

/// The reading half of a duty: all that a report may use.
pub trait Duty {
    /// The duty's name: its function, its saved events, its column in every record.
    const NAME: &'static str;

    /// What is looked after. Its `Display` form is its id in logs, metrics and notices, so it holds no PHI.
    type Resource: Clone + Display;
    /// What AWS says about it, as plain data of the `policy` crate. Written to the evidence bucket only.
    type Observation: Serialize;
    /// One repair, complete in itself.
    type Step: Clone + Serialize;

    /// The resource of that id, as its `Display` form gives it; nothing for what is no id of this duty, or leads nowhere by
    /// itself: see [`Duty::remembered`].
    fn resource(&self, id: &str) -> Option<Self::Resource>;

    /// The resource that a record's before-state is about, where the id alone doesn't lead to it, because what it is made
    /// from may be PHI, or is over. The observation must hold all that it takes.
    fn remembered(&self, _before: &Value) -> Option<Self::Resource> {
        None
    }

    /// Where to look because of this event. Never decides anything else: the state is always read afresh.
    fn scope(&self, signal: &Signal) -> Scope<Self::Resource>;

    /// Every resource, in ascending order of its id, so that a long sweep can go on where it stopped.
    fn list(&self) -> impl Stream<Item = Result<Self::Resource, ReadError>>;

    /// Reads the live state, concurrently where it takes several reads; `None` when the resource is gone.
    fn observe(&self, at: &Self::Resource) -> impl Future<Output = Result<Option<Self::Observation>, ReadError>>;

    /// The violations, in the order in which they are to be repaired. Pure.
    fn assess(&self, at: &Self::Resource, seen: &Self::Observation) -> Vec<Violation<Self::Step>>;

    /// How often what is found is told. An occurrence is seen by its event alone, so its resource holds what the event said.
    fn recurrence(&self, _at: &Self::Resource) -> Recurrence {
        Recurrence::State
    }

    /// What a person may have looked at and released, by an id that is free of PHI; then it is no concern.
    fn subject(&self, _seen: &Self::Observation) -> Option<String> {
        None
    }
}

/// An operator's order to restore what was before a repair.
#[derive(Debug)]
pub struct Undo {
    /// Undo, or release.
    pub action: OrderAction,
    /// The control that was repaired; only what it is about is restored.
    pub control: &'static Control,
    /// The observation before the repair, as the record holds it.
    pub before: Value,
    /// The observation after the repair, as the record holds it.
    pub after: Value,
}

/// What an order comes to, given the live state.
#[derive(Debug, PartialEq)]
pub enum Restored<S> {
    /// These steps restore it.
    Steps(Vec<S>),
    /// It is as it was before the repair.
    Already {
        /// What is no concern from now on; see [`Duty::subject`].
        reviewed: Option<String>,
    },
    /// It can't be, or must not be: why, and what to do instead; free of PHI.
    Refused(String),
}

/// A duty that may also write.
pub trait Repair: Duty {
    /// Applies one step. Whether it worked is decided by reading back, not here.
    fn apply(&self, at: &Self::Resource, step: &Self::Step) -> impl Future<Output = Result<(), WriteError>>;

    /// The document that a step writes and that other duties write too: such writers take turns.
    fn document(&self, _at: &Self::Resource, _step: &Self::Step) -> Option<Key> {
        None
    }

    /// The journal that takes the place of evidence and ledger, for a resource without which those can't be written.
    fn journal(&self, _at: &Self::Resource) -> Option<&Journal> {
        None
    }

    /// A run with this plan was cut off, and its end is about to be told from the live state: what of the plan can't be seen
    /// there is to be seen by this process from now on.
    fn resume(&self, _at: &Self::Resource, _plan: &[Value]) {}

    /// What restores the state before a repair. Pure. Refused when the live state, as far as the control is about it, is
    /// neither that before-state nor the after-state of the record: somebody has changed it since.
    fn undo(&self, _at: &Self::Resource, _undo: &Undo, _live: &Self::Observation) -> Restored<Self::Step> {
        Restored::Refused("this duty's repairs can't be undone".to_owned())
    }
}
