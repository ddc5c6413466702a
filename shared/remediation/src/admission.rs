//! Who may be repaired now: the step between a verdict and its repair.
//!
//! The effective mode is the whole of it so far. Exemptions, the repair budget and the pause belong here: whatever
//! keeps a repair from being made is decided once, for every duty, before any evidence of intent is written.

use policy::{Baseline, Decision, Mode, Violation, decision};

/// The decisions about a resource's violations, in their order.
#[must_use]
pub fn admit<S>(violations: Vec<Violation<S>>, baseline: &Baseline, deployment: Mode) -> Vec<Decision<S>> {
    decision::decide(violations, |control| baseline.mode_of(control, deployment))
}
