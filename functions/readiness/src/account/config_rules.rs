//! What AWS Config says of the rules that the template deploys as a conformance pack.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_config::Client;
use aws_sdk_config::types::ConformancePackComplianceType;
use remediation::{AwsError, Parts, ReadError};
use report::findings::RuleResult;

const DESCRIBE: &str = "config:DescribeConformancePackCompliance";
const RECORDER: &str = "config:DescribeConfigurationRecorderStatus";
const STATUS: &str = "config:DescribeConfigRuleEvaluationStatus";
/// What Config puts after the name that the pack gives a rule.
const SUFFIX: &str = "-conformance-pack-";
/// How many rules may be named in one request.
const MOST_NAMED: usize = 50;

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
        let mut found = self.compliance(pack).await?;
        if !self.records().await? {
            found.values_mut().for_each(|result| *result = RuleResult::NotRecording);
        }
        let without: Vec<String> =
            found.iter().filter(|(_, result)| **result == RuleResult::NoData).map(|(name, _)| name.clone()).collect();
        for name in self.evaluated(&without).await? {
            found.insert(name, RuleResult::NothingThere);
        }
        let named = |(name, result): (String, _)| (name.split(SUFFIX).next().unwrap_or_default().to_owned(), result);
        Ok(Some(found.into_iter().map(named).collect()))
    }

    /// Whether what the rules look at is recorded; else they say what they said before.
    async fn records(&self) -> Result<bool, ReadError> {
        let status = self.config.describe_configuration_recorder_status().send().await;
        let status = status.map_err(|error| AwsError::new(RECORDER, &error))?;
        Ok(status.configuration_recorders_status().iter().any(|recorder| recorder.recording()))
    }

    /// By Config's names.
    async fn compliance(&self, pack: &str) -> Result<BTreeMap<String, RuleResult>, ReadError> {
        let mut found = BTreeMap::new();
        let mut next: Option<String> = None;
        loop {
            let request = self.config.describe_conformance_pack_compliance().conformance_pack_name(pack);
            let page = request.set_next_token(next).send().await.map_err(|error| AwsError::new(DESCRIBE, &error))?;
            for rule in page.conformance_pack_rule_compliance_list() {
                let result = match rule.compliance_type() {
                    Some(ConformancePackComplianceType::Compliant) => RuleResult::Compliant,
                    Some(ConformancePackComplianceType::NonCompliant) => RuleResult::NonCompliant,
                    // Or a word that came later: no pass, and nothing that was seen.
                    _ => RuleResult::NoData,
                };
                found.insert(rule.config_rule_name().unwrap_or_default().to_owned(), result);
            }
            next = page.next_token().map(str::to_owned);
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    /// Those that were evaluated, the last time without an error: what has no result then has found nothing to look at.
    async fn evaluated(&self, names: &[String]) -> Result<BTreeSet<String>, ReadError> {
        let mut found = BTreeSet::new();
        for some in names.chunks(MOST_NAMED) {
            let request = self.config.describe_config_rule_evaluation_status();
            let request = request.set_config_rule_names(Some(some.to_vec()));
            let page = request.send().await.map_err(|error| AwsError::new(STATUS, &error))?;
            for rule in page.config_rules_evaluation_status() {
                if rule.last_successful_evaluation_time().is_some() && rule.last_error_code().is_none() {
                    found.extend(rule.config_rule_name().map(str::to_owned));
                }
            }
        }
        Ok(found)
    }
}
