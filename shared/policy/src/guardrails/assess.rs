//! The rules for guardrails.

use serde_json::json;

use super::covers::covers;
use super::document::{FILTER, to_update};
use super::filter::{self, Obstacle};
use super::observation::{Configured, Enforcement, GuardrailObservation, OURS, Text};
use super::plan::{Desired, Guardrail, made_again_name};
use super::step::{Step, Target};
use crate::baseline::MAX_REGEXES;
use crate::control::{
    Control, GUARDRAILS_DRAFT, GUARDRAILS_ENFORCEMENT, GUARDRAILS_PRESENT, GUARDRAILS_SENSITIVE_INFORMATION,
};
use crate::decision::Violation;
use crate::redacted::Redacted;

/// How many versions a guardrail may have (Amazon Bedrock's quotas).
const MAX_VERSIONS: usize = 20;
/// How many principals are named; all of them are in the evidence.
const NAMED: usize = 20;
/// What AWS is still at work on; what comes of it is seen when it is done.
const PASSING: [&str; 4] = ["READY", "UPDATING", "VERSIONING", "CREATING"];

/// What the draft is, and what it would be.
struct Draft {
    /// In GetGuardrail's form, with the baseline merged in.
    merged: Guardrail,
    /// In UpdateGuardrail's form.
    update: Redacted<String>,
    /// The step that writes it; none: it is so.
    write: Option<Step>,
}

/// The violations of a guardrail that is there.
#[must_use]
pub fn assess(desired: &Desired<'_>, seen: &GuardrailObservation) -> Vec<Violation<Step>> {
    let judged = Judged { desired, seen, block: may_block(desired, seen), draft: draft(desired, seen) };
    let mut found = judged.in_force();
    found.extend(judged.enforcement());
    found.extend(judged.of_draft());
    found
}

/// The violation of a guardrail that is gone.
#[must_use]
pub fn absent(desired: &Desired<'_>, made_again: Option<&str>) -> Violation<Step> {
    let person = |advice: String| Violation::person(&GUARDRAILS_PRESENT, advice);
    if let Some(id) = made_again {
        return person(format!(
            "the guardrail is not there; {id} was made in its place, with the baseline's filter alone: add what else it \
             needs, name it in GuardrailIds and EnforcedGuardrail instead, and let callers use it"
        ));
    }
    if !desired.recreate {
        return person(
            "the guardrail is not there, and the deployment does not say that it is made again (RecreateGuardrails): make \
             another and name it in GuardrailIds"
                .to_owned(),
        );
    }
    let Ok(merged) = filter::merge(None, desired.baseline, desired.baseline.raise_to_block) else {
        return person("the guardrail is not there, and the baseline has no room in a new one".to_owned());
    };
    let stopped = "This message was stopped: it holds sensitive information.";
    let document = json!({
        "name": made_again_name(desired.id),
        "description": format!("{OURS}made this in the place of {}.", desired.id),
        "blockedInputMessaging": stopped,
        "blockedOutputsMessaging": stopped,
        FILTER: merged.policy,
    });
    match to_update(&document) {
        Ok(document) => {
            let create = Step::Create { document: Redacted::new(document.to_string()) };
            Violation::steps(&GUARDRAILS_PRESENT, vec![create])
                .losing("what the deleted guardrail had besides the baseline's filter is lost: find out who deleted it")
        }
        Err(problem) => person(format!("the guardrail is not there, and can't be made again: {problem}")),
    }
}

/// Whether what masks may be made to block: only as opted in, and if nobody would be stopped by something else.
fn may_block(desired: &Desired<'_>, seen: &GuardrailObservation) -> bool {
    let fine = |callers: &super::observation::Callers| callers.stopped.is_empty() && callers.unsure.is_empty();
    desired.baseline.raise_to_block && seen.callers.as_ref().is_some_and(fine)
}

fn draft(desired: &Desired<'_>, seen: &GuardrailObservation) -> Result<Draft, String> {
    let Some(Guardrail(mut document)) = Guardrail::of(&seen.draft) else {
        return Err("the working draft can't be understood".to_owned());
    };
    let unknown =
        |what| format!("the working draft is not written, as something might be lost: {what}. Update Phiward");
    let merged = filter::merge(document.get(FILTER), desired.baseline, may_block(desired, seen)).map_err(obstacle)?;
    if let Some(members) = document.as_object_mut().filter(|_| merged.changed) {
        members.insert(FILTER.to_owned(), merged.policy);
    }
    let update = Redacted::new(to_update(&document).map_err(unknown)?.to_string());
    let write =
        merged.changed.then(|| Step::UpdateDraft { expected: seen.draft.document.clone(), document: update.clone() });
    Ok(Draft { merged: Guardrail(document), update, write })
}

fn obstacle(obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::NoRoom => format!(
            "the guardrail has no room for the baseline's regexes (Bedrock takes {MAX_REGEXES}), so nothing was written: \
             remove some of the others, then they are added"
        ),
        Obstacle::Unknown(name) => format!(
            "what the guardrail does about {name} is not a known word, so it is neither taken for strict nor overwritten: \
             look at it, and update Phiward"
        ),
    }
}

