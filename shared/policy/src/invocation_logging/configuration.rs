//! The configuration of model-invocation logging, as AWS keeps it: one for each account and Region.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::baseline::Modality;
use crate::redacted::Redacted;

/// A place in S3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct S3Destination {
    /// The bucket's name.
    pub bucket: String,
    /// What the objects' keys begin with; empty: nothing. Anybody may have chosen it, so it is shown in evidence only.
    #[serde(serialize_with = "Redacted::reveal")]
    pub prefix: Redacted<String>,
}

/// A log group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CloudWatchDestination {
    /// The group's name.
    pub group: String,
    /// The role with which Bedrock writes to it.
    pub role_arn: String,
    /// Where goes what is too large for a log event.
    pub large_data: Option<S3Destination>,
}

/// Where invocation logs go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Destinations {
    /// A bucket.
    pub s3: Option<S3Destination>,
    /// A log group.
    pub cloudwatch: Option<CloudWatchDestination>,
}

impl Destinations {
    /// Whether nothing is delivered anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.s3.is_none() && self.cloudwatch.is_none()
    }

    /// The places in S3, each with what it gets: whole logs, or what is too large for a log event.
    pub fn places(&self) -> impl Iterator<Item = &S3Destination> {
        let large = self.cloudwatch.as_ref().and_then(|destination| destination.large_data.as_ref());
        self.s3.iter().chain(large)
    }

    /// The names of the buckets, each once.
    #[must_use]
    pub fn buckets(&self) -> BTreeSet<&str> {
        self.places().map(|place| place.bucket.as_str()).collect()
    }

    /// The log group's name.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        self.cloudwatch.as_ref().map(|destination| destination.group.as_str())
    }
}

/// The whole configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Configuration {
    /// Where the logs go.
    pub destinations: Destinations,
    /// The kinds of data that they hold.
    pub deliver: BTreeSet<Modality>,
}
