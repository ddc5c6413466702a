//! Quarantine: PHI that Macie finds where it doesn't belong is moved away, or isolated and reported (guide step S5).
//!
//! A finding points at one version of one object. What is wrong is always read from the live state: is that version
//! still there, is its copy in the quarantine bucket, are the stored checksums equal, is it isolated. The steps are what
//! is still missing, so a run that was killed anywhere is completed by the next one, with no state of its own.
//!
//! Nothing is deleted before an equal copy is there; what can't be moved safely is isolated by a tag and a bucket-policy
//! statement that denies access to what is tagged so.

mod advice;
mod assess;
mod finding;
mod isolation;
mod observation;
mod step;
mod versions;

#[cfg(test)]
mod model;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tables;

pub use assess::{assess, needs_isolation};
pub use finding::{Finding, Located, Placement, Rules};
pub use isolation::{TAG_KEY, TAG_VALUE};
pub use observation::{Facts, Head, Isolation, Object, Observation, State, Tag};
pub use step::{CopyPlace, MAX_WHOLE_COPY, Place, Step};
pub use versions::{Flagged, Listing, NULL_VERSION, Version, Versioning};
