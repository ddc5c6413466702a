//! A trail that is right, and parts of others, for the tests.

use super::*;
use crate::data_key::{self, KeyObservation};
use crate::redacted::Redacted;

pub(super) const ACCOUNT: &str = "000000000000";
pub(super) const ARN: &str = "arn:aws:cloudtrail:us-east-1:000000000000:trail/audit";
pub(super) const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/1234";
pub(super) const KEY_POLICY: &str = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":["kms:GenerateDataKey*","kms:DescribeKey"],"Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:000000000000:trail/*"}}}}"#;
pub(super) const BUCKET_POLICY: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::trail-logs"},{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::trail-logs/AWSLogs/000000000000/*","Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}}]}"#;
pub(super) const S3: &str = "AWS::S3::Object";
pub(super) const PROJECT: &str = "AWS::BedrockMantle::Project";

pub(super) fn desired(types: &[String]) -> Desired<'_> {
    Desired {
        arn: ARN,
        named_by_arn: false,
        account: ACCOUNT,
        region: "us-east-1",
        partition: "aws",
        key_arn: KEY,
        bucket: Some("trail-logs"),
        data_events: types,
        recreate: true,
    }
}

pub(super) fn right() -> TrailState {
    TrailState {
        arn: ARN.to_owned(),
        home_region: "us-east-1".to_owned(),
        organization: false,
        multi_region: true,
        global_events: true,
        file_validation: true,
        key: Some(KEY.to_owned()),
        bucket: Some("trail-logs".to_owned()),
        status: Some(Status { logging: true, ..Status::default() }),
        selectors: Some(Selectors::Basic(vec![basic("All", true)])),
    }
}

pub(super) fn key() -> KeyObservation {
    data_key::usable(KEY_POLICY)
}

pub(super) fn seen(trail: Option<TrailState>) -> Observation {
    let policy = Some(Redacted::new(BUCKET_POLICY.to_owned()));
    let bucket = TrailBucket { name: "trail-logs".to_owned(), problem: None, policy };
    Observation { trail, key: Some(key()), bucket: Some(bucket) }
}

pub(super) fn basic(word: &str, management: bool) -> BasicSelector {
    BasicSelector {
        read_write_type: Some(word.to_owned()),
        include_management_events: Some(management),
        ..BasicSelector::default()
    }
}

pub(super) fn excluding(word: &str) -> BasicSelector {
    BasicSelector { exclude_management_event_sources: vec!["kms.amazonaws.com".to_owned()], ..basic(word, true) }
}

pub(super) fn with_data(mut selector: BasicSelector, resource_type: &str, values: &[&str]) -> BasicSelector {
    let values = values.iter().map(|value| Text::new(*value)).collect();
    selector.data_resources.push(DataResource { resource_type: resource_type.to_owned(), values });
    selector
}

pub(super) fn advanced(fields: Vec<FieldSelector>) -> AdvancedSelector {
    AdvancedSelector { name: Some(Text::new("theirs")), fields }
}

pub(super) fn is(field: &str, value: &str) -> FieldSelector {
    FieldSelector::is(field, value)
}

pub(super) fn without_kms() -> FieldSelector {
    FieldSelector {
        field: "eventSource".to_owned(),
        not_equals: vec![Text::new("kms.amazonaws.com")],
        ..FieldSelector::default()
    }
}
