//! Quarantine: PHI that Macie finds where it doesn't belong is moved away, or isolated and reported (guide step S5).
//!
//! A finding points at one version of one object. What is wrong is always read from the live state: is that version
//! still there, is its copy in the quarantine bucket, are the stored checksums equal, is it isolated. The steps are what
//! is still missing, so a run that was killed anywhere is completed by the next one, with no state of its own.
//!
//! Nothing is deleted before an equal copy is there; what can't be moved safely is isolated by a tag and a bucket-policy
//! statement that denies access to what is tagged so.
//!
//! An operator who finds that it was no PHI after all releases it: the copy is copied back, or the tag taken away.

mod advice;
mod assess;
mod finding;
mod isolation;
mod observation;
mod release;
mod step;
mod versions;

#[cfg(test)]
mod model;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod tables;

pub use assess::{assess, needs_isolation};
pub use finding::{Finding, Located, Placement, Rules};
pub use isolation::{TAG_KEY, TAG_VALUE, without_isolation};
pub use observation::{Current, Facts, Head, Isolation, Object, Observation, State, Tag};
pub use release::{Release, needs_current, release, subject};
pub use step::{CopyPlace, Home, MAX_WHOLE_COPY, Place, Step};
pub use versions::{Flagged, Listing, NULL_VERSION, Version, Versioning};
