//! What AWS says about the trail.

use serde::Serialize;

use super::selectors::{Selectors, Text};
use crate::data_key::KeyObservation;
use crate::redacted::Redacted;

/// The trail that the deployment names, and what its repair depends on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Observation {
    /// The trail; `None` when there is none of that name.
    pub trail: Option<TrailState>,
    /// The data key, read only where the trail is to be given it.
    pub key: Option<KeyObservation>,
    /// The bucket of the deployment, read only where the trail is to be made again.
    pub bucket: Option<TrailBucket>,
}

/// A trail.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are AWS's flags")]
pub struct TrailState {
    /// Its ARN; it names the account and the Region whose trail it is.
    pub arn: String,
    /// The Region in which it was made, and in which alone it can be changed.
    pub home_region: String,
    /// Whether it is an organization's.
    pub organization: bool,
    /// Whether it records all Regions.
    pub multi_region: bool,
    /// Whether it records global services.
    pub global_events: bool,
    /// Whether its files have digests.
    pub file_validation: bool,
    /// The KMS key that its files are encrypted with.
    pub key: Option<String>,
    /// The bucket that its files go to.
    pub bucket: Option<String>,
    /// Whether it logs; `None` when the trail's owner does not let us know.
    pub status: Option<Status>,
    /// What it records; `None` when the trail's owner does not let us know.
    pub selectors: Option<Selectors>,
}

/// How the trail is doing. Times are seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Whether it logs.
    pub logging: bool,
    /// When it was started last; never, if absent.
    pub started: Option<i64>,
    /// When it was stopped last.
    pub stopped: Option<i64>,
    /// When a file arrived last.
    pub delivered: Option<i64>,
    /// When a file was sent last.
    pub attempted: Option<i64>,
    /// S3's error, if the last file did not arrive.
    pub error: Option<Text>,
    /// S3's error, if the last digest did not arrive.
    pub digest_error: Option<Text>,
}

/// The bucket in which the trail is to be made again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrailBucket {
    /// Its name.
    pub name: String,
    /// What keeps it from being used, if anything does: it is not there, or not this account's.
    pub problem: Option<String>,
    /// Its policy.
    #[serde(serialize_with = "Redacted::reveal_option")]
    pub policy: Option<Redacted<String>>,
}
