//! What AWS Config says of the rules that the template deploys as a conformance pack.

use std::collections::BTreeMap;

use aws_sdk_config::Client;
use aws_sdk_config::types::ConformancePackComplianceType;
use remediation::{AwsError, Parts, ReadError};
use report::findings::RuleResult;

const DESCRIBE: &str = "config:DescribeConformancePackCompliance";
/// What Config puts after the name that the pack gives a rule.
const SUFFIX: &str = "-conformance-pack-";

/// Who can read them.
pub(crate) struct ConfigRules {
    config: Client,
    pack: Option<String>,
}

impl ConfigRules {
    /// Of the deployment's pack.
    pub(crate) fn new(parts: &Parts<'_>, pack: Option<String>) -> Self {
        let config = aws_sdk_config::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        Self { config: Client::from_conf(config.build()), pack }
    }

    /// By the names that the template gives the rules; nothing where there is no pack.
    pub(crate) async fn results(&self) -> Result<Option<BTreeMap<String, RuleResult>>, ReadError> {
        let Some(pack) = &self.pack else { return Ok(None) };
        let mut found = BTreeMap::new();
        let mut next: Option<String> = None;
        loop {
            let request = self.config.describe_conformance_pack_compliance().conformance_pack_name(pack);
            let page = request.set_next_token(next).send().await.map_err(|error| AwsError::new(DESCRIBE, &error))?;
            for rule in page.conformance_pack_rule_compliance_list() {
                let name = rule.config_rule_name().unwrap_or_default();
                let name = name.split_once(SUFFIX).map_or(name, |(name, _)| name);
                let result = match rule.compliance_type() {
                    Some(ConformancePackComplianceType::Compliant) => RuleResult::Compliant,
                    Some(ConformancePackComplianceType::InsufficientData) => RuleResult::NoData,
                    // A word that came later is no pass.
                    _ => RuleResult::NonCompliant,
                };
                found.insert(name.to_owned(), result);
            }
            next = page.next_token().map(str::to_owned);
            if next.is_none() {
                return Ok(Some(found));
            }
        }
    }
}
