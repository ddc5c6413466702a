//! What a duty brings. The way is the same for all; a duty only knows its own corner of AWS.

use std::fmt::Display;
use std::future::Future;

use futures_util::Stream;
use policy::Violation;
use serde::Serialize;

use crate::error::{ReadError, WriteError};
use crate::event::Signal;

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

    /// Where to look because of this event. Never decides anything else: the state is always read afresh.
    fn scope(&self, signal: &Signal) -> Scope<Self::Resource>;

    /// Every resource, in ascending order of its id, so that a long sweep can go on where it stopped.
    fn list(&self) -> impl Stream<Item = Result<Self::Resource, ReadError>>;

    /// Reads the live state, concurrently where it takes several reads; `None` when the resource is gone.
    fn observe(&self, at: &Self::Resource) -> impl Future<Output = Result<Option<Self::Observation>, ReadError>>;

    /// The violations, in the order in which they are to be repaired. Pure.
    fn assess(&self, at: &Self::Resource, seen: &Self::Observation) -> Vec<Violation<Self::Step>>;
}

/// A duty that may also write.
pub trait Repair: Duty {
    /// Applies one step. Whether it worked is decided by reading back, not here.
    fn apply(&self, at: &Self::Resource, step: &Self::Step) -> impl Future<Output = Result<(), WriteError>>;
}
