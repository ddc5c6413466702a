//! The duty `audit-trail`: the trail that the deployment names is there, logs, and records everything, validated and
//! encrypted.
//!
//! Guide step S5. A stopped trail tells nobody, not even EventBridge, so the schedule finds what no event tells. The trail
//! is changed only where it is this account's and its home Region is this one; elsewhere it is looked at and reported.
//!
//! Reads of a compliant trail, all at once: DescribeTrails, GetTrailStatus, GetEventSelectors; the last two once more for
//! a trail whose home is another Region. Only where something is to be changed, what the change depends on: the data key
//! and its policy, and for a trail that is made again its bucket's policy.

mod apply;
mod observe;
mod refusals;
mod resource;
mod selectors;
mod trail_bucket;

#[cfg(test)]
mod tests;

use futures_util::stream::{self, Stream};
use policy::Violation;
use policy::audit_trail::{Desired, Observation, Step, assess};
use remediation::{
    ApiCall, DataKeyReader, Duty, Parts, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError,
};

pub use resource::Trail;

/// The duty with its clients.
pub struct AuditTrail {
    cloudtrail: aws_sdk_cloudtrail::Client,
    s3: aws_sdk_s3::Client,
    data_key: DataKeyReader,
    /// The trail that the deployment names, if it does.
    trail: Option<Trail>,
    bucket: Option<String>,
    data_events: Vec<String>,
    recreate: bool,
    account: String,
    region: String,
    partition: String,
}

impl AuditTrail {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        const TRAIL: &str = "PHIWARD_TRAIL";
        let settings = parts.settings;
        let named = parts.environment.optional(TRAIL).map(|named| {
            let what = "it must be the name of a trail, or the ARN of one".to_owned();
            Trail::parse(&named, settings).ok_or(SettingError::Malformed { name: TRAIL, what })
        });
        let types = parts.environment.optional("PHIWARD_TRAIL_DATA_EVENTS").unwrap_or_default();
        let config = aws_sdk_cloudtrail::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        Ok(Self {
            cloudtrail: aws_sdk_cloudtrail::Client::from_conf(config.build()),
            s3: parts.s3.clone(),
            data_key: DataKeyReader::new(parts)?,
            trail: named.transpose()?,
            bucket: parts.environment.optional("PHIWARD_TRAIL_BUCKET"),
            data_events: types.split(',').filter(|each| !each.is_empty()).map(str::to_owned).collect(),
            recreate: parts.baseline.audit_trail.recreate,
            account: settings.account.clone(),
            region: settings.region.clone(),
            partition: settings.partition.clone(),
        })
    }

    fn desired<'a>(&'a self, at: &'a Trail) -> Desired<'a> {
        Desired {
            arn: at.arn(),
            named_by_arn: at.is_named_by_arn(),
            account: &self.account,
            region: &self.region,
            partition: &self.partition,
            key_arn: self.data_key.arn(),
            bucket: self.bucket.as_deref(),
            data_events: &self.data_events,
            recreate: self.recreate,
        }
    }

    fn scope_of(&self, call: &ApiCall) -> Scope<Trail> {
        let Some(trail) = &self.trail else { return Scope::Nothing("the deployment names no trail") };
        if call.source != "cloudtrail.amazonaws.com" {
            return Scope::Nothing("not a call of CloudTrail");
        }
        // Records name it by name or by ARN, as the caller did.
        match call.parameter("name").or_else(|| call.parameter("trailName")) {
            Some(named) if !trail.may_be(named) => {
                Scope::Nothing("another trail than the one that the deployment names")
            }
            _ => Scope::These(vec![trail.clone()]),
        }
    }
}

impl Duty for AuditTrail {
    const NAME: &'static str = "audit-trail";

    type Resource = Trail;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Trail> {
        self.trail.clone().filter(|trail| trail.to_string() == id)
    }

    fn scope(&self, signal: &Signal) -> Scope<Trail> {
        match signal {
            Signal::ApiCall(call) => self.scope_of(call),
            _ => Scope::Nothing("not an event that this duty looks after"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Trail, ReadError>> {
        stream::iter(self.trail.clone().map(Ok))
    }

    async fn observe(&self, at: &Trail) -> Result<Option<Observation>, ReadError> {
        observe::observe(self, at).await.map(Some)
    }

    fn assess(&self, at: &Trail, seen: &Observation) -> Vec<Violation<Step>> {
        assess(&self.desired(at), seen)
    }
}

impl Repair for AuditTrail {
    async fn apply(&self, at: &Trail, step: &Step) -> Result<(), WriteError> {
        apply::apply(self, at, step).await
    }

    fn undo(&self, _: &Trail, _: &Undo, _: &Observation) -> Restored<Step> {
        Restored::Refused(
            "the trail is never made to record less again: exempt the control, then change the trail yourself"
                .to_owned(),
        )
    }
}
