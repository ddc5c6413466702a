//! The data key, looked at before it is given to the trail.

use aws_sdk_kms::error::ProvideErrorMetadata;
use policy::Redacted;
use policy::buckets::KeyObservation;
use remediation::{AwsError, ReadError};

use crate::AuditTrail;

const DESCRIBE: &str = "kms:DescribeKey";

impl AuditTrail {
    fn kms(&self) -> &aws_sdk_kms::Client {
        self.kms.get_or_init(|| {
            let config = aws_sdk_kms::config::Builder::from(&self.sdk).interceptor(self.calls.clone());
            aws_sdk_kms::Client::from_conf(config.build())
        })
    }

    /// What KMS says of the key. A key that is gone or closed to us is said in its state, so that the rest of the trail is
    /// repaired all the same.
    pub(crate) async fn observe_key(&self) -> Result<KeyObservation, ReadError> {
        let unusable = |state: &str| KeyObservation {
            state: state.to_owned(),
            usage: String::new(),
            spec: String::new(),
            policy: Redacted::default(),
        };
        let described = self.kms().describe_key().key_id(&self.key_arn).send();
        let policy = self.kms().get_key_policy().key_id(&self.key_arn).policy_name("default").send();
        let (described, policy) = tokio::join!(described, policy);
        let described = match described {
            Ok(answer) => answer,
            Err(error) => match error.code() {
                Some("NotFoundException") => return Ok(unusable("not there")),
                Some("AccessDeniedException") => return Ok(unusable("closed to Phiward (kms:DescribeKey is denied)")),
                _ => return Err(AwsError::new(DESCRIBE, &error).into()),
            },
        };
        let policy = match policy {
            Ok(answer) => answer.policy,
            Err(error) => match error.code() {
                Some("AccessDeniedException") => return Ok(unusable("closed to Phiward (kms:GetKeyPolicy is denied)")),
                _ => return Err(AwsError::new("kms:GetKeyPolicy", &error).into()),
            },
        };
        let nothing = ReadError::Answer { operation: DESCRIBE, what: "it describes no key" };
        let metadata = described.key_metadata.ok_or(nothing)?;
        Ok(KeyObservation {
            state: metadata.key_state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
            usage: metadata.key_usage.map(|usage| usage.as_str().to_owned()).unwrap_or_default(),
            spec: metadata.key_spec.map(|spec| spec.as_str().to_owned()).unwrap_or_default(),
            policy: Redacted::new(policy.unwrap_or_default()),
        })
    }
}
