//! What is wrong, and what is still missing to put it right.

use super::advice::{self, Obstacle};
use super::finding::{Located, Rules};
use super::isolation;
use super::observation::{Facts, Head, Object, Observation, State};
use super::step::{self, Place, Step};
use super::versions::{Flagged, NULL_VERSION, Version, Versioning};
use crate::control::{QUARANTINE_PHI_INSIDE, QUARANTINE_PHI_OUTSIDE};
use crate::decision::Violation;

/// The violations of one finding.
#[must_use]
pub fn assess(rules: &Rules, seen: &Observation) -> Vec<Violation<Step>> {
    let person = |advice| vec![Violation::person(&QUARANTINE_PHI_OUTSIDE, advice)];
    match (&seen.state, &seen.finding.object) {
        (State::Unconcerned, _) => Vec::new(),
        (State::Inside, _) => vec![Violation::person(&QUARANTINE_PHI_INSIDE, advice::INSIDE)],
        (State::Outside(object), Some(located)) => outside(rules, located, object),
        (State::Unlocated | State::Outside(_), _) => person(advice::UNLOCATED),
    }
}

/// Whether tags and policy have to be read, as the object can't be moved safely.
#[must_use]
pub fn needs_isolation(object: &Object) -> bool {
    matches!(standing(object), Standing::Stuck(..))
}

/// Where the flagged version stands.
enum Standing<'a> {
    /// It is gone.
    Settled,
    /// It can be moved.
    Movable(&'a Version, &'a Facts),
    /// It can't be moved safely.
    Stuck(&'a Version, Vec<Obstacle>),
    /// Which version it is can't be told.
    Ambiguous,
}

fn standing(object: &Object) -> Standing<'_> {
    match (&object.flagged, &object.source) {
        (Flagged::Gone, _) | (Flagged::Unchanged(_), Head::Absent) => Standing::Settled,
        // The scanned bytes are in quarantine, so what is in their place came later.
        (Flagged::Changed(_), _) if object.copy.facts().is_some() => Standing::Settled,
        (Flagged::Changed(version), _) => Standing::Stuck(version, vec![Obstacle::Changed]),
        (Flagged::Ambiguous, _) => Standing::Ambiguous,
        (Flagged::Unchanged(version), Head::Refused) => Standing::Stuck(version, vec![Obstacle::Unreadable]),
        (Flagged::Unchanged(version), Head::Read(facts)) => {
            let found = obstacles(object, version, facts);
            if found.is_empty() { Standing::Movable(version, facts) } else { Standing::Stuck(version, found) }
        }
    }
}

fn obstacles(object: &Object, version: &Version, facts: &Facts) -> Vec<Obstacle> {
    let suspended = object.versioning == Versioning::Suspended;
    let null = version.id == NULL_VERSION;
    // With versions suspended, a delete marker replaces the null version, and any write does.
    let could_hit_another = suspended && if null { !version.latest } else { version.latest && object.null_beneath };
    let copy_differs = object.copy.facts().is_some_and(|copy| !copy.same_bytes(facts));
    let comparable = step::comparable(facts).is_some();
    [
        (Obstacle::Changed, facts.etag != version.etag),
        (Obstacle::NoChecksum, !comparable),
        (Obstacle::Locked, facts.locked),
        (Obstacle::Archived, facts.archived),
        (Obstacle::MfaDelete, object.mfa_delete),
        (Obstacle::Suspended, could_hit_another),
        (Obstacle::CopyDiffers, comparable && copy_differs),
    ]
    .into_iter()
    .filter_map(|(obstacle, there)| there.then_some(obstacle))
    .collect()
}

fn outside(rules: &Rules, located: &Located, object: &Object) -> Vec<Violation<Step>> {
    let control = &QUARANTINE_PHI_OUTSIDE;
    let mut found = match standing(object) {
        Standing::Settled => Vec::new(),
        Standing::Ambiguous => vec![Violation::person(control, advice::AMBIGUOUS)],
        Standing::Movable(version, facts) => vec![Violation::steps(control, moving(located, object, version, facts))],
        Standing::Stuck(version, obstacles) => {
            let place = Place::of(located, version, object.versioning);
            let missing = object
                .isolation
                .as_ref()
                .map_or(Err(advice::ISOLATION_UNREADABLE), |seen| isolation::steps(rules, &place, seen));
            let mut found = Vec::new();
            match missing {
                Ok(steps) if steps.is_empty() => found.push(Violation::person(control, advice::ISOLATED)),
                Ok(steps) => found.push(Violation::steps(control, steps)),
                Err(advice) => found.push(Violation::person(control, advice)),
            }
            found.extend(obstacles.into_iter().map(|obstacle| Violation::person(control, obstacle.advice())));
            found
        }
    };
    if object.older_versions > 0 {
        found.push(Violation::person(control, advice::older_versions(object.older_versions)));
    }
    found
}

/// What is missing of the move: the copy, the delete marker, the removal.
fn moving(located: &Located, object: &Object, version: &Version, facts: &Facts) -> Vec<Step> {
    let versioning = object.versioning;
    let place = Place::of(located, version, versioning);
    let copy = object.copy_place.clone();
    let mut steps = Vec::with_capacity(3);
    if let (Head::Absent, Some(checksum)) = (&object.copy, step::comparable(facts)) {
        steps.push(step::copy(place.clone(), copy.clone(), facts, checksum));
    }
    let replaces = match versioning {
        Versioning::Never => true,
        Versioning::Enabled => false,
        Versioning::Suspended => version.id == NULL_VERSION,
    };
    if replaces {
        steps.push(Step::DeleteObject { object: place, copy, versioning });
        return steps;
    }
    if version.latest {
        steps.push(Step::Hide { object: place.clone(), copy: copy.clone(), versioning });
    }
    steps.push(Step::DeleteVersion { object: place, copy, versioning });
    steps
}
