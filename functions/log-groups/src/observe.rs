//! Reading log groups: the group and its data-protection policy at once, then the key only where it is to be given.

use aws_sdk_cloudwatchlogs::error::ProvideErrorMetadata;
use aws_sdk_cloudwatchlogs::types::{LogGroup, LogGroupClass};
use policy::Redacted;
use policy::log_groups::{GroupObservation, Observation};
use remediation::{AwsError, ReadError};

use crate::LogGroups;
use crate::resource::GroupName;

const DESCRIBE: &str = "logs:DescribeLogGroups";

impl LogGroups {
    /// The live state of a group; `None` when it is gone and need not be there.
    pub(crate) async fn observe_group(&self, at: &GroupName) -> Result<Option<Observation>, ReadError> {
        let (described, policy) = tokio::join!(self.describe(at), self.policy_of(at));
        let Some(group) = described? else {
            if !self.governed.in_full(at) {
                return Ok(None);
            }
            return Ok(Some(Observation::Absent { key: self.data_key.observe().await? }));
        };
        let class = group.log_group_class.map(|class| class.as_str().to_owned()).unwrap_or_default();
        // This class has no such policies, and it is not documented how AWS says so.
        let data_protection = if class == LogGroupClass::Delivery.as_str() { policy.unwrap_or(None) } else { policy? };
        let encrypted = group.kms_key_id.as_deref() == Some(self.data_key.arn());
        let key = if encrypted { None } else { Some(self.data_key.observe().await?) };
        Ok(Some(Observation::Group(GroupObservation {
            class,
            key_arn: group.kms_key_id,
            key,
            retention_days: group.retention_in_days,
            data_protection_status: group.data_protection_status.map(|status| status.as_str().to_owned()),
            data_protection,
        })))
    }

    /// The group itself, among those whose names begin with its own; they come in the order of their names, so it is the
    /// first.
    pub(crate) async fn describe(&self, at: &GroupName) -> Result<Option<LogGroup>, ReadError> {
        let mut token = None;
        loop {
            let request = self.logs.describe_log_groups().log_group_name_prefix(at.as_str()).limit(1);
            let answer = request.set_next_token(token).send().await;
            let answer = answer.map_err(|error| AwsError::new(DESCRIBE, &error))?;
            token = answer.next_token;
            let groups = answer.log_groups.unwrap_or_default();
            // A page may be empty and not be the last one.
            if !groups.is_empty() || token.is_none() {
                return Ok(groups.into_iter().find(|group| group.log_group_name.as_deref() == Some(at.as_str())));
            }
        }
    }

    /// The data-protection policy; `None` where there is none, or no such group.
    pub(crate) async fn policy_of(&self, at: &GroupName) -> Result<Option<Redacted<String>>, ReadError> {
        match self.logs.get_data_protection_policy().log_group_identifier(at.as_str()).send().await {
            Ok(answer) => Ok(answer.policy_document.filter(|text| !text.trim().is_empty()).map(Redacted::new)),
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(None),
            Err(error) => Err(AwsError::new("logs:GetDataProtectionPolicy", &error).into()),
        }
    }

    /// The names that begin so, of the groups that are looked after.
    pub(crate) async fn names(&self, prefix: &str) -> Result<Vec<GroupName>, ReadError> {
        let mut pages = self
            .logs
            .describe_log_groups()
            .set_log_group_name_prefix((!prefix.is_empty()).then(|| prefix.to_owned()))
            .into_paginator()
            .send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| AwsError::new(DESCRIBE, &error))?;
            let names = page.log_groups().iter().filter_map(|group| GroupName::parse(group.log_group_name()?));
            found.extend(names.filter(|name| self.governed.contains(name)));
        }
        Ok(found)
    }
}
