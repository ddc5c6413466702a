//! Writing a log group's settings. CloudWatch Logs has no compare-and-swap, so what a change was planned for is read again
//! right before it.

use aws_sdk_cloudwatchlogs::error::ProvideErrorMetadata;
use policy::Redacted;
use policy::log_groups::{Step, same, sends_findings};
use remediation::{AwsError, WriteError};

use crate::LogGroups;
use crate::resource::GroupName;

impl LogGroups {
    /// Applies one step.
    pub(crate) async fn repair(&self, at: &GroupName, step: &Step) -> Result<(), WriteError> {
        match step {
            Step::CreateGroup { key_arn } => self.create(at, key_arn).await,
            Step::AssociateKey { key_arn } => self.associate(at, key_arn).await,
            Step::PutRetention { expected, days } => self.retain(at, *expected, *days).await,
            Step::PutDataProtection { expected, document } => self.protect(at, expected.as_ref(), document).await,
        }
    }

    async fn create(&self, at: &GroupName, key_arn: &str) -> Result<(), WriteError> {
        match self.logs.create_log_group().log_group_name(at.as_str()).kms_key_id(key_arn).send().await {
            Ok(_) => Ok(()),
            Err(error) => match error.code() {
                // By a request whose answer was lost, or by somebody else: what it lacks is seen when it is read back.
                Some("ResourceAlreadyExistsException") => Ok(()),
                Some("InvalidParameterException") => Err(key_refused()),
                _ => Err(AwsError::new("logs:CreateLogGroup", &error).into()),
            },
        }
    }

    async fn associate(&self, at: &GroupName, key_arn: &str) -> Result<(), WriteError> {
        match self.logs.associate_kms_key().log_group_name(at.as_str()).kms_key_id(key_arn).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("InvalidParameterException") => Err(key_refused()),
            Err(error) => Err(AwsError::new("logs:AssociateKmsKey", &error).into()),
        }
    }

    /// Never shortens: a retention that somebody has just made longer, or taken away, stays.
    async fn retain(&self, at: &GroupName, expected: i32, days: u32) -> Result<(), WriteError> {
        const WRITE: &str = "logs:PutRetentionPolicy";
        let now = self.describe(at).await?.and_then(|group| group.retention_in_days);
        if now != Some(expected) {
            return Err(WriteError::Changed("the log group's retention"));
        }
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        let sent = self.logs.put_retention_policy().log_group_name(at.as_str()).retention_in_days(days).send().await;
        sent.map(drop).map_err(|error| AwsError::new(WRITE, &error).into())
    }

    async fn protect(
        &self,
        at: &GroupName,
        expected: Option<&Redacted<String>>,
        document: &Redacted<String>,
    ) -> Result<(), WriteError> {
        let text = |policy: Option<&Redacted<String>>| policy.map(|policy| policy.expose().clone());
        let now = self.policy_of(at).await?;
        if !same(text(now.as_ref()).as_deref(), text(expected).as_deref()) {
            return Err(WriteError::Changed("the log group's data-protection policy"));
        }
        let request = self.logs.put_data_protection_policy().log_group_identifier(at.as_str());
        match request.policy_document(document.expose()).send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.code() {
                Some("InvalidParameterException" | "LimitExceededException") => WriteError::Refused {
                    advice: "CloudWatch Logs does not take the data-protection policy with the baseline's data identifiers: \
                             look for one that this Region or the group's class does not have, or a findings destination \
                             that is gone"
                        .to_owned(),
                },
                // CloudWatch Logs User Guide, "IAM permissions required to create or work with a data protection policy":
                // for a destination that nothing is sent to yet, rights to change its own policy.
                Some("AccessDeniedException") if sends_findings(document.expose()) => WriteError::Refused {
                    advice: "the data-protection policy sends its findings somewhere, for which CloudWatch Logs asks for more \
                             rights than Phiward has: add the baseline's data identifiers by hand"
                        .to_owned(),
                },
                _ => AwsError::new("logs:PutDataProtectionPolicy", &error).into(),
            }),
        }
    }
}

fn key_refused() -> WriteError {
    WriteError::Refused {
        advice:
            "CloudWatch Logs does not take the data key for this log group, although the key is enabled and its policy \
                 admits it: it may take minutes until a new key policy is in force everywhere; look at the key"
                .to_owned(),
    }
}
