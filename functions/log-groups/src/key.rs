//! The data key, looked at before it is given to a log group.

use aws_sdk_kms::error::ProvideErrorMetadata;
use policy::Redacted;
use policy::data_key::DataKey;
use policy::log_groups::KeyObservation;
use remediation::{AwsError, ReadError};

use crate::LogGroups;

impl LogGroups {
    fn kms(&self) -> &aws_sdk_kms::Client {
        self.kms.get_or_init(|| {
            let config = aws_sdk_kms::config::Builder::from(&self.sdk).interceptor(self.calls.clone());
            aws_sdk_kms::Client::from_conf(config.build())
        })
    }

    /// What KMS says of the key. A key that is gone or closed to us is said in its state, so that the group's other
    /// settings are repaired all the same.
    pub(crate) async fn observe_key(&self) -> Result<KeyObservation, ReadError> {
        let unusable = |state: &str| KeyObservation {
            key: DataKey { state: state.to_owned(), usage: String::new(), spec: String::new() },
            policy: Redacted::default(),
        };
        let described = match self.kms().describe_key().key_id(&self.key_arn).send().await {
            Ok(answer) => answer,
            Err(error) => match error.code() {
                Some("NotFoundException") => return Ok(unusable("not there")),
                Some("AccessDeniedException") => return Ok(unusable("closed to Phiward (kms:DescribeKey is denied)")),
                _ => return Err(AwsError::new("kms:DescribeKey", &error).into()),
            },
        };
        let policy = match self.kms().get_key_policy().key_id(&self.key_arn).policy_name("default").send().await {
            Ok(answer) => answer.policy,
            Err(error) => match error.code() {
                Some("AccessDeniedException") => return Ok(unusable("closed to Phiward (kms:GetKeyPolicy is denied)")),
                _ => return Err(AwsError::new("kms:GetKeyPolicy", &error).into()),
            },
        };
        let operation = "kms:DescribeKey";
        let metadata = described.key_metadata.ok_or(ReadError::Answer { operation, what: "it describes no key" })?;
        let key = DataKey {
            state: metadata.key_state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
            usage: metadata.key_usage.map(|usage| usage.as_str().to_owned()).unwrap_or_default(),
            spec: metadata.key_spec.map(|spec| spec.as_str().to_owned()).unwrap_or_default(),
        };
        Ok(KeyObservation { key, policy: Redacted::new(policy.unwrap_or_default()) })
    }
}
