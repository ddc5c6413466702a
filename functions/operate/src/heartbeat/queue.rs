//! The dead-letter queue: empty.

use aws_sdk_sqs::types::QueueAttributeName;
use remediation::AwsError;

use super::Heart;

impl Heart {
    /// How many messages wait, those in flight included.
    pub(super) async fn queue(&self) -> Result<u64, AwsError> {
        const OPERATION: &str = "sqs:GetQueueAttributes";
        let counted = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let request = self.sqs.get_queue_attributes().queue_url(&self.queue_url);
        let answer = request.set_attribute_names(Some(counted.to_vec())).send().await;
        let answer = answer.map_err(|error| AwsError::new(OPERATION, &error))?;
        let attributes = answer.attributes();
        let count = |name| attributes?.get(name)?.parse::<u64>().ok();
        counted.iter().map(count).sum::<Option<u64>>().ok_or_else(|| AwsError {
            operation: OPERATION,
            code: "Unreadable".to_owned(),
            status: None,
            request_id: None,
        })
    }
}
