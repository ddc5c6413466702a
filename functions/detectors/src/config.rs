//! AWS Config's recorder. Without a name, and so here, only the customer-managed one is described.

use aws_sdk_config::types::{
    ConfigurationRecorder, ConfigurationRecorderStatus, RecorderStatus, RecordingGroup, RecordingStrategyType,
};
use policy::Redacted;
use policy::detectors::config::{ConfigRecorder, Recorder};
use remediation::{AwsError, ReadError, WriteError};

use crate::{Detectors, refusal};

const REFUSALS: &[(&str, &str)] = &[
    (
        "NoAvailableDeliveryChannelException",
        "AWS Config has no delivery channel: make it again (PutDeliveryChannel) with the bucket that it had",
    ),
    ("UnmodifiableEntityException", "the recorder belongs to another AWS service, and only this service can start it"),
];

impl Detectors {
    pub(crate) async fn observe_recorder(&self) -> Result<ConfigRecorder, ReadError> {
        let recorders = async {
            let answer = self.config.describe_configuration_recorders().send().await;
            answer.map_err(|error| AwsError::new("config:DescribeConfigurationRecorders", &error))
        };
        let statuses = async {
            let answer = self.config.describe_configuration_recorder_status().send().await;
            answer.map_err(|error| AwsError::new("config:DescribeConfigurationRecorderStatus", &error))
        };
        let channels = async {
            let answer = self.config.describe_delivery_channels().send().await;
            answer.map_err(|error| AwsError::new("config:DescribeDeliveryChannels", &error))
        };
        let (recorders, statuses, channels) = tokio::try_join!(recorders, statuses, channels)?;
        let recorder = recorders.configuration_recorders().first();
        Ok(ConfigRecorder {
            recorder: recorder.map(|recorder| read(recorder, statuses.configuration_recorders_status())),
            channel: !channels.delivery_channels().is_empty(),
        })
    }

    pub(crate) async fn start_recorder(&self, name: &Redacted<String>) -> Result<(), WriteError> {
        let sent = self.config.start_configuration_recorder().configuration_recorder_name(name.expose()).send().await;
        sent.map(drop).map_err(|error| refusal::coded("config:StartConfigurationRecorder", &error, REFUSALS))
    }
}

/// A recorder whose status is not told does not record.
fn read(recorder: &ConfigurationRecorder, statuses: &[ConfigurationRecorderStatus]) -> Recorder {
    let name = recorder.name().unwrap_or_default();
    let status = statuses.iter().find(|status| status.name() == Some(name));
    let group = recorder.recording_group();
    let strategy = group.and_then(RecordingGroup::recording_strategy).and_then(|strategy| strategy.use_only());
    Recorder {
        name: Redacted::new(name.to_owned()),
        service_linked: recorder.service_principal().is_some(),
        recording: status.is_some_and(ConfigurationRecorderStatus::recording),
        last_status: status.and_then(|status| status.last_status()).map(RecorderStatus::as_str).map(str::to_owned),
        all_supported: group.is_some_and(RecordingGroup::all_supported),
        strategy: strategy.map(RecordingStrategyType::as_str).map(str::to_owned),
    }
}
