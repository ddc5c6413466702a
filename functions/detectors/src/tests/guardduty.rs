//! GuardDuty.

use aws_sdk_guardduty::operation::get_detector::GetDetectorOutput;
use aws_sdk_guardduty::operation::list_detectors::ListDetectorsOutput;
use aws_sdk_guardduty::operation::update_detector::{UpdateDetectorError, UpdateDetectorOutput};
use aws_sdk_guardduty::types::{DetectorFeatureConfigurationResult, DetectorFeatureResult, DetectorStatus};
use aws_smithy_mocks::{Rule, mock};
use policy::detectors::Observation;

use super::*;

fn detectors(ids: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_guardduty::Client::list_detectors).then_output(move || {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        ListDetectorsOutput::builder().set_detector_ids(Some(ids)).build()
    })
}

fn detector(feature: &'static str, status: &'static str) -> Rule {
    mock!(aws_sdk_guardduty::Client::get_detector)
        .match_requests(|request| request.detector_id() == Some("d1"))
        .then_output(move || {
            let feature = DetectorFeatureConfigurationResult::builder()
                .name(DetectorFeatureResult::from(feature))
                .status(status.into())
                .build();
            GetDetectorOutput::builder().status(DetectorStatus::Enabled).features(feature).build()
        })
}

#[tokio::test]
async fn a_protection_plan_that_the_sdk_does_not_know_yet_is_read_and_switched_on() {
    let (ids, off) = (detectors(&["d1"]), detector("AI_PROTECTION", "DISABLED"));
    let update = mock!(aws_sdk_guardduty::Client::update_detector)
        .match_requests(|request| {
            let [feature] = request.features() else { return false };
            let named = feature.name().map(|name| name.as_str()) == Some("AI_PROTECTION");
            named && feature.status().map(|status| status.as_str()) == Some("ENABLED") && request.enable().is_none()
        })
        .then_output(|| UpdateDetectorOutput::builder().build());
    let step = Step::EnableFeature { name: "AI_PROTECTION".to_owned() };
    let watched = duty(&[], &[], &[&ids, &off, &update]);
    let Ok(Some(Observation::GuardDuty(seen))) = watched.observe(&Service::GuardDuty).await else { panic!() };
    assert_eq!(seen.detector.unwrap().features["AI_PROTECTION"], "DISABLED");
    assert_eq!(apply(&step, &watched).await, Ok(()));
    let on = detector("AI_PROTECTION", "ENABLED");
    assert_eq!(apply(&step, &duty(&[], &[], &[&ids, &on])).await, Ok(()));
}

#[tokio::test]
async fn what_guardduty_refuses_is_for_a_person() {
    let (ids, off) = (detectors(&["d1"]), detector("S3_DATA_EVENTS", "DISABLED"));
    let update = mock!(aws_sdk_guardduty::Client::update_detector)
        .then_error(|| UpdateDetectorError::generic(coded("BadRequestException")));
    let enable = Step::EnableFeature { name: "S3_DATA_EVENTS".to_owned() };
    for step in [&enable, &Step::EnableDetector] {
        let advice = apply(step, &duty(&[], &[], &[&ids, &off, &update])).await;
        assert!(refused(&advice).contains("administrator account") && !format!("{advice:?}").contains("jane-doe"));
    }
    let none = detectors(&[]);
    assert!(refused(&apply(&enable, &duty(&[], &[], &[&none])).await).contains("no detector"));
    assert!(changed(&apply(&Step::EnableDetector, &duty(&[], &[], &[&none])).await));
}
