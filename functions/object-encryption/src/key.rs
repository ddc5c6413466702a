//! The data key, looked at before an object is encrypted with it.

use aws_sdk_kms::error::ProvideErrorMetadata;
use policy::data_key::DataKey;
use remediation::{AwsError, ReadError};

use crate::ObjectEncryption;

const OPERATION: &str = "kms:DescribeKey";

impl ObjectEncryption {
    fn kms(&self) -> &aws_sdk_kms::Client {
        self.kms.get_or_init(|| {
            let config = aws_sdk_kms::config::Builder::from(&self.sdk).interceptor(self.calls.clone());
            aws_sdk_kms::Client::from_conf(config.build())
        })
    }

    /// What KMS says of the key; one that is gone or closed to us is said in its state. Its policy is not read: unlike a
    /// bucket's default encryption, a re-encryption uses the key at once, and fails where the policy shuts us out.
    pub(crate) async fn data_key(&self) -> Result<DataKey, ReadError> {
        let unusable = |state: &str| DataKey { state: state.to_owned(), usage: String::new(), spec: String::new() };
        let described = match self.kms().describe_key().key_id(&self.key_arn).send().await {
            Ok(answer) => answer,
            Err(error) => match error.code() {
                Some("NotFoundException") => return Ok(unusable("not there")),
                Some("AccessDeniedException") => return Ok(unusable("closed to Phiward (kms:DescribeKey is denied)")),
                _ => return Err(AwsError::new(OPERATION, &error).into()),
            },
        };
        let odd = ReadError::Answer { operation: OPERATION, what: "it describes no key" };
        let metadata = described.key_metadata.ok_or(odd)?;
        Ok(DataKey {
            state: metadata.key_state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
            usage: metadata.key_usage.map(|usage| usage.as_str().to_owned()).unwrap_or_default(),
            spec: metadata.key_spec.map(|spec| spec.as_str().to_owned()).unwrap_or_default(),
        })
    }
}
