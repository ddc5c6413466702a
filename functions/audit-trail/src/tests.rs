//! The duty at the HTTP seam: rare answers, races, and what is sent.
//!
//! A mock client fails on every request that no rule of the test expects, so a list of rules without writes asserts that
//! nothing is written.

mod reads;
mod scopes;
mod writes;

use aws_sdk_cloudtrail::types::{AdvancedEventSelector, AdvancedFieldSelector, EventSelector, ReadWriteType};
use aws_smithy_mocks::{Rule, RuleMode, mock_client};
use policy::Mode;
use remediation::{DataKeyReader, Settings};

use crate::{AuditTrail, Trail};

const ACCOUNT: &str = "111122223333";
const ARN: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234";

fn settings() -> Settings {
    Settings {
        mode: Mode::Enforce,
        account: ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
        evidence_bucket: String::new(),
        ledger_table: String::new(),
        max_resources_per_hour: 20,
        event_bus: String::new(),
        baseline: None,
        function_name: String::new(),
        function_version: String::new(),
    }
}

fn trail(named: &str) -> Trail {
    Trail::parse(named, &settings()).unwrap()
}

fn duty(cloudtrail: &[&Rule]) -> AuditTrail {
    with(cloudtrail, &[], &[])
}

fn with(cloudtrail: &[&Rule], kms: &[&Rule], s3: &[&Rule]) -> AuditTrail {
    AuditTrail {
        cloudtrail: mock_client!(aws_sdk_cloudtrail, RuleMode::MatchAny, cloudtrail),
        s3: mock_client!(aws_sdk_s3, RuleMode::MatchAny, s3),
        data_key: DataKeyReader::with(KEY, mock_client!(aws_sdk_kms, RuleMode::MatchAny, kms)),
        trail: Some(trail("audit")),
        bucket: Some("trail-logs".to_owned()),
        data_events: vec!["AWS::BedrockMantle::Project".to_owned()],
        recreate: true,
        account: ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
    }
}

/// A basic selector that AWS shows for a trail that records everything.
fn everything() -> EventSelector {
    EventSelector::builder()
        .read_write_type(ReadWriteType::All)
        .include_management_events(true)
        .set_data_resources(Some(Vec::new()))
        .set_exclude_management_event_sources(Some(Vec::new()))
        .build()
}

fn field(name: &str, value: &str) -> AdvancedFieldSelector {
    AdvancedFieldSelector::builder().field(name).equals(value).build().unwrap()
}

fn advanced(fields: Vec<AdvancedFieldSelector>) -> AdvancedEventSelector {
    AdvancedEventSelector::builder().set_field_selectors(Some(fields)).build().unwrap()
}
