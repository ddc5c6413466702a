//! The log group of the deployment and its role, looked at before logs are sent there.

use aws_sdk_cloudwatchlogs::config::Builder as LogsConfig;
use aws_sdk_iam::config::Builder as IamConfig;
use aws_sdk_iam::error::ProvideErrorMetadata;
use policy::invocation_logging::Trusted;
use remediation::{AwsError, ReadError};

use crate::InvocationLogging;

impl InvocationLogging {
    fn logs(&self) -> &aws_sdk_cloudwatchlogs::Client {
        let config = || LogsConfig::from(&self.sdk).interceptor(self.calls.clone()).build();
        self.logs.get_or_init(|| aws_sdk_cloudwatchlogs::Client::from_conf(config()))
    }

    fn iam(&self) -> &aws_sdk_iam::Client {
        let config = || IamConfig::from(&self.sdk).interceptor(self.calls.clone()).build();
        self.iam.get_or_init(|| aws_sdk_iam::Client::from_conf(config()))
    }

    /// Whether the group is there. Those whose names begin with its own come in their order, so it is the first.
    pub(crate) async fn observe_group(&self, name: &str) -> Result<bool, ReadError> {
        let mut token = None;
        loop {
            let request = self.logs().describe_log_groups().log_group_name_prefix(name).limit(1);
            let answer = request.set_next_token(token).send().await;
            let answer = answer.map_err(|error| AwsError::new("logs:DescribeLogGroups", &error))?;
            token = answer.next_token;
            let groups = answer.log_groups.unwrap_or_default();
            // A page may be empty and not be the last one.
            if !groups.is_empty() || token.is_none() {
                return Ok(groups.iter().any(|group| group.log_group_name() == Some(name)));
            }
        }
    }

    /// Whether Bedrock may take the role; `None`: it is not there, or closed to us.
    pub(crate) async fn observe_role(&self, arn: &str) -> Result<Option<Trusted>, ReadError> {
        const READ: &str = "iam:GetRole";
        let name = arn.rsplit('/').next().unwrap_or_default();
        let role = match self.iam().get_role().role_name(name).send().await {
            Ok(answer) => answer.role,
            Err(error) => {
                return match error.code() {
                    Some("NoSuchEntity" | "AccessDenied") => Ok(None),
                    _ => Err(AwsError::new(READ, &error).into()),
                };
            }
        };
        // Names are unique, paths are part of the ARN: another path is another role.
        let Some(role) = role.filter(|role| role.arn == arn) else { return Ok(None) };
        // IAM gives policies percent-encoded (RFC 3986). What can't be decoded can't be read as a policy either.
        let policy = role.assume_role_policy_document.unwrap_or_default();
        let policy = urlencoding::decode(&policy).unwrap_or_default();
        Ok(Some(Trusted::by(&policy, &self.partition, &self.region, &self.account)))
    }
}
