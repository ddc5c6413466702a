//! What the account has, and may have: numbers of resources, and of executions at a time.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::types::Statistic;
use aws_smithy_types::DateTime;
use remediation::AwsError;

use super::Read;
use super::dead_trail::Rule;
use crate::caller::Caller;

/// A quota in Service Quotas: service, code.
pub(crate) const CONCURRENCY: (&str, &str) = ("lambda", "L-B99A9384");
/// The same, for each event bus.
pub(crate) const RULES_PER_BUS: (&str, &str) = ("events", "L-244521F2");

const SUMMARY: &str = "iam:GetAccountSummary";
const QUOTA: &str = "servicequotas:GetServiceQuota";
const STATISTICS: &str = "cloudwatch:GetMetricStatistics";
const HOUR: i32 = 3600;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// All of them.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// IAM's, by its names: `Roles`, `RolesQuota`...
    pub(crate) summary: Read<BTreeMap<String, u64>>,
    /// Of the Region: executions at a time.
    pub(crate) concurrency: Read<u64>,
    /// The most executions at a time within the last day.
    pub(crate) running: Read<u64>,
    /// On the default bus.
    pub(crate) rules: Read<u64>,
    /// Its limit.
    pub(crate) rules_per_bus: Read<u64>,
}

impl Figures {
    pub(crate) async fn read(caller: &Caller, rules: &Read<Vec<Rule>>) -> Self {
        let iam = aws_sdk_iam::Client::new(&caller.sdk);
        let quotas = aws_sdk_servicequotas::Client::new(&caller.sdk);
        let cloudwatch = aws_sdk_cloudwatch::Client::new(&caller.sdk);
        let (summary, concurrency, running, rules_per_bus) = tokio::join!(
            summary(&iam),
            quota(&quotas, CONCURRENCY),
            running(&cloudwatch),
            quota(&quotas, RULES_PER_BUS),
        );
        let rules = rules.as_ref().map(|rules| u64::try_from(rules.len()).unwrap_or(u64::MAX)).map_err(Clone::clone);
        Self { summary, concurrency, running, rules, rules_per_bus }
    }

    /// A figure of IAM's.
    pub(crate) fn of_iam(&self, name: &str) -> Read<u64> {
        let summary = self.summary.as_ref().map_err(Clone::clone)?;
        summary.get(name).copied().ok_or_else(|| unreadable(SUMMARY))
    }
}

fn unreadable(operation: &'static str) -> AwsError {
    AwsError { operation, code: "Unreadable".to_owned(), status: None, request_id: None }
}

async fn summary(iam: &aws_sdk_iam::Client) -> Read<BTreeMap<String, u64>> {
    let answer = iam.get_account_summary().send().await.map_err(|error| AwsError::new(SUMMARY, &error))?;
    let all = answer.summary_map().into_iter().flatten();
    Ok(all.filter_map(|(name, number)| Some((name.as_str().to_owned(), u64::try_from(*number).ok()?))).collect())
}

async fn quota(quotas: &aws_sdk_servicequotas::Client, (service, code): (&str, &str)) -> Read<u64> {
    let answer = quotas.get_service_quota().service_code(service).quota_code(code).send().await;
    let answer = answer.map_err(|error| AwsError::new(QUOTA, &error))?;
    answer.quota().and_then(|quota| quota.value()).and_then(count).ok_or_else(|| unreadable(QUOTA))
}

/// CloudWatch has no datapoint where nothing ran.
async fn running(cloudwatch: &aws_sdk_cloudwatch::Client) -> Read<u64> {
    let now = SystemTime::now();
    let request = cloudwatch.get_metric_statistics().namespace("AWS/Lambda").metric_name("ConcurrentExecutions");
    let request = request.start_time(DateTime::from(now - DAY)).end_time(DateTime::from(now)).period(HOUR);
    let answer = request.statistics(Statistic::Maximum).send().await;
    let answer = answer.map_err(|error| AwsError::new(STATISTICS, &error))?;
    let most = answer.datapoints().iter().filter_map(|point| point.maximum()).fold(0.0, f64::max);
    count(most).ok_or_else(|| unreadable(STATISTICS))
}

/// A whole number that is none of the strange ones.
fn count(value: f64) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "finite and not negative")]
    let whole = || value as u64;
    (value.is_finite() && value >= 0.0).then(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_a_count() {
        for (value, expected) in
            [(300.0, Some(300)), (0.0, Some(0)), (-1.0, None), (f64::NAN, None), (f64::INFINITY, None)]
        {
            assert_eq!(count(value), expected, "{value}");
        }
    }
}
