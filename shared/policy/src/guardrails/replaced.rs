//! How another version takes the place of the one in force.

use super::assess::Judged;
use super::covers::covers;
use super::observation::{Configured, Enforcement, OURS};
use super::plan::Guardrail;
use super::step::{Step, Target};
use crate::control::Control;
use crate::decision::Violation;

/// How many versions a guardrail may have (Amazon Bedrock's quotas).
const MAX_VERSIONS: usize = 20;

impl Judged<'_> {
    /// Another version takes the place of the one in force: the newest one if it does, or else one made of the draft.
    /// `enforced`: it is enforced, in the place of this configuration or where there is none.
    pub(super) fn replaced(
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

    /// It is proven, and enforced in the place of that configuration, or where there is none.
    pub(super) fn enforced(
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
}
