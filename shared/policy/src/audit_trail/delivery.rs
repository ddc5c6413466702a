//! Whether the trail's files arrive.

use super::observation::{Status, TrailState};
use super::step::Step;
use crate::control::AUDIT_TRAIL_DELIVERY;
use crate::decision::Violation;

/// A file that does not arrive for a while is sent again; for longer than this, nothing arrives.
const PATIENCE_SECONDS: i64 = 3600;

/// What CloudTrail says that did not arrive. S3's error is told by what it means: its text is not ours.
pub(super) fn assess(trail: &TrailState) -> Vec<Violation<Step>> {
    let Some(status) = &trail.status else { return Vec::new() };
    let errors = [("log files", &status.error), ("digests", &status.digest_error)];
    let mut found: Vec<String> = errors
        .iter()
        .filter_map(|(what, error)| {
            let advice = match error.as_ref()?.expose() {
                "" => return None,
                "NoSuchBucket" => {
                    "their bucket is not there: make it again, with its policy, or give the trail another"
                }
                "AccessDenied" => "the bucket's policy or the key's does not let CloudTrail write: allow it there",
                _ => "GetTrailStatus tells S3's error: remove its cause",
            };
            Some(format!("the trail's {what} do not arrive; {advice}"))
        })
        .collect();
    if found.is_empty() && is_late(status) {
        found.push(
            "CloudTrail sends log files, but none has arrived for an hour: look at the trail's bucket".to_owned(),
        );
    }
    found.into_iter().map(|advice| Violation::person(&AUDIT_TRAIL_DELIVERY, advice)).collect()
}

fn is_late(status: &Status) -> bool {
    match (status.attempted, status.delivered) {
        (Some(attempted), Some(delivered)) => attempted.saturating_sub(delivered) > PATIENCE_SECONDS,
        (Some(_), None) => true,
        (None, _) => false,
    }
}
