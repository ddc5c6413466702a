//! All rules for the trail, in the order in which they are repaired.

use super::coverage::{missing_types, records_management_events};
use super::data_events::with_data_events;
use super::management::with_management_events;
use super::observation::{Observation, TrailState};
use super::requisites::{bucket_problem, is_key, key_problem};
use super::selectors::Obstacle;
use super::step::Step;
use super::{delivery, selectors::Selectors};
use crate::control::{self, Control};
use crate::decision::{Remedy, Violation};

/// What the trail must be like.
#[derive(Clone, Debug)]
pub struct Desired<'a> {
    /// The ARN that a trail of that name has here, or the one that the deployment names.
    pub arn: &'a str,
    /// Whether the deployment names an ARN, which it does for an organization's trail.
    pub named_by_arn: bool,
    /// Twelve digits.
    pub account: &'a str,
    /// The Region of the deployment.
    pub region: &'a str,
    /// `aws`, `aws-us-gov`, `aws-cn`.
    pub partition: &'a str,
    /// The ARN of the data key.
    pub key_arn: &'a str,
    /// The bucket in which a trail that was deleted is made again.
    pub bucket: Option<&'a str>,
    /// The resource types whose data events the deployment opted into.
    pub data_events: &'a [String],
    /// Whether the baseline wants a trail that was deleted made again.
    pub recreate: bool,
}

impl<'a> Desired<'a> {
    /// Whether the trail is this account's, and was made in this Region: else AWS refuses every change.
    #[must_use]
    pub fn may_write(&self, trail: &TrailState) -> bool {
        self.elsewhere(trail).is_none()
    }

    /// Whether a trail that is not there can be made again.
    #[must_use]
    pub fn may_create(&self) -> bool {
        self.bucket.is_some() && self.recreate && !self.named_by_arn
    }

    /// What CloudTrail's requests to a key or a bucket say of the trail.
    pub(super) fn context(&self) -> Vec<(&'static str, &'a str)> {
        vec![("aws:sourcearn", self.arn), ("aws:sourceaccount", self.account)]
    }

    /// Who can change a trail that is not ours to change.
    fn elsewhere(&self, trail: &TrailState) -> Option<String> {
        let owner = trail.arn.split(':').nth(4).unwrap_or_default();
        if owner != self.account {
            return Some(format!("the trail belongs to the account {owner}: it has to be put right there"));
        }
        (trail.home_region != self.region).then(|| {
            format!(
                "the trail's home Region is {0}, where alone it can be changed: deploy Phiward in {0}, or put it right there",
                trail.home_region
            )
        })
    }
}

/// The violations of the trail. It logs first: what is not recorded is lost.
#[must_use]
pub fn assess(desired: &Desired<'_>, seen: &Observation) -> Vec<Violation<Step>> {
    let Some(trail) = &seen.trail else { return vec![absent(desired, seen)] };
    let elsewhere = desired.elsewhere(trail);
    let mut found = logging(trail);
    found.extend(management_events(trail));
    found.extend(data_events(desired, trail));
    let flags = [
        (trail.global_events, &control::AUDIT_TRAIL_GLOBAL_EVENTS, Step::RecordGlobalEvents),
        (trail.multi_region, &control::AUDIT_TRAIL_MULTI_REGION, Step::RecordAllRegions),
        (trail.file_validation, &control::AUDIT_TRAIL_FILE_VALIDATION, Step::ValidateFiles),
    ];
    found.extend(
        flags.into_iter().filter(|(is, ..)| !is).map(|(_, control, step)| Violation::steps(control, vec![step])),
    );
    found.extend(encryption(desired, seen, trail, elsewhere.is_some()));
    if let Some(advice) = elsewhere {
        let for_its_owner = |violation: Violation<Step>| match violation.remedy {
            Remedy::Steps(_) => Violation::person(violation.control, advice.clone()),
            Remedy::Person(_) => violation,
        };
        found = found.into_iter().map(for_its_owner).collect();
    }
    found.extend(delivery::assess(trail));
    found
}

