//! The bucket of the deployment, looked at before the trail is made in it.

use aws_sdk_s3::error::ProvideErrorMetadata;
use policy::Redacted;
use policy::audit_trail::TrailBucket;
use remediation::{AwsError, ReadError};

use crate::AuditTrail;

impl AuditTrail {
    /// What S3 says of the bucket. The request names the account that must own it: a name that another account has taken
    /// meanwhile is closed to us.
    pub(crate) async fn observe_bucket(&self, name: &str) -> Result<TrailBucket, ReadError> {
        let answer = self.s3.get_bucket_policy().bucket(name).expected_bucket_owner(&self.account).send().await;
        let (problem, policy) = match answer {
            Ok(answer) => (None, answer.policy.map(Redacted::new)),
            Err(error) => match error.code() {
                Some("NoSuchBucketPolicy") => (None, None),
                Some("NoSuchBucket") => (Some("its bucket is not there"), None),
                Some("AccessDenied") => (Some("its bucket is closed to Phiward (s3:GetBucketPolicy is denied)"), None),
                Some("PermanentRedirect" | "AuthorizationHeaderMalformed") => {
                    (Some("its bucket is in another Region"), None)
                }
                _ => return Err(AwsError::new("s3:GetBucketPolicy", &error).into()),
            },
        };
        Ok(TrailBucket { name: name.to_owned(), problem: problem.map(str::to_owned), policy })
    }
}
