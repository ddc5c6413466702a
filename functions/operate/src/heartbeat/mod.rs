//! The heartbeat: is everything alive that would otherwise be dead in silence, and what is due.

mod due;
mod queue;
mod rules;
mod trail;

use aws_types::SdkConfig;
use evidence::Function;
use remediation::metrics::Heartbeat;
use remediation::{AwsError, Environment, Foundation, SettingError};
use serde_json::{Value, json};

use crate::{Operate, setting};

/// What the heartbeat looks at.
pub(crate) struct Heart {
    stack_id: String,
    queue_url: String,
    cloudformation: aws_sdk_cloudformation::Client,
    events: aws_sdk_eventbridge::Client,
    sqs: aws_sdk_sqs::Client,
    cloudtrail: aws_sdk_cloudtrail::Client,
}

impl Heart {
    pub(crate) fn new(base: &Foundation, environment: &Environment<'_>) -> Result<Self, SettingError> {
        let sdk: &SdkConfig = &base.sdk;
        Ok(Self {
            stack_id: setting(environment, "PHIWARD_STACK_ID")?,
            queue_url: setting(environment, "PHIWARD_DEAD_LETTER_QUEUE_URL")?,
            cloudformation: aws_sdk_cloudformation::Client::new(sdk),
            events: base.bus.client.clone(),
            sqs: aws_sdk_sqs::Client::new(sdk),
            cloudtrail: aws_sdk_cloudtrail::Client::new(sdk),
        })
    }
}

impl Operate {
    /// Looks, does what is due, and emits the metrics. What is wrong is in the log, and `Alive` is missing.
    pub(crate) async fn beat(&self, function: &Function) -> Result<Value, AwsError> {
        let due = self.do_what_is_due(function).await;
        let (rules, queue, trail) =
            futures_util::future::join3(self.heart.rules(), self.heart.queue(), self.heart.trail()).await;
        let (rules, dead_letters, trail) = (rules?, queue?, trail?);
        for broken in &rules {
            tracing::error!(rule = broken.name, "{}", broken.what);
        }
        if dead_letters > 0 {
            tracing::error!(dead_letters, "events wait in the dead-letter queue; put the cause right and replay them");
        }
        if !trail {
            tracing::error!(
                "no trail that records write management events is logging here: EventBridge hears of no API call"
            );
        }
        let rules_broken = u64::try_from(rules.len()).unwrap_or(u64::MAX);
        let found = Heartbeat { trail_logging: trail, rules_broken, dead_letters };
        self.metrics.heartbeat(found);
        let due = due?;
        tracing::info!(well = found.is_well(), due, "heartbeat");
        Ok(json!({
            "well": found.is_well(), "trail_logging": trail, "dead_letters": dead_letters, "due": due,
            "broken_rules": rules.into_iter().map(|rule| rule.name).collect::<Vec<_>>(),
        }))
    }
}
