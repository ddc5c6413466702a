//! What a bucket's policy must allow, so that invocation logs arrive there.
//!
//! Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3", the bucket policy of an S3
//! destination. Large data of a log group goes to the same folders.

use serde_json::{Map, Value, json};

use super::configuration::S3Destination;
use crate::policy_document::PolicyDocument;
use crate::service_access::{Wish, admits};

/// Who delivers.
pub(super) const SERVICE: &str = "bedrock.amazonaws.com";

/// Deliveries of this account and Region to a place in S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery<'a> {
    /// The bucket's name.
    pub bucket: &'a str,
    /// What the objects' keys begin with; empty: nothing.
    pub prefix: &'a str,
    /// `aws`, `aws-us-gov`, `aws-cn`.
    pub partition: &'a str,
    /// `us-east-1`.
    pub region: &'a str,
    /// Twelve digits.
    pub account: &'a str,
}

impl<'a> Delivery<'a> {
    /// To that place.
    #[must_use]
    pub fn to(place: &'a S3Destination, partition: &'a str, region: &'a str, account: &'a str) -> Self {
        Self { bucket: &place.bucket, prefix: place.prefix.expose(), partition, region, account }
    }

    /// The ARN that the objects begin with.
    fn folder(&self) -> String {
        let Self { bucket, prefix, partition, account, .. } = self;
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        format!("arn:{partition}:s3:::{bucket}/{prefix}AWSLogs/{account}/BedrockModelInvocationLogs")
    }

    /// Whether the policy lets the logs be written. A condition that is not known here is left to Bedrock, which tries the
    /// bucket itself before it takes it.
    #[must_use]
    pub fn admitted(&self, policy: &PolicyDocument) -> bool {
        let folder = self.folder();
        // What it tries with, then what it delivers.
        let objects = [format!("{folder}/amazon-bedrock-logs-permission-check"), format!("{folder}/{}/x", self.region)];
        let source = source_arn(self.partition, self.region, self.account);
        objects.into_iter().all(|resource| {
            let context = vec![("aws:sourceaccount", self.account), ("aws:sourcearn", source.as_str())];
            admits(policy, &Wish { service: SERVICE, action: "s3:PutObject", resource, context })
        })
    }

    /// The statement that lets them be written, for this account and Region alone.
    #[must_use]
    pub fn statement(&self) -> Map<String, Value> {
        let statement = json!({
            "Sid": "PhiwardInvocationLogs",
            "Effect": "Allow",
            "Principal": { "Service": SERVICE },
            "Action": "s3:PutObject",
            "Resource": format!("{}/*", self.folder()),
            "Condition": {
                "StringEquals": { "aws:SourceAccount": self.account },
                "ArnLike": { "aws:SourceArn": source_arn(self.partition, self.region, self.account) },
            },
        });
        match statement {
            Value::Object(statement) => statement,
            _ => Map::new(),
        }
    }
}

/// What Bedrock says it acts for: something of this account and Region, which of its resources is not documented.
pub(super) fn source_arn(partition: &str, region: &str, account: &str) -> String {
    format!("arn:{partition}:bedrock:{region}:{account}:*")
}
