//! Phiward's rules: enabled, and with a target.

use aws_sdk_eventbridge::error::SdkError;
use aws_sdk_eventbridge::types::RuleState;
use futures_util::future::try_join_all;
use remediation::AwsError;

use super::Heart;

/// A rule that starts nothing.
pub(super) struct Broken {
    pub(super) name: String,
    pub(super) what: &'static str,
}

impl Heart {
    pub(super) async fn rules(&self) -> Result<Vec<Broken>, AwsError> {
        let looked = try_join_all(self.rules.iter().map(async |name| self.rule(name).await)).await?;
        let found = self.rules.iter().zip(looked);
        Ok(found.filter_map(|(name, what)| Some(Broken { name: name.clone(), what: what? })).collect())
    }

    async fn rule(&self, name: &str) -> Result<Option<&'static str>, AwsError> {
        let rule = match self.events.describe_rule().name(name).send().await {
            Ok(rule) => rule,
            Err(SdkError::ServiceError(error)) if error.err().is_resource_not_found_exception() => {
                return Ok(Some("the rule is gone: deploy again"));
            }
            Err(error) => return Err(AwsError::new("events:DescribeRule", &error)),
        };
        if !matches!(rule.state(), Some(RuleState::Enabled | RuleState::EnabledWithAllCloudtrailManagementEvents)) {
            return Ok(Some("the rule is not enabled: `aws events enable-rule`"));
        }
        let targets = self.events.list_targets_by_rule().rule(name).send().await;
        let targets = targets.map_err(|error| AwsError::new("events:ListTargetsByRule", &error))?;
        Ok(targets.targets().is_empty().then_some("the rule has no target: deploy again"))
    }
}
