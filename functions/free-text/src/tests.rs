//! The duty at the HTTP seam. A mock client fails on every request that no rule of the test expects.

mod ids;
mod reads;
mod scopes;

use aws_smithy_mocks::{Rule, RuleMode, mock_client};
use policy::Baseline;
use policy::globs::Glob;
use policy::sets::BucketSets;

use crate::FreeText;
use inventory::{Home, Inventory};

const ARN: &str = "arn:aws:bedrock:us-east-1:111122223333:";
/// Looks like PHI in every place.
const PHI: &str = "mrn-4711008";

fn home() -> Home {
    Home { partition: "aws".to_owned(), region: "us-east-1".to_owned(), account: "111122223333".to_owned() }
}

/// The duty; each client answers by the rules.
fn duty(bedrock: &[&Rule], agents: &[&Rule], s3: &[&Rule]) -> FreeText {
    let globs = |list: &str| Glob::list(list).unwrap();
    let inventory = Inventory {
        bedrock: mock_client!(aws_sdk_bedrock, RuleMode::MatchAny, bedrock),
        agents: mock_client!(aws_sdk_bedrockagent, RuleMode::MatchAny, agents),
        s3: mock_client!(aws_sdk_s3, RuleMode::MatchAny, s3),
        home: home(),
        sets: BucketSets { log_destinations: globs("logs-*"), phi_buckets: globs("phi-*"), own: globs("phi-own") },
    };
    let patterns = Baseline::parse(include_str!("../../../baseline.toml")).unwrap().free_text;
    FreeText { inventory, patterns }
}
