//! Whether Bedrock is used here at all.

use aws_sdk_cloudwatch::Client;
use remediation::{AwsError, Parts, ReadError};

const LIST: &str = "cloudwatch:ListMetrics";
/// What counts inference on each plane ("Monitor Amazon Bedrock using CloudWatch metrics", Amazon Bedrock User Guide).
const INFERENCE: [(&str, &str); 2] = [("AWS/Bedrock", "Invocations"), ("AWS/BedrockMantle", "Inferences")];

/// Who can ask.
pub(crate) struct Usage(Client);

impl Usage {
    /// Of the function's configuration.
    pub(crate) fn new(parts: &Parts<'_>) -> Self {
        let config = aws_sdk_cloudwatch::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        Self(Client::from_conf(config.build()))
    }

    /// Whether a model was invoked in the last two weeks: so long CloudWatch lists a metric that gets no data.
    pub(crate) async fn is_there(&self) -> Result<bool, ReadError> {
        for (namespace, metric) in INFERENCE {
            let listed = self.0.list_metrics().namespace(namespace).metric_name(metric).send().await;
            let listed = listed.map_err(|error| AwsError::new(LIST, &error))?;
            if !listed.metrics().is_empty() || listed.next_token().is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
