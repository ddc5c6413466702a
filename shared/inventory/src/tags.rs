//! The tags of a resource, read from the plane that owns it.

use aws_sdk_s3::types::Tag as S3Tag;
use policy::Redacted;
use policy::free_text::Tag;
use remediation::{AwsError, ReadError};

use super::{Address, Inventory, TagPlane};

impl Inventory {
    /// The tags; `None` when the resource is not there.
    ///
    /// # Errors
    /// When they can't be read.
    pub async fn tags(&self, at: &Address) -> Result<Option<Vec<Tag>>, ReadError> {
        let found = match at.kind.tag_plane() {
            TagPlane::Bedrock => self.bedrock_tags(at).await,
            TagPlane::Agents => self.agents_tags(at).await,
            TagPlane::S3 => self.bucket_tags(at).await,
            TagPlane::None => Ok(Vec::new()),
        };
        match found {
            Ok(tags) => Ok(Some(tags)),
            Err(error) => match error.code.as_str() {
                "NoSuchTagSet" => Ok(Some(Vec::new())),
                "ResourceNotFoundException" | "NoSuchBucket" => Ok(None),
                _ => Err(error.into()),
            },
        }
    }

    async fn bedrock_tags(&self, at: &Address) -> Result<Vec<Tag>, AwsError> {
        let sent = self.bedrock.list_tags_for_resource().resource_arn(at.text.expose()).send().await;
        let answer = sent.map_err(|error| AwsError::new("bedrock:ListTagsForResource", &error))?;
        Ok(answer.tags().iter().map(|each| tag(each.key(), each.value())).collect())
    }

    async fn agents_tags(&self, at: &Address) -> Result<Vec<Tag>, AwsError> {
        let sent = self.agents.list_tags_for_resource().resource_arn(at.text.expose()).send().await;
        let answer = sent.map_err(|error| AwsError::new("bedrock:ListTagsForResource", &error))?;
        Ok(answer.tags().into_iter().flatten().map(|(key, value)| tag(key, value)).collect())
    }

    async fn bucket_tags(&self, at: &Address) -> Result<Vec<Tag>, AwsError> {
        let request = self.s3.get_bucket_tagging().set_bucket(at.bucket().map(str::to_owned));
        let sent = request.expected_bucket_owner(&self.home.account).send().await;
        let answer = sent.map_err(|error| AwsError::new("s3:GetBucketTagging", &error))?;
        Ok(answer.tag_set().iter().map(|each: &S3Tag| tag(each.key(), each.value())).collect())
    }
}

fn tag(key: &str, value: &str) -> Tag {
    Tag { key: Redacted::new(key.to_owned()), value: Redacted::new(value.to_owned()) }
}
