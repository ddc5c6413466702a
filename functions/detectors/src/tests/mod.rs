//! The duty at the HTTP seam: rare answers of AWS, and what a whole replacement keeps.
//!
//! A mock client fails on every request that no rule of the test expects, so a list of rules without writes asserts that
//! nothing is written.

mod config;
mod guardduty;
mod macie;

use aws_sdk_macie2::error::ErrorMetadata;
use aws_smithy_mocks::{Rule, RuleMode, mock_client};
use policy::Baseline;
use policy::detectors::Step;
use remediation::{Duty, Repair, WriteError};

use crate::{Detectors, Service};

const IAM: &str = "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: macie2:X on resource: *";
const MEMBER: &str = "The request was denied because the account is a member of an organization.";

fn duty(macie: &[&Rule], config: &[&Rule], guardduty: &[&Rule]) -> Detectors {
    Detectors {
        macie: mock_client!(aws_sdk_macie2, RuleMode::MatchAny, macie),
        config: mock_client!(aws_sdk_config, RuleMode::MatchAny, config),
        guardduty: mock_client!(aws_sdk_guardduty, RuleMode::MatchAny, guardduty),
        opted: vec![Service::Macie],
        baseline: Baseline::parse(include_str!("../../../../baseline.toml")).unwrap().detectors,
    }
}

fn denied(message: &str) -> ErrorMetadata {
    ErrorMetadata::builder().code("AccessDeniedException").message(message).build()
}

fn coded(code: &str) -> ErrorMetadata {
    ErrorMetadata::builder().code(code).message("jane-doe").build()
}

async fn apply(step: &Step, duty: &Detectors) -> Result<(), WriteError> {
    duty.apply(&Service::Macie, step).await
}

fn changed(result: &Result<(), WriteError>) -> bool {
    matches!(result, Err(WriteError::Changed(_)))
}

fn refused(result: &Result<(), WriteError>) -> &str {
    match result {
        Err(WriteError::Refused { advice }) => advice,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn what_nobody_opted_into_is_no_resource() {
    let duty = duty(&[], &[], &[]);
    assert_eq!(duty.resource("macie"), Some(Service::Macie));
    assert_eq!((duty.resource("guardduty"), duty.resource("config-recorder"), duty.resource("x")), (None, None, None));
}
