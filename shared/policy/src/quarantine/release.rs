//! Release: what an operator found to be no PHI goes back to where it was, or is isolated no more.
//!
//! The live state decides what is to be done, so a release that was killed is completed by the next run; the record of
//! what was done to the object only vouches for what is meant. What has been released is known by its [`subject`], and a
//! later finding about it is no concern.

use serde::Deserialize;
use serde_json::Value;

use super::finding::Located;
use super::isolation::without_isolation;
use super::observation::{Facts, Head, Isolation, Object, Observation, State};
use super::step::{self, Home, Place, Step};
use super::versions::{Flagged, Version, Versioning};

const UNREADABLE: &str =
    "the record does not hold an object that was moved or isolated: order the release with the record of that";
const UNCONCERNED: &str = "the finding leads nowhere that Phiward acts (it is archived in Macie, or its bucket is not \
                           watched): unarchive it or watch the bucket, order the release, then archive it again";
const INSIDE: &str = "the bucket is in a set of the deployment by now, where Phiward writes no object: copy it by hand";
const OTHER: &str = "the finding points at another object than the record: order the release with its latest record";
const NO_COPY: &str = "its copy is not in its place in the quarantine bucket, so nothing can be brought back: the record \
                       says where it was copied to";
const COPY_DIFFERS: &str = "what lies in its place in the quarantine bucket is not equal to what was moved: find out who \
                            wrote there";
const ARCHIVED: &str = "its copy is in an archive storage class: restore it, then order the release again";
const NEWER: &str = "the key holds a newer object, which would be hidden or replaced: move that away first, or copy the \
                     quarantined copy to another key by hand";
const NULL_BENEATH: &str = "the bucket's versioning is suspended, and the copy would replace an older version: enable \
                            versioning, then order the release again";
const MOVABLE: &str = "the object can be moved by now, and will be when Phiward next looks at the finding: order the \
                       release after that";
const TAGS_UNREADABLE: &str =
    "Phiward may not read the object's tags or the bucket's policy: give its role access, or take the tag away by hand";

/// What a release comes to, given the live state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// These steps release it.
    Steps(Vec<Step>),
    /// It is released; what is no concern from now on.
    Done(String),
}

/// What a later finding would be about, by a name that is free of PHI.
#[must_use]
pub fn subject(seen: &Observation) -> Option<String> {
    let (State::Outside(object), Some(located)) = (&seen.state, &seen.finding.object) else { return None };
    object.flagged.version().map(|version| named(located, version))
}

fn named(located: &Located, version: &Version) -> String {
    step::identity(located, &version.id, &version.etag)
}

/// Whether what readers of the key get has to be read, as it may be what was released.
#[must_use]
pub const fn needs_current(object: &Object) -> bool {
    matches!(object.flagged, Flagged::Gone | Flagged::Changed(_)) && object.copy.facts().is_some()
}

/// The part of an observation on record that a release needs.
#[derive(Deserialize)]
struct Recorded {
    finding: RecordedFinding,
    object: RecordedObject,
}

#[derive(Deserialize)]
struct RecordedFinding {
    object: Located,
}

#[derive(Deserialize)]
struct RecordedObject {
    flagged: Flagged,
    source: Head,
}

impl Recorded {
    fn read(seen: &Value) -> Result<Self, &'static str> {
        serde_json::from_value(seen.clone()).map_err(|_| UNREADABLE)
    }
}

/// What releases the object of a finding.
///
/// # Errors
/// Why it can't or must not be released, and what to do instead; free of PHI.
pub fn release(before: &Value, after: &Value, live: &Observation) -> Result<Release, &'static str> {
    let (before, after) = (Recorded::read(before)?, Recorded::read(after)?);
    let (object, located) = match (&live.state, &live.finding.object) {
        (State::Outside(object), Some(located)) => (object, located),
        (State::Inside, _) => return Err(INSIDE),
        _ => return Err(UNCONCERNED),
    };
    if *located != before.finding.object {
        return Err(OTHER);
    }
    let in_place = object.flagged.version().filter(|version| {
        let recorded = before.object.flagged.version();
        recorded.is_some_and(|recorded| (&recorded.id, &recorded.etag) == (&version.id, &version.etag))
    });
    match in_place {
        Some(version) => lift(located, object, version, &after),
        None => bring_back(located, object, &before),
    }
}

/// The version is where it was: nothing but its isolation, if any, keeps readers from it.
fn lift(located: &Located, object: &Object, version: &Version, after: &Recorded) -> Result<Release, &'static str> {
    let done = || Ok(Release::Done(named(located, version)));
    match &object.isolation {
        Some(Isolation::Read { tags, .. }) => match without_isolation(tags) {
            Some(left) => {
                let object = Place::of(located, version, object.versioning);
                Ok(Release::Steps(vec![Step::LiftIsolation { object, before: tags.clone(), after: left }]))
            }
            None => done(),
        },
        Some(Isolation::Unreadable) => Err(TAGS_UNREADABLE),
        // It was moved, so what lies there with the same ETag was brought back.
        None if !matches!(after.object.flagged, Flagged::Unchanged(_)) => match (&object.source, &object.copy) {
            (Head::Read(source), Head::Read(copy)) if source.same_bytes(copy) => done(),
            _ => Err(NEWER),
        },
        // Nothing is known of its tags.
        None => Err(MOVABLE),
    }
}

/// The version was moved away.
fn bring_back(located: &Located, object: &Object, before: &Recorded) -> Result<Release, &'static str> {
    let Head::Read(moved) = &before.object.source else { return Err(UNREADABLE) };
    let there = match (&object.current, &object.flagged) {
        (Some(current), _) => Some((&current.version, &current.head)),
        // A finding that names no version may mean what was brought back.
        (None, Flagged::Unchanged(version)) if version.latest => Some((version, &object.source)),
        (None, Flagged::Gone) => None,
        (None, _) => return Err(NEWER),
    };
    match (there, &object.copy) {
        (Some((version, Head::Read(facts))), _) if facts.same_bytes(moved) => {
            Ok(Release::Done(named(located, version)))
        }
        (Some(_), _) => Err(NEWER),
        (None, Head::Read(copy)) if !copy.same_bytes(moved) => Err(COPY_DIFFERS),
        (None, Head::Read(copy)) => Ok(Release::Steps(vec![copying(located, object, copy)?])),
        (None, _) => Err(NO_COPY),
    }
}

fn copying(located: &Located, object: &Object, copy: &Facts) -> Result<Step, &'static str> {
    if object.versioning == Versioning::Suspended && object.null_beneath {
        return Err(NULL_BENEATH);
    }
    if copy.archived {
        return Err(ARCHIVED);
    }
    let checksum = step::comparable(copy).ok_or(COPY_DIFFERS)?;
    let place = Place {
        bucket: object.copy_place.bucket.clone(),
        key: object.copy_place.key.clone().into(),
        version_id: None,
        etag: copy.etag.clone(),
    };
    let home = Home { bucket: located.bucket.clone(), key: located.key.clone(), versioning: object.versioning };
    Ok(step::bring_back(place, home, copy, checksum))
}
