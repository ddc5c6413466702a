//! Configurations and destinations for the tests.

use std::collections::BTreeSet;

use super::*;
use crate::data_key;
use crate::policy_document::PolicyDocument;
use crate::redacted::Redacted;

pub(super) const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/1234";
pub(super) const ROLE: &str = "arn:aws:iam::000000000000:role/bedrock-logs";
const KEY_POLICY: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"bedrock.amazonaws.com"},
    "Action":"kms:GenerateDataKey","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"000000000000"}}}]}"#;

pub(super) fn place(bucket: &str, prefix: &str) -> S3Destination {
    S3Destination { bucket: bucket.to_owned(), prefix: Redacted::new(prefix.to_owned()) }
}

pub(super) fn group(name: &str, large_data: Option<S3Destination>) -> CloudWatchDestination {
    CloudWatchDestination { group: name.to_owned(), role_arn: ROLE.to_owned(), large_data }
}

/// Both kinds of destination.
pub(super) fn named() -> Destinations {
    Destinations {
        s3: Some(place("logs-a", "bedrock")),
        cloudwatch: Some(group("/aws/bedrock/a", Some(place("logs-b", "")))),
    }
}

pub(super) fn all() -> BTreeSet<Modality> {
    Modality::ALL.into()
}

pub(super) fn desired<'a>(destinations: &'a Destinations, deliver: &'a BTreeSet<Modality>) -> Desired<'a> {
    Desired { destinations, deliver, partition: "aws", region: "us-east-1", account: "000000000000", key_arn: KEY }
}

/// A bucket that takes deliveries.
pub(super) fn bucket(place: &S3Destination) -> LogBucket {
    let statement = Delivery::to(place, "aws", "us-east-1", "000000000000").statement();
    let policy = Some(Redacted::new(PolicyDocument::empty().with(statement).to_text()));
    LogBucket { name: place.bucket.clone(), problem: None, acls_disabled: true, key: Some(KEY.to_owned()), policy }
}

/// Destinations that take everything.
pub(super) fn ready() -> Requisites {
    Requisites {
        buckets: named().places().map(bucket).collect(),
        key: Some(data_key::usable(KEY_POLICY)),
        group: Some(LogGroup { present: true }),
        role: Some(LogRole { trusted: Some(Trusted::Yes) }),
    }
}

pub(super) fn seen(configuration: Option<Configuration>) -> Observation {
    Observation { configuration, requisites: Some(ready()) }
}