fn encryption(
    desired: &Desired<'_>,
    seen: &Observation,
    trail: &TrailState,
    elsewhere: bool,
) -> Option<Violation<Step>> {
    const CONTROL: &Control = &control::AUDIT_TRAIL_KMS_KEY;
    // The data key is this account's and Region's: of a trail elsewhere only that it has a key can be asked.
    let encrypted = if elsewhere { trail.key.is_some() } else { is_key(trail, desired.key_arn) };
    let problem = if elsewhere { None } else { key_problem(desired, seen) };
    (!encrypted).then(|| match problem {
        Some(problem) => Violation::person(CONTROL, problem),
        None => Violation::steps(CONTROL, vec![Step::Encrypt { key: desired.key_arn.to_owned() }]),
    })
}

/// What the trail's owner does not let us read is never a pass.
fn unread(control: &'static Control) -> Violation<Step> {
    Violation::person(control, "the trail's owner does not let this account read that: have it confirmed there")
}

/// A trail that has never logged is not there yet: so a repair that made it and could not start it is not done.
fn logging(trail: &TrailState) -> Vec<Violation<Step>> {
    let start = |control| vec![Violation::steps(control, vec![Step::StartLogging])];
    match &trail.status {
        Some(status) if status.logging => Vec::new(),
        Some(status) if status.started.is_none() => start(&control::AUDIT_TRAIL_PRESENT),
        Some(_) => start(&control::AUDIT_TRAIL_LOGGING),
        None => vec![unread(&control::AUDIT_TRAIL_LOGGING)],
    }
}

fn management_events(trail: &TrailState) -> Vec<Violation<Step>> {
    const CONTROL: &Control = &control::AUDIT_TRAIL_MANAGEMENT_EVENTS;
    match &trail.selectors {
        Some(selectors) if records_management_events(selectors) => Vec::new(),
        Some(selectors) => vec![widened(CONTROL, Step::RecordManagementEvents, with_management_events(selectors))],
        None => vec![unread(CONTROL)],
    }
}

fn data_events(desired: &Desired<'_>, trail: &TrailState) -> Vec<Violation<Step>> {
    const CONTROL: &Control = &control::AUDIT_TRAIL_DATA_EVENTS;
    if desired.data_events.is_empty() {
        return Vec::new();
    }
    let Some(selectors) = &trail.selectors else { return vec![unread(CONTROL)] };
    let types = missing_types(selectors, desired.data_events, desired.partition);
    if types.is_empty() {
        return Vec::new();
    }
    // The control before this one widens them first, and may take the last place.
    let before = with_management_events(selectors).unwrap_or_else(|_| selectors.clone());
    let after = with_data_events(&before, &types, desired.partition);
    vec![widened(CONTROL, Step::RecordDataEvents { types }, after)]
}

/// The step, unless AWS would not take what it comes to.
fn widened(control: &'static Control, step: Step, selectors: Result<Selectors, Obstacle>) -> Violation<Step> {
    match selectors {
        Ok(_) => Violation::steps(control, vec![step]),
        Err(obstacle) => Violation::person(control, obstacle.advice()),
    }
}

fn absent(desired: &Desired<'_>, seen: &Observation) -> Violation<Step> {
    const CONTROL: &Control = &control::AUDIT_TRAIL_PRESENT;
    let person = |advice: &str| Violation::person(CONTROL, format!("the trail is not there; {advice}"));
    let Some(bucket) = desired.bucket else {
        return person("make it again, and name its bucket in TrailBucket, so that Phiward can do it the next time");
    };
    if desired.named_by_arn {
        return person(
            "the deployment names it by its ARN, as an organization's trail: make it again in the account that owns it",
        );
    }
    if !desired.recreate {
        return person("the baseline says that it is not made again: do it by hand, or name another trail");
    }
    if let Some(problem) = bucket_problem(desired, seen).or_else(|| key_problem(desired, seen)) {
        return person(&format!("it was not made again, because {problem}"));
    }
    let create = Step::Create { bucket: bucket.to_owned(), key: desired.key_arn.to_owned() };
    let mut steps = vec![create, Step::StartLogging];
    if !desired.data_events.is_empty() {
        steps.push(Step::RecordDataEvents { types: desired.data_events.to_vec() });
    }
    Violation { control: CONTROL, remedy: Remedy::Steps(steps), losses: Vec::new() }
        .losing(
            "the trail was deleted and is made again: what happened in between was not delivered to its bucket, and \
             CloudTrail's event history shows the management events of it for 90 days",
        )
        .losing(
            "the deleted trail's tags, key prefix, SNS topic, CloudWatch Logs group, Insights selectors and further event \
             selectors are not known any more: set again those that it had",
        )
}
