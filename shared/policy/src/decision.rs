//! From violations to decisions: what is done about each control of one resource.

use serde::{Deserialize, Serialize};

use crate::control::{Control, Mode};

/// One broken rule on one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation<S> {
    /// The rule.
    pub control: &'static Control,
    /// What mends it.
    pub remedy: Remedy<S>,
    /// What mending it does not bring back, free of PHI.
    pub losses: Vec<String>,
}

/// What mends a violation.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy<S> {
    /// These steps, in this order; each is complete in itself.
    Steps(Vec<S>),
    /// A person: what is wrong and what to do, free of PHI.
    Person(String),
}

impl<S> Violation<S> {
    /// A violation that steps repair.
    pub fn steps(control: &'static Control, steps: Vec<S>) -> Self {
        Self { control, remedy: Remedy::Steps(steps), losses: Vec::new() }
    }

    /// A violation that only a person can mend.
    pub fn person(control: &'static Control, advice: impl Into<String>) -> Self {
        Self { control, remedy: Remedy::Person(advice.into()), losses: Vec::new() }
    }

    /// With something that is lost for good, whatever the steps do: a person is told, and nothing calls it fixed.
    #[must_use]
    pub fn losing(mut self, loss: impl Into<String>) -> Self {
        self.losses.push(loss.into());
        self
    }
}

/// How a decision ended. Only `Remediated` may ever be called fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing was wrong.
    Compliant,
    /// Repaired, and verified by reading back.
    Remediated,
    /// Mode `detect`: the plan is recorded, nothing was changed.
    Detected,
    /// What could be repaired is; what is left needs a person.
    Reported,
    /// A person's unexpired exemption stands.
    Exempt,
    /// Stopped: another actor keeps reverting, or too much changes at once.
    Escalated,
    /// Tried and not verified.
    Failed,
}

impl Outcome {
    /// The word that records, metrics and notices use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compliant => "compliant",
            Self::Remediated => "remediated",
            Self::Detected => "detected",
            Self::Reported => "reported",
            Self::Exempt => "exempt",
            Self::Escalated => "escalated",
            Self::Failed => "failed",
        }
    }
}

/// What is done about one control of one resource: all its steps and all that a person must do.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<S> {
    /// The rule.
    pub control: &'static Control,
    /// The effective mode.
    pub mode: Mode,
    /// The repair, in order.
    pub steps: Vec<S>,
    /// What a person must do.
    pub person: Vec<String>,
    /// What the repair does not bring back.
    pub losses: Vec<String>,
}

impl<S> Decision<S> {
    /// Whether the steps are to be applied.
    #[must_use]
    pub fn applies(&self) -> bool {
        self.mode == Mode::Enforce && !self.steps.is_empty()
    }

    /// The outcome when nothing is applied.
    #[must_use]
    pub fn outcome_without_change(&self) -> Outcome {
        if self.steps.is_empty() { Outcome::Reported } else { Outcome::Detected }
    }
}

/// Groups violations by control, in the order in which the controls first appear, and drops those that are switched off.
#[must_use]
pub fn decide<S>(violations: Vec<Violation<S>>, mode_of: impl Fn(&'static Control) -> Mode) -> Vec<Decision<S>> {
    let mut decisions: Vec<Decision<S>> = Vec::new();
    for Violation { control, remedy, losses } in violations {
        let mode = mode_of(control);
        if mode == Mode::Off {
            continue;
        }
        let known = decisions.iter_mut().position(|decision| decision.control.id == control.id);
        let decision = match known.and_then(|at| decisions.get_mut(at)) {
            Some(decision) => decision,
            None => {
                decisions.push(Decision { control, mode, steps: Vec::new(), person: Vec::new(), losses: Vec::new() });
                match decisions.last_mut() {
                    Some(decision) => decision,
                    None => continue,
                }
            }
        };
        decision.losses.extend(losses);
        match remedy {
            Remedy::Steps(steps) => decision.steps.extend(steps),
            Remedy::Person(advice) => decision.person.push(advice),
        }
    }
    decisions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control;

    #[test]
    fn one_decision_per_control_in_order_and_none_for_a_control_that_is_off() {
        let violations = vec![
            Violation::steps(&control::BUCKETS_TLS_ONLY, vec![1]),
            Violation::person(&control::BUCKETS_VERSIONING, "look"),
            Violation::steps(&control::BUCKETS_TLS_ONLY, vec![2]).losing("the logs"),
            Violation::steps(&control::BUCKETS_KMS_ENCRYPTION, vec![3]),
        ];
        let decisions = decide(violations, |control| match control.id {
            "buckets.kms-encryption" => Mode::Off,
            "buckets.tls-only" => Mode::Enforce,
            _ => Mode::Detect,
        });
        assert_eq!(decisions.len(), 2);
        assert_eq!(decisions[0].steps, [1, 2]);
        assert_eq!((&decisions[0].losses[..], &decisions[1].losses[..]), (&["the logs".to_owned()][..], &[][..]));
        assert!(decisions[0].applies());
        assert_eq!(decisions[1].outcome_without_change(), Outcome::Reported);
    }
}
