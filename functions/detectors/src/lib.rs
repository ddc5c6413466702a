//! The duty `detectors`: the detective services that the deployment opted into stay on.
//!
//! Guide step S5. Each service costs money, so each has a parameter of its own; of a service that nobody opted into nothing is
//! ever read.
//!
//! Reads of what is compliant:
//! - `macie`: GetMacieSession; then GetAutomatedDiscoveryConfiguration with GetSensitivityInspectionTemplate, beside
//!   ListCustomDataIdentifiers (a call a page) with one GetCustomDataIdentifier for each that has a name of the baseline.
//! - `config-recorder`: DescribeConfigurationRecorders, DescribeConfigurationRecorderStatus, DescribeDeliveryChannels.
//! - `guardduty`: ListDetectors, GetDetector.

mod config;
mod guardduty;
mod identifiers;
mod macie;
mod refusal;
mod service;
mod template;

#[cfg(test)]
mod tests;

use futures_util::stream::{self, Stream};
use policy::Violation;
use policy::detectors::{Observation, Step, assess};
use remediation::{ApiCall, Duty, Parts, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError};

pub use service::Service;

/// The duty with its clients.
pub struct Detectors {
    macie: aws_sdk_macie2::Client,
    config: aws_sdk_config::Client,
    guardduty: aws_sdk_guardduty::Client,
    /// What the deployment opted into, in ascending order of ids.
    opted: Vec<Service>,
    baseline: policy::baseline::Detectors,
}

impl Detectors {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        let (sdk, calls) = (parts.sdk, &parts.calls);
        let macie = aws_sdk_macie2::config::Builder::from(sdk).interceptor(calls.clone());
        let config = aws_sdk_config::config::Builder::from(sdk).interceptor(calls.clone());
        let guardduty = aws_sdk_guardduty::config::Builder::from(sdk).interceptor(calls.clone());
        Ok(Self {
            macie: aws_sdk_macie2::Client::from_conf(macie.build()),
            config: aws_sdk_config::Client::from_conf(config.build()),
            guardduty: aws_sdk_guardduty::Client::from_conf(guardduty.build()),
            opted: service::opted(parts.environment)?,
            baseline: parts.baseline.detectors.clone(),
        })
    }

    fn scope_of(&self, call: &ApiCall) -> Scope<Service> {
        match Service::of_source(&call.source) {
            Some(service) if self.opted.contains(&service) => Scope::These(vec![service]),
            Some(_) => Scope::Nothing("the deployment did not opt into this service"),
            None => Scope::Nothing("not a call of a detective service"),
        }
    }
}

impl Duty for Detectors {
    const NAME: &'static str = "detectors";

    type Resource = Service;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Service> {
        self.opted.iter().copied().find(|service| service.id() == id)
    }

    fn scope(&self, signal: &Signal) -> Scope<Service> {
        match signal {
            Signal::ApiCall(call) => self.scope_of(call),
            _ => Scope::Nothing("not an event that this duty looks after"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Service, ReadError>> {
        stream::iter(self.opted.iter().copied().map(Ok))
    }

    async fn observe(&self, at: &Service) -> Result<Option<Observation>, ReadError> {
        Ok(Some(match at {
            Service::Macie => Observation::Macie(self.observe_macie().await?),
            Service::ConfigRecorder => Observation::ConfigRecorder(self.observe_recorder().await?),
            Service::GuardDuty => Observation::GuardDuty(self.observe_guardduty().await?),
        }))
    }

    fn assess(&self, _: &Service, seen: &Observation) -> Vec<Violation<Step>> {
        assess(&self.baseline, seen)
    }
}

impl Repair for Detectors {
    async fn apply(&self, _: &Service, step: &Step) -> Result<(), WriteError> {
        match step {
            Step::EnableMacie => self.enable_macie().await,
            Step::ResumeMacie => self.resume_macie().await,
            Step::EnableDiscovery => self.enable_discovery().await,
            Step::CreateIdentifier { identifier } => self.create_identifier(identifier).await,
            Step::IncludeIdentifiers { names } => self.include_identifiers(names).await,
            Step::StartRecorder { name } => self.start_recorder(name).await,
            Step::CreateDetector => self.create_detector().await,
            Step::EnableDetector => self.enable_detector().await,
            Step::EnableFeature { name } => self.enable_feature(name).await,
        }
    }

    fn undo(&self, _: &Service, _: &Undo, _: &Observation) -> Restored<Step> {
        let why = "a detective service is never switched off by Phiward, whose role can't: set its parameter to false, then \
                   switch it off yourself";
        Restored::Refused(why.to_owned())
    }
}
