//! What AWS says about model-invocation logging.

use serde::Serialize;

use super::configuration::Configuration;
use super::role::Trusted;
use crate::data_key::KeyObservation;
use crate::redacted::Redacted;

/// The configuration, and what a change of it depends on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Observation {
    /// The configuration; `None`: logging is off.
    pub configuration: Option<Configuration>,
    /// What the deployment's destinations are like, read only where something is to be changed.
    pub requisites: Option<Requisites>,
}

/// What the deployment's destinations are like.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Requisites {
    /// Each bucket once.
    pub buckets: Vec<LogBucket>,
    /// The data key, where one of the buckets encrypts with it.
    pub key: Option<KeyObservation>,
    /// The log group, if the deployment names one.
    pub group: Option<LogGroup>,
    /// The role, if the deployment names one.
    pub role: Option<LogRole>,
}

/// A bucket that logs are to go to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogBucket {
    /// Its name.
    pub name: String,
    /// What keeps it from being used, if anything does: it is not there, or not this account's.
    pub problem: Option<String>,
    /// Whether its access control lists are disabled.
    pub acls_disabled: bool,
    /// The KMS key of its default encryption, as S3 names it.
    pub key: Option<String>,
    /// Its policy.
    #[serde(serialize_with = "Redacted::reveal_option")]
    pub policy: Option<Redacted<String>>,
}

/// The log group that logs are to go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogGroup {
    /// Whether it is there.
    pub present: bool,
}

/// The role with which Bedrock is to write to the log group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogRole {
    /// Whether Bedrock may take it; `None`: it is not there, or closed to Phiward.
    pub trusted: Option<Trusted>,
}