struct Judged<'a> {
    desired: &'a Desired<'a>,
    seen: &'a GuardrailObservation,
    block: bool,
    draft: Result<Draft, String>,
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

    /// Another version takes the place of the one in force: the newest one if it does, or else one made of the draft.
    /// `enforced`: it is enforced, in the place of this configuration or where there is none.
    fn replaced(
        &self,
        control: &'static Control,
        old: Option<&Guardrail>,
        enforced: Option<Option<&Configured>>,
    ) -> Violation<Step> {
        let keeps = |new: &Guardrail| old.is_none_or(|old| covers(&new.0, &old.0));
        if let (Some(expected), Some(newest)) = (enforced, &self.seen.newest)
            && let Some(guardrail) = Guardrail::of(&newest.text)
            && guardrail.does(self.desired, self.block)
            && keeps(&guardrail)
        {
            return self.enforced(control, Vec::new(), Target::Version(newest.version.clone()), &guardrail, expected);
        }
        let draft = match &self.draft {
            Ok(draft) => draft,
            Err(advice) => return Violation::person(control, advice.clone()),
        };
        if !keeps(&draft.merged) {
            return Violation::person(
                control,
                "the version in force does less than the baseline asks for, and the working draft does not do all else that \
                 it does, so no version was made of it: publish one that does both",
            );
        }
        let mut steps: Vec<Step> = draft.write.iter().cloned().collect();
        steps.push(Step::Prove { version: Target::Draft });
        match self.room() {
            Ok(freed) => steps.extend(freed),
            Err(advice) => return Violation::person(control, advice),
        }
        let digest: String = self.desired.digest.chars().take(12).collect();
        steps.push(Step::Publish { expected: draft.update.clone(), description: format!("{OURS}baseline {digest}") });
        match enforced {
            Some(expected) => self.enforced(control, steps, Target::Published, &draft.merged, expected),
            None => Violation::steps(control, steps),
        }
    }

    fn enforced(
        &self,
        control: &'static Control,
        mut steps: Vec<Step>,
        version: Target,
        guardrail: &Guardrail,
        expected: Option<&Configured>,
    ) -> Violation<Step> {
        let reasoned = Guardrail::of_version(self.seen.in_force.as_ref()).is_some_and(|old| old.reasons());
        if guardrail.reasons() && (expected.is_none() || !reasoned) {
            return Violation::person(
                control,
                "the guardrail has an automated-reasoning policy, with which every invocation fails that it is enforced on, \
                 so it was not enforced: take that policy out of it",
            );
        }
        steps.push(Step::Prove { version: version.clone() });
        steps.push(Step::Enforce { arn: self.seen.arn.clone(), version, expected: expected.cloned() });
        Violation::steps(control, steps)
    }

    /// The step that makes room for another version, if it takes one.
    fn room(&self) -> Result<Option<Step>, String> {
        let versions = self.seen.versions.as_deref().unwrap_or_default();
        if versions.len() < MAX_VERSIONS {
            return Ok(None);
        }
        let needed = |number: u32| {
            let is = |version: &str| version == number.to_string();
            let in_force = self.seen.in_force.as_ref().is_some_and(|version| is(&version.version));
            in_force || matches!(&self.seen.enforcement, Enforcement::This(configured) if is(&configured.version))
        };
        match versions.iter().find(|version| version.ours && !needed(version.number)) {
            Some(oldest) => Ok(Some(Step::DeleteVersion { number: oldest.number })),
            None => Err(format!(
                "the guardrail has {MAX_VERSIONS} versions, as many as Bedrock takes, and none that Phiward made and nothing \
                 needs: delete one that nobody uses"
            )),
        }
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

    /// What keeps from stopping callers; nothing: all may apply the guardrail.
    fn callers(&self) -> Option<String> {
        let Some(callers) = &self.seen.callers else {
            return Some("who may apply it was not read".to_owned());
        };
        let all: Vec<_> = callers.stopped.iter().chain(&callers.unsure).collect();
        if all.is_empty() {
            return None;
        }
        let mut shown: Vec<String> = callers.stopped.iter().map(|each| each.arn.clone()).collect();
        shown.extend(callers.unsure.iter().map(|each| format!("{} (perhaps)", each.arn)));
        if shown.len() > NAMED {
            let more = shown.len() - NAMED;
            shown.truncate(NAMED);
            shown.push(format!("and {more} more"));
        }
        Some(format!(
            "{} may use models and not surely apply the guardrail (bedrock:ApplyGuardrail), so Bedrock would refuse them: {}. \
             Allow it to them without a condition. Permissions boundaries, service control policies, the guardrail's own policy \
             and callers of other accounts are not looked at; \"perhaps\": under a condition, or by a policy that could not be read",
            all.len(),
            shown.join(", ")
        ))
    }
}

/// What is not ready and is not about to be.
fn unready(text: &Text, what: &str) -> Option<String> {
    let passing = PASSING.contains(&text.status.as_str());
    (!passing).then(|| format!("{what} is {}, so it is not known what it catches: look at it in Bedrock", text.status))
}
