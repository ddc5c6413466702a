//! AWS Config.

use aws_sdk_config::operation::start_configuration_recorder::StartConfigurationRecorderError;
use aws_smithy_mocks::mock;

use super::*;

#[tokio::test]
async fn a_recorder_that_can_not_be_started_is_refused_for_good() {
    let start = Step::StartRecorder { name: "default".to_owned().into() };
    for (code, piece) in [
        ("NoAvailableDeliveryChannelException", "delivery channel"),
        ("UnmodifiableEntityException", "another AWS service"),
    ] {
        let rule = mock!(aws_sdk_config::Client::start_configuration_recorder)
            .then_error(move || StartConfigurationRecorderError::generic(coded(code)));
        assert!(refused(&apply(&start, &duty(&[], &[&rule], &[])).await).contains(piece));
    }
}
