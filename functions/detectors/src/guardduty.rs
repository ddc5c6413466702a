//! GuardDuty: its detector, of which a Region has one at most.

use aws_sdk_guardduty::types::{
    DetectorFeature, DetectorFeatureConfiguration, DetectorFeatureResult, DetectorStatus, FeatureStatus,
};
use policy::detectors::ENABLED;
use policy::detectors::guardduty::{Detector, GuardDuty};
use remediation::{AwsError, ReadError, WriteError};

use crate::{Detectors, refusal};

const UPDATE: &str = "guardduty:UpdateDetector";
const REFUSALS: &[(&str, &str)] = &[(
    "BadRequestException",
    "GuardDuty refuses: its administrator account or a policy of the organization decides this and must change it, or it is \
     not offered in this Region and has no place in the baseline",
)];

impl Detectors {
    pub(crate) async fn observe_guardduty(&self) -> Result<GuardDuty, ReadError> {
        Ok(GuardDuty { detector: self.detector().await? })
    }

    async fn detector(&self) -> Result<Option<Detector>, ReadError> {
        const OPERATION: &str = "guardduty:GetDetector";
        let Some(id) = self.detector_id().await? else { return Ok(None) };
        let answer = self.guardduty.get_detector().detector_id(&id).send().await;
        let answer = answer.map_err(|error| AwsError::new(OPERATION, &error))?;
        let status = answer.status().map(DetectorStatus::as_str);
        let status = status.ok_or(ReadError::Answer { operation: OPERATION, what: "it has no status" })?.to_owned();
        let features = answer.features().iter().filter_map(|feature| {
            let name = feature.name().map(DetectorFeatureResult::as_str)?;
            Some((name.to_owned(), feature.status().map_or("", FeatureStatus::as_str).to_owned()))
        });
        Ok(Some(Detector { id, status, features: features.collect() }))
    }

    async fn detector_id(&self) -> Result<Option<String>, ReadError> {
        let mut ids = self.guardduty.list_detectors().into_paginator().items().send();
        let first = ids.next().await.transpose();
        Ok(first.map_err(|error| AwsError::new("guardduty:ListDetectors", &error))?)
    }

    /// With the protection plans that AWS enables by default: which of them the lost detector had, nobody knows any more.
    pub(crate) async fn create_detector(&self) -> Result<(), WriteError> {
        let sent = self.guardduty.create_detector().enable(true).send().await;
        sent.map(drop).map_err(|error| refusal::coded("guardduty:CreateDetector", &error, REFUSALS))
    }

    pub(crate) async fn enable_detector(&self) -> Result<(), WriteError> {
        let Some(id) = self.detector_id().await? else { return Err(WriteError::Changed("GuardDuty's detector")) };
        let sent = self.guardduty.update_detector().detector_id(id).enable(true).send().await;
        sent.map(drop).map_err(|error| refusal::coded(UPDATE, &error, REFUSALS))
    }

    /// Plans that the request does not name stay as they are.
    pub(crate) async fn enable_feature(&self, name: &str) -> Result<(), WriteError> {
        let Some(Detector { id, features, .. }) = self.detector().await? else {
            let advice = "GuardDuty has no detector: see detectors.guardduty".to_owned();
            return Err(WriteError::Refused { advice });
        };
        if features.get(name).is_some_and(|status| status == ENABLED) {
            return Ok(());
        }
        let feature = DetectorFeatureConfiguration::builder()
            .name(DetectorFeature::from(name))
            .status(FeatureStatus::Enabled)
            .build();
        let sent = self.guardduty.update_detector().detector_id(id).features(feature).send().await;
        sent.map(drop).map_err(|error| refusal::coded(UPDATE, &error, REFUSALS))
    }
}
