//! The rules for guardrails.

use super::draft::{Draft, draft};
use super::filter;
use super::observation::{Callers, Enforcement, GuardrailObservation, Text};
use super::plan::{Desired, Guardrail};
use super::step::{Step, Target};
use crate::control::{Control, GUARDRAILS_DRAFT, GUARDRAILS_ENFORCEMENT, GUARDRAILS_SENSITIVE_INFORMATION};
use crate::decision::Violation;

/// What AWS is still at work on; what comes of it is seen when it is done.
const PASSING: [&str; 4] = ["READY", "UPDATING", "VERSIONING", "CREATING"];

/// The violations of a guardrail that is there.
#[must_use]
pub fn assess(desired: &Desired<'_>, seen: &GuardrailObservation) -> Vec<Violation<Step>> {
    let block = may_block(desired, seen);
    let judged = Judged { desired, seen, block, draft: draft(desired, seen, block) };
    let mut found = judged.in_force();
    found.extend(judged.enforcement());
    found.extend(judged.of_draft());
    found
}

/// Whether what masks may be made to block: only as opted in, and if nobody would be stopped by something else.
fn may_block(desired: &Desired<'_>, seen: &GuardrailObservation) -> bool {
    let fine = |callers: &Callers| callers.stopped.is_empty() && callers.unsure.is_empty();
    desired.baseline.raise_to_block && seen.callers.as_ref().is_some_and(fine)
}

/// A guardrail that is there, held against what is wanted.
pub(super) struct Judged<'a> {
    pub(super) desired: &'a Desired<'a>,
    pub(super) seen: &'a GuardrailObservation,
    /// Whether what masks may be made to block.
    pub(super) block: bool,
    pub(super) draft: Result<Draft, String>,
}

impl Judged<'_> {
    /// The version that is enforced, or else the newest one.
    fn in_force(&self) -> Vec<Violation<Step>> {
        const CONTROL: &Control = &GUARDRAILS_SENSITIVE_INFORMATION;
        let mut found = Vec::new();
        let version = self.seen.in_force.as_ref();
        let guardrail = Guardrail::of_version(version);
        if !guardrail.as_ref().is_some_and(|guardrail| guardrail.does(self.desired, self.block)) {
            let enforced = match &self.seen.enforcement {
                Enforcement::This(configured) => Some(Some(configured)),
                Enforcement::None | Enforcement::Another => None,
            };
            found.push(self.replaced(CONTROL, guardrail.as_ref(), enforced));
        }
        if let Some(advice) = version.and_then(|version| unready(&version.text, "the version in force")) {
            found.push(Violation::person(CONTROL, advice));
        }
        found.extend(guardrail.and_then(|guardrail| self.masks_only(CONTROL, &guardrail)));
        found
    }

    /// The account's enforced configuration, where the deployment asks for one.
    fn enforcement(&self) -> Option<Violation<Step>> {
        const CONTROL: &Control = &GUARDRAILS_ENFORCEMENT;
        if !self.desired.enforced {
            return None;
        }
        match self.seen.enforcement {
            Enforcement::This(_) => return None,
            Enforcement::Another => {
                return Some(Violation::person(
                    CONTROL,
                    "the account enforces another guardrail than the deployment names (EnforcedGuardrail); it was not \
                     changed: name that one, or enforce this one yourself",
                ));
            }
            Enforcement::None => {}
        }
        if let Some(advice) = self.callers() {
            return Some(Violation::person(CONTROL, format!("the guardrail was not enforced: {advice}")));
        }
        let guardrail = Guardrail::of_version(self.seen.in_force.as_ref());
        Some(match (&self.seen.in_force, guardrail) {
            (Some(version), Some(guardrail)) if guardrail.does(self.desired, self.block) => {
                self.enforced(CONTROL, Vec::new(), Target::Version(version.version.clone()), &guardrail, None)
            }
            (_, guardrail) => self.replaced(CONTROL, guardrail.as_ref(), Some(None)),
        })
    }

    /// The working draft.
    fn of_draft(&self) -> Vec<Violation<Step>> {
        const CONTROL: &Control = &GUARDRAILS_DRAFT;
        let mut found = Vec::new();
        match &self.draft {
            Err(advice) => {
                let weak = Guardrail::of(&self.seen.draft).is_none_or(|draft| !draft.does(self.desired, self.block));
                found.extend(weak.then(|| Violation::person(CONTROL, advice.clone())));
            }
            Ok(Draft { write: Some(write), .. }) => {
                let steps = vec![write.clone(), Step::Prove { version: Target::Draft }];
                found.push(Violation::steps(CONTROL, steps));
            }
            Ok(_) if self.seen.unproven => {
                found.push(Violation::steps(CONTROL, vec![Step::Prove { version: Target::Draft }]));
            }
            Ok(_) => {}
        }
        found.extend(unready(&self.seen.draft, "the working draft").map(|advice| Violation::person(CONTROL, advice)));
        found.extend(Guardrail::of(&self.seen.draft).and_then(|draft| self.masks_only(CONTROL, &draft)));
        found
    }

    /// Where the baseline asks for a block and what is there only masks.
    fn masks_only(&self, control: &'static Control, guardrail: &Guardrail) -> Option<Violation<Step>> {
        let gaps = filter::gaps(guardrail.filter(), self.desired.baseline);
        if self.block || gaps.masks_only.is_empty() {
            return None;
        }
        let why = if self.desired.baseline.raise_to_block {
            self.callers().unwrap_or_default()
        } else {
            "the baseline does not say that it may be raised (raise_to_block)".to_owned()
        };
        let advice = format!("the guardrail masks and does not block {}: {why}", gaps.masks_only.join(", "));
        Some(Violation::person(control, advice))
    }
}

/// What is not ready and is not about to be.
fn unready(text: &Text, what: &str) -> Option<String> {
    let passing = PASSING.contains(&text.status.as_str());
    (!passing).then(|| format!("{what} is {}, so it is not known what it catches: look at it in Bedrock", text.status))
}
