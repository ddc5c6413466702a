//! Isolation: tags and bucket policy, each written only if it still is what the plan was made for.

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::types;
use policy::Redacted;
use policy::quarantine::{NULL_VERSION, Place, Tag};
use remediation::{AwsError, ReadError, WriteError};

use crate::store::{CHANGED, Store};

impl Store {
    /// The version's tags.
    pub(crate) async fn tags(&self, object: &Place) -> Result<Vec<Tag>, ReadError> {
        let request = self.s3.get_object_tagging().bucket(&object.bucket).key(object.key.expose());
        let request = request.set_version_id(object.version_id.clone()).expected_bucket_owner(&self.account);
        let answer = request.send().await.map_err(|error| AwsError::new("s3:GetObjectTagging", &error))?;
        let read = |tag: &types::Tag| Tag { key: tag.key().to_owned().into(), value: tag.value().to_owned().into() };
        Ok(answer.tag_set().iter().map(read).collect())
    }

    /// The bucket's policy, if it has one.
    pub(crate) async fn policy(&self, bucket: &str) -> Result<Option<Redacted<String>>, ReadError> {
        match self.s3.get_bucket_policy().bucket(bucket).expected_bucket_owner(&self.account).send().await {
            Ok(answer) => Ok(answer.policy.map(Redacted::new)),
            Err(error) if error.code() == Some("NoSuchBucketPolicy") => Ok(None),
            Err(error) => Err(AwsError::new("s3:GetBucketPolicy", &error).into()),
        }
    }

    /// S3 can't compare and swap a policy; reading it again leaves others the shortest time to lose theirs.
    pub(crate) async fn deny_isolated(
        &self,
        bucket: &str,
        before: Option<&Redacted<String>>,
        after: &Redacted<String>,
    ) -> Result<(), WriteError> {
        if self.policy(bucket).await?.as_ref() != before {
            return Err(WriteError::Changed("the bucket's policy"));
        }
        let request =
            self.s3.put_bucket_policy().bucket(bucket).policy(after.expose()).expected_bucket_owner(&self.account);
        request.send().await.map(drop).map_err(|error| AwsError::new("s3:PutBucketPolicy", &error).into())
    }

    /// Puts the version's tags, with the isolation's or without it. Its ETag is read from the list, as the object itself may be one that Phiward can't read.
    pub(crate) async fn put_tags(&self, object: &Place, before: &[Tag], after: &[Tag]) -> Result<(), WriteError> {
        const OPERATION: &str = "s3:PutObjectTagging";
        let listing = self.listing(&object.bucket, &object.key).await?.ok_or(CHANGED)?;
        let id = object.version_id.as_deref().unwrap_or(NULL_VERSION);
        if !listing.versions.iter().any(|version| version.id == id && version.etag == object.etag) {
            return Err(CHANGED);
        }
        if self.tags(object).await? != before {
            return Err(WriteError::Changed("the object's tags"));
        }
        let invalid =
            |_| AwsError { operation: OPERATION, code: "InvalidRequest".to_owned(), status: None, request_id: None };
        let mut tagging = types::Tagging::builder().set_tag_set(Some(Vec::new()));
        for tag in after {
            let tag = types::Tag::builder().key(tag.key.expose()).value(tag.value.expose()).build();
            tagging = tagging.tag_set(tag.map_err(invalid)?);
        }
        let request = self.s3.put_object_tagging().bucket(&object.bucket).key(object.key.expose());
        let request = request.set_version_id(object.version_id.clone()).tagging(tagging.build().map_err(invalid)?);
        let sent = request.expected_bucket_owner(&self.account).send().await;
        sent.map(drop).map_err(|error| AwsError::new(OPERATION, &error).into())
    }
}
