//! The rules of Phiward's stack: there, enabled, and with a target.

use aws_sdk_cloudformation::types::{ResourceStatus, StackResourceSummary};
use aws_sdk_eventbridge::error::SdkError;
use aws_sdk_eventbridge::types::RuleState;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use remediation::AwsError;

use super::Heart;

/// How many rules are looked at at once; EventBridge throttles above 50 calls a second in some Regions.
const AT_ONCE: usize = 8;

/// A rule that starts nothing.
pub(super) struct Broken {
    pub(super) name: String,
    pub(super) what: &'static str,
}

impl Heart {
    pub(super) async fn rules(&self) -> Result<Vec<Broken>, AwsError> {
        let looked = stream::iter(self.names().await?).map(async |name| self.rule(name).await);
        let found: Vec<_> = looked.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// What CloudFormation has made: it goes on naming a rule that somebody has deleted.
    async fn names(&self) -> Result<Vec<String>, AwsError> {
        let pages = self.cloudformation.list_stack_resources().stack_name(&self.stack_id);
        let resources = pages.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let resources = resources.map_err(|error| AwsError::new("cloudformation:ListStackResources", &error))?;
        Ok(resources.into_iter().filter_map(rule_name).collect())
    }

    async fn rule(&self, name: String) -> Result<Option<Broken>, AwsError> {
        let what = self.what_is_wrong_with(&name).await?;
        Ok(what.map(|what| Broken { name, what }))
    }

    async fn what_is_wrong_with(&self, name: &str) -> Result<Option<&'static str>, AwsError> {
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

fn rule_name(resource: StackResourceSummary) -> Option<String> {
    let is_rule = resource.resource_type() == Some("AWS::Events::Rule");
    let is_there = resource.resource_status() != Some(&ResourceStatus::DeleteComplete);
    resource.physical_resource_id.filter(|_| is_rule && is_there)
}
