//! AWS Config's recorder: recording every type of resource, and delivering.

use serde::Serialize;

use super::Step;
use crate::control;
use crate::decision::Violation;
use crate::redacted::Redacted;

/// The customer-managed recorder of this Region; there is one at most.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfigRecorder {
    /// The recorder.
    pub recorder: Option<Recorder>,
    /// Whether there is a delivery channel.
    pub channel: bool,
}

/// A recorder.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recorder {
    /// Its name, which somebody has chosen.
    #[serde(serialize_with = "Redacted::reveal")]
    pub name: Redacted<String>,
    /// Whether another AWS service owns it.
    pub service_linked: bool,
    /// Whether it records now.
    pub recording: bool,
    /// How its last delivery went, in AWS's word.
    pub last_status: Option<String>,
    /// Whether it records all types of resources, those included that AWS adds.
    pub all_supported: bool,
    /// AWS's word for which types it records.
    pub strategy: Option<String>,
}

impl Recorder {
    fn is_narrowed(&self) -> bool {
        let all = self.strategy.as_deref().is_none_or(|strategy| strategy == "ALL_SUPPORTED_RESOURCE_TYPES");
        !(all && self.all_supported)
    }

    fn is_failing(&self) -> bool {
        let fine = |status: &str| matches!(status, "Success" | "Pending" | "NotApplicable");
        self.last_status.as_deref().is_some_and(|status| !fine(status))
    }
}

const NO_RECORDER: &str = "AWS Config has no recorder in this Region. Phiward knows neither its role nor its bucket: make it \
    again (PutConfigurationRecorder) with the service-linked role AWSServiceRoleForConfig or the role that it had, then its \
    delivery channel; Phiward starts it. What was recorded before is still in the old bucket";
const NO_CHANNEL: &str = "AWS Config has no delivery channel in this Region, so its recorder can't be started, and Phiward does \
    not know the bucket: make the channel again (PutDeliveryChannel) with the bucket that it had; Phiward starts the recorder";
const LINKED: &str = "the recorder does not record and belongs to another AWS service, so that only this service can start it: \
    see that service's settings";
const NARROWED: &str = "the recorder leaves out types of resources: let it record all supported types \
    (PutConfigurationRecorder), or exempt this control if that is meant so";
const FAILING: &str = "the recorder records, but its last delivery failed: see lastErrorCode of \
    DescribeConfigurationRecorderStatus, then the recorder's role, and the policy and key of the delivery channel's bucket";

/// The violations of the recorder.
#[must_use]
pub fn assess(seen: &ConfigRecorder) -> Vec<Violation<Step>> {
    let person = |advice| Violation::person(&control::DETECTORS_CONFIG_RECORDER, advice);
    let Some(recorder) = &seen.recorder else { return vec![person(NO_RECORDER)] };
    let mut found = Vec::new();
    if !seen.channel {
        found.push(person(NO_CHANNEL));
    }
    if !recorder.recording && recorder.service_linked {
        found.push(person(LINKED));
    } else if !recorder.recording && seen.channel {
        let start = vec![Step::StartRecorder { name: recorder.name.clone() }];
        found.push(Violation::steps(&control::DETECTORS_CONFIG_RECORDER, start));
    }
    if recorder.recording && recorder.is_failing() {
        found.push(person(FAILING));
    }
    if recorder.is_narrowed() {
        found.push(person(NARROWED));
    }
    found
}
