//! The trail that feeds EventBridge: without one that logs here, no API call is ever told.

use aws_sdk_cloudtrail::types::{ReadWriteType, Trail};
use remediation::AwsError;

use super::Heart;

impl Heart {
    /// Whether a trail that covers this Region logs, and records write management events.
    pub(super) async fn trail(&self) -> Result<bool, AwsError> {
        let answer = self.cloudtrail.describe_trails().send().await;
        let answer = answer.map_err(|error| AwsError::new("cloudtrail:DescribeTrails", &error))?;
        for trail in answer.trail_list() {
            if self.tells(trail).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn tells(&self, trail: &Trail) -> Result<bool, AwsError> {
        let Some(arn) = trail.trail_arn() else { return Ok(false) };
        let status = self.cloudtrail.get_trail_status().name(arn).send().await;
        let status = status.map_err(|error| AwsError::new("cloudtrail:GetTrailStatus", &error))?;
        if status.is_logging() != Some(true) {
            return Ok(false);
        }
        let selectors = self.cloudtrail.get_event_selectors().trail_name(arn).send().await;
        let selectors = selectors.map_err(|error| AwsError::new("cloudtrail:GetEventSelectors", &error))?;
        let basic = selectors.event_selectors().iter().any(|selector| {
            let writes = !matches!(selector.read_write_type(), Some(ReadWriteType::ReadOnly));
            writes && selector.include_management_events() != Some(false)
        });
        // An advanced selector for management events, unless it takes reads only.
        let advanced = selectors.advanced_event_selectors().iter().any(|selector| {
            let fields = selector.field_selectors();
            let says = |name: &str, value: &str| {
                fields.iter().any(|field| field.field() == name && field.equals().iter().any(|each| each == value))
            };
            says("eventCategory", "Management") && !says("readOnly", "true")
        });
        Ok(basic || advanced)
    }
}
