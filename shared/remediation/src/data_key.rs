//! The deployment's data key, looked at before something is encrypted with it: AWS services take a key that doesn't work
//! without a word, and every write fails after that.

use std::cell::OnceCell;

use aws_config::SdkConfig;
use aws_sdk_kms::Client;
use aws_sdk_kms::error::ProvideErrorMetadata;
use policy::Redacted;
use policy::data_key::{DataKey, KeyObservation};

use crate::clients::CallCounter;
use crate::error::{AwsError, ReadError};
use crate::serve::Parts;
use crate::settings::SettingError;

const DESCRIBE: &str = "kms:DescribeKey";
const POLICY: &str = "kms:GetKeyPolicy";

/// The data key and who can look at it.
pub struct DataKeyReader {
    arn: String,
    sdk: SdkConfig,
    calls: CallCounter,
    /// Made when the key is to be looked at, which most events don't need.
    kms: OnceCell<Client>,
}

impl DataKeyReader {
    /// Of the environment's key.
    ///
    /// # Errors
    /// When it is not named, or not by its ARN.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        const NAME: &str = "PHIWARD_DATA_KEY_ARN";
        let arn = parts.environment.required(NAME)?;
        if !arn.starts_with("arn:") || !arn.contains(":key/") {
            let what = "it must be the ARN of a KMS key (not of an alias, which can be pointed elsewhere)".to_owned();
            return Err(SettingError::Malformed { name: NAME, what });
        }
        Ok(Self { arn, sdk: parts.sdk.clone(), calls: parts.calls.clone(), kms: OnceCell::new() })
    }

    /// Of a client that is there already.
    #[must_use]
    pub fn with(arn: &str, kms: Client) -> Self {
        let sdk = SdkConfig::builder().build();
        Self { arn: arn.to_owned(), sdk, calls: CallCounter::default(), kms: OnceCell::from(kms) }
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    fn kms(&self) -> &Client {
        self.kms.get_or_init(|| {
            let config = aws_sdk_kms::config::Builder::from(&self.sdk).interceptor(self.calls.clone());
            Client::from_conf(config.build())
        })
    }

    /// What KMS says of the key. One that is gone or closed to us is said in its state, so that everything else is repaired
    /// all the same.
    ///
    /// # Errors
    /// When KMS can't be asked.
    pub async fn describe(&self) -> Result<DataKey, ReadError> {
        let described = match self.kms().describe_key().key_id(&self.arn).send().await {
            Ok(answer) => answer,
            Err(error) => {
                return match error.code() {
                    Some("NotFoundException") => Ok(unusable("not there")),
                    Some("AccessDeniedException") => Ok(unusable("closed to Phiward (kms:DescribeKey is denied)")),
                    _ => Err(AwsError::new(DESCRIBE, &error).into()),
                };
            }
        };
        let nothing = ReadError::Answer { operation: DESCRIBE, what: "it describes no key" };
        let metadata = described.key_metadata.ok_or(nothing)?;
        Ok(DataKey {
            state: metadata.key_state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
            usage: metadata.key_usage.map(|usage| usage.as_str().to_owned()).unwrap_or_default(),
            spec: metadata.key_spec.map(|spec| spec.as_str().to_owned()).unwrap_or_default(),
        })
    }

    /// The same with its key policy, read at once.
    ///
    /// # Errors
    /// When KMS can't be asked.
    pub async fn observe(&self) -> Result<KeyObservation, ReadError> {
        let policy = self.kms().get_key_policy().key_id(&self.arn).policy_name("default").send();
        let (described, policy) = tokio::join!(self.describe(), policy);
        let described = described?;
        let policy = match policy {
            Ok(answer) => Redacted::new(answer.policy.unwrap_or_default()),
            Err(error) => match error.code() {
                Some("AccessDeniedException") if described.state == "Enabled" => {
                    let described = unusable("closed to Phiward (kms:GetKeyPolicy is denied)");
                    return Ok(KeyObservation { described, policy: Redacted::default() });
                }
                // What keeps it from being used is its state, which says so.
                Some("AccessDeniedException" | "NotFoundException") => Redacted::default(),
                _ => return Err(AwsError::new(POLICY, &error).into()),
            },
        };
        Ok(KeyObservation { described, policy })
    }
}

fn unusable(state: &str) -> DataKey {
    DataKey { state: state.to_owned(), usage: String::new(), spec: String::new() }
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::operation::describe_key::DescribeKeyOutput;
    use aws_sdk_kms::operation::get_key_policy::GetKeyPolicyOutput;
    use aws_sdk_kms::types::{KeyMetadata, KeySpec, KeyState, KeyUsageType};
    use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};

    use super::*;

    const ARN: &str = "arn:aws:kms:us-east-1:111122223333:key/1234";

    fn described() -> Rule {
        let metadata = || {
            let metadata = KeyMetadata::builder().key_id("1234").key_state(KeyState::Enabled);
            metadata.key_usage(KeyUsageType::EncryptDecrypt).key_spec(KeySpec::SymmetricDefault).build()
        };
        mock!(Client::describe_key)
            .then_output(move || DescribeKeyOutput::builder().key_metadata(metadata().unwrap()).build())
    }

    fn refused(code: &str, status: u16) -> (Rule, Rule) {
        let body = Some(format!(r#"{{"__type":"{code}"}}"#));
        (
            mock!(Client::describe_key).sequence().http_status(status, body.clone()).repeatedly().build(),
            mock!(Client::get_key_policy).sequence().http_status(status, body).repeatedly().build(),
        )
    }

    async fn observed(describe: &Rule, policy: &Rule) -> Result<KeyObservation, ReadError> {
        let kms = mock_client!(aws_sdk_kms, RuleMode::MatchAny, [describe, policy]);
        DataKeyReader::with(ARN, kms).observe().await
    }

    #[tokio::test]
    async fn a_key_is_what_kms_says_of_it() {
        let policy = mock!(Client::get_key_policy)
            .match_requests(|request| request.policy_name() == Some("default") && request.key_id() == Some(ARN))
            .then_output(|| GetKeyPolicyOutput::builder().policy(r#"{"Statement":[]}"#).build());
        assert!(observed(&described(), &policy).await.unwrap().usable(ARN, "us-east-1").is_ok());
    }

    #[tokio::test]
    async fn one_that_is_gone_or_closed_is_said_in_its_state_and_any_other_error_fails() {
        let state =
            async |describe: &Rule, policy: &Rule| observed(describe, policy).await.map(|key| key.described.state);
        let (closed, policy_closed) = refused("AccessDeniedException", 400);
        let says = |state: Result<String, ReadError>, word: &str| state.is_ok_and(|state| state.contains(word));
        assert!(says(state(&closed, &policy_closed).await, "kms:DescribeKey is denied"));
        assert!(says(state(&described(), &policy_closed).await, "kms:GetKeyPolicy is denied"));
        let (gone, policy_gone) = refused("NotFoundException", 400);
        assert_eq!(state(&gone, &policy_gone).await, Ok("not there".to_owned()));
        let (broken, policy_broken) = refused("KMSInternalException", 500);
        assert!(state(&broken, &policy_broken).await.is_err());
        assert!(state(&described(), &policy_broken).await.is_err());
    }
}
