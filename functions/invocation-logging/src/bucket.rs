//! A bucket of the deployment, looked at before logs are sent to it.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::ObjectOwnership;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use policy::Redacted;
use policy::invocation_logging::LogBucket;
use remediation::{AwsError, ReadError};

use crate::InvocationLogging;

/// Why a setting could not be read.
enum Gap {
    /// The bucket can't be used.
    Problem(&'static str),
    Failed(ReadError),
}

impl InvocationLogging {
    /// What S3 says of the bucket. The requests name the account that must own it: a name that another account has taken
    /// meanwhile is closed to us.
    pub(crate) async fn observe_bucket(&self, name: &str) -> Result<LogBucket, ReadError> {
        let bucket = |problem: Option<&str>| LogBucket {
            name: name.to_owned(),
            problem: problem.map(str::to_owned),
            acls_disabled: false,
            key: None,
            policy: None,
        };
        match tokio::try_join!(self.policy_of(name), self.acls_disabled(name), self.key_of(name)) {
            Ok((policy, acls_disabled, key)) => Ok(LogBucket { acls_disabled, key, policy, ..bucket(None) }),
            Err(Gap::Problem(problem)) => Ok(bucket(Some(problem))),
            Err(Gap::Failed(error)) => Err(error),
        }
    }

    async fn policy_of(&self, name: &str) -> Result<Option<Redacted<String>>, Gap> {
        let answer = self.s3.get_bucket_policy().bucket(name).expected_bucket_owner(&self.account).send().await;
        let answer = present("s3:GetBucketPolicy", "NoSuchBucketPolicy", answer)?;
        Ok(answer.and_then(|answer| answer.policy).map(Redacted::new))
    }

    async fn acls_disabled(&self, name: &str) -> Result<bool, Gap> {
        let request = self.s3.get_bucket_ownership_controls().bucket(name).expected_bucket_owner(&self.account);
        let answer = present("s3:GetBucketOwnershipControls", "OwnershipControlsNotFoundError", request.send().await)?;
        let rules = answer.and_then(|answer| answer.ownership_controls).map(|controls| controls.rules);
        let enforced = |ownership: &ObjectOwnership| *ownership == ObjectOwnership::BucketOwnerEnforced;
        Ok(rules.unwrap_or_default().first().is_some_and(|rule| enforced(&rule.object_ownership)))
    }

    async fn key_of(&self, name: &str) -> Result<Option<String>, Gap> {
        const ABSENT: &str = "ServerSideEncryptionConfigurationNotFoundError";
        let request = self.s3.get_bucket_encryption().bucket(name).expected_bucket_owner(&self.account);
        let answer = present("s3:GetBucketEncryption", ABSENT, request.send().await)?;
        let rules = answer.and_then(|answer| answer.server_side_encryption_configuration).map(|found| found.rules);
        let default = rules.unwrap_or_default().into_iter().next();
        Ok(default.and_then(|rule| rule.apply_server_side_encryption_by_default?.kms_master_key_id))
    }
}

/// A setting, `None` where it is not set, which S3 says with `absent_code`.
fn present<T, E: ProvideErrorMetadata>(
    operation: &'static str,
    absent_code: &str,
    answer: Result<T, SdkError<E, HttpResponse>>,
) -> Result<Option<T>, Gap> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error.code() {
            Some(code) if code == absent_code => Ok(None),
            Some("NoSuchBucket") => Err(Gap::Problem("is not there")),
            Some("AccessDenied") => Err(Gap::Problem("is closed to Phiward, or another account's")),
            Some("PermanentRedirect" | "AuthorizationHeaderMalformed") => {
                Err(Gap::Problem("is in another Region, where Bedrock can't deliver"))
            }
            _ => Err(Gap::Failed(AwsError::new(operation, &error).into())),
        },
    }
}
