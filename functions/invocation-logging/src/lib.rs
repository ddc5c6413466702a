//! The duty `invocation-logging`: Bedrock's model-invocation logging is on, delivers to the deployment's destinations and
//! nowhere else, and delivers what the baseline names.
//!
//! Guide step S4. There is one configuration for each account and Region. The deployment names the destinations; where it
//! names none, nothing is looked after. AWS replaces the configuration whole, so it is read again right before it is
//! written, and what is delivered beyond the baseline stays delivered. Another destination is told, and never touched.
//!
//! Reads of what is compliant: GetModelInvocationLoggingConfiguration. Only where something is to be changed, what the
//! change depends on, all at once: of each named bucket GetBucketPolicy, GetBucketOwnershipControls and
//! GetBucketEncryption; of the named log group DescribeLogGroups; of the named role GetRole; then, where a bucket encrypts
//! with the data key, DescribeKey and GetKeyPolicy.

mod apply;
mod bucket;
mod configuration;
mod log_group;
mod named;
mod observe;

#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::fmt;

use futures_util::stream::{self, Stream};
use policy::Violation;
use policy::invocation_logging::{Desired, Destinations, Observation, Step, assess};
use remediation::clients::CallCounter;
use remediation::{
    ApiCall, DataKeyReader, Duty, Parts, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError,
};

const ID: &str = "model-invocation-logging";

/// The configuration of this account and Region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Configuration;

impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ID)
    }
}

/// The duty with its clients.
pub struct InvocationLogging {
    bedrock: aws_sdk_bedrock::Client,
    s3: aws_sdk_s3::Client,
    data_key: DataKeyReader,
    /// Made when the log group's role is to be looked at, which only a change needs.
    iam: OnceCell<aws_sdk_iam::Client>,
    /// As the role, the log group itself.
    logs: OnceCell<aws_sdk_cloudwatchlogs::Client>,
    sdk: aws_types::SdkConfig,
    calls: CallCounter,
    /// The deployment's destinations; empty: nothing is looked after.
    destinations: Destinations,
    baseline: policy::baseline::InvocationLogging,
    account: String,
    region: String,
    partition: String,
}

impl InvocationLogging {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        let settings = parts.settings;
        let bedrock = aws_sdk_bedrock::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        Ok(Self {
            bedrock: aws_sdk_bedrock::Client::from_conf(bedrock.build()),
            s3: parts.s3.clone(),
            data_key: DataKeyReader::new(parts)?,
            iam: OnceCell::new(),
            logs: OnceCell::new(),
            sdk: parts.sdk.clone(),
            calls: parts.calls.clone(),
            destinations: named::destinations(parts.environment)?,
            baseline: parts.baseline.invocation_logging.clone(),
            account: settings.account.clone(),
            region: settings.region.clone(),
            partition: settings.partition.clone(),
        })
    }

    fn desired(&self) -> Desired<'_> {
        Desired {
            destinations: &self.destinations,
            deliver: &self.baseline.deliver,
            partition: &self.partition,
            region: &self.region,
            account: &self.account,
            key_arn: self.data_key.arn(),
        }
    }

    /// The configuration, unless the deployment names no destination.
    fn governed(&self) -> Option<Configuration> {
        (!self.destinations.is_empty()).then_some(Configuration)
    }

    fn scope_of(&self, call: &ApiCall) -> Scope<Configuration> {
        let concerns = match call.source.as_str() {
            "bedrock.amazonaws.com" => true,
            // A bucket that was put right may be what logging has waited for.
            "s3.amazonaws.com" => {
                call.parameter("bucketName").is_some_and(|name| self.destinations.buckets().contains(name))
            }
            _ => false,
        };
        match self.governed() {
            None => Scope::Nothing("the deployment names no destination of invocation logs"),
            Some(configuration) if concerns => Scope::These(vec![configuration]),
            Some(_) => Scope::Nothing("neither a call of Bedrock nor of a bucket that invocation logs go to"),
        }
    }
}

impl Duty for InvocationLogging {
    const NAME: &'static str = "invocation-logging";

    type Resource = Configuration;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Configuration> {
        self.governed().filter(|_| id == ID)
    }

    fn scope(&self, signal: &Signal) -> Scope<Configuration> {
        match signal {
            Signal::ApiCall(call) => self.scope_of(call),
            _ => Scope::Nothing("not an event that this duty looks after"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Configuration, ReadError>> {
        stream::iter(self.governed().map(Ok))
    }

    async fn observe(&self, _: &Configuration) -> Result<Option<Observation>, ReadError> {
        self.observe().await.map(Some)
    }

    fn assess(&self, _: &Configuration, seen: &Observation) -> Vec<Violation<Step>> {
        assess(&self.desired(), seen)
    }
}

impl Repair for InvocationLogging {
    async fn apply(&self, _: &Configuration, step: &Step) -> Result<(), WriteError> {
        self.repair(step).await
    }

    fn undo(&self, _: &Configuration, _: &Undo, _: &Observation) -> Restored<Step> {
        Restored::Refused(
            "invocation logging is never switched off or sent elsewhere by Phiward: exempt the control, then change it \
             yourself"
                .to_owned(),
        )
    }
}
