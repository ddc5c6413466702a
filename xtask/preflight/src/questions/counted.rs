//! What CloudWatch has counted of inference: it lists metrics for two weeks after their last datapoint (API reference,
//! ListMetrics). Bedrock and bedrock-mantle are counted apart.

use std::collections::BTreeSet;

use aws_sdk_cloudwatch::Client;
use remediation::AwsError;

use super::Read;

/// By the ids of models.
const BEDROCK: &str = "AWS/Bedrock";
/// Which model an inference was of is not asked here.
const MANTLE: &str = "AWS/BedrockMantle";
/// Its inferences, among other metrics.
const INFERENCES: &str = "Inferences";
pub(super) const LIST: &str = "cloudwatch:ListMetrics";

/// Of the deploy's Region.
#[derive(Debug)]
pub(crate) struct Counted {
    /// The ids of models under which inference was counted.
    pub(crate) models: Read<BTreeSet<String>>,
    /// Whether bedrock-mantle has counted an inference.
    pub(crate) mantle: Read<bool>,
}

impl Counted {
    pub(crate) async fn read(cloudwatch: &Client) -> Self {
        let (models, mantle) = tokio::join!(models(cloudwatch), mantle(cloudwatch));
        Self { models, mantle }
    }

    /// Whether anything was counted here; what one could not be asked, the other may tell.
    pub(super) fn used(&self) -> Read<bool> {
        either(self.models.as_ref().map(|models| !models.is_empty()).map_err(Clone::clone), self.mantle.clone())
    }
}

async fn models(cloudwatch: &Client) -> Read<BTreeSet<String>> {
    let pages = cloudwatch.list_metrics().namespace(BEDROCK).into_paginator().send();
    let pages = pages.collect::<Result<Vec<_>, _>>().await.map_err(|error| AwsError::new(LIST, &error))?;
    let dimensions = pages.iter().flat_map(|page| page.metrics()).flat_map(|metric| metric.dimensions());
    let models = dimensions.filter(|each| each.name() == Some("ModelId"));
    Ok(models.filter_map(|each| each.value()).map(str::to_owned).collect())
}

async fn mantle(cloudwatch: &Client) -> Read<bool> {
    let pages = cloudwatch.list_metrics().namespace(MANTLE).metric_name(INFERENCES).into_paginator().send();
    let pages = pages.collect::<Result<Vec<_>, _>>().await.map_err(|error| AwsError::new(LIST, &error))?;
    Ok(pages.iter().any(|page| !page.metrics().is_empty()))
}

/// Whether a Region has metrics of either.
pub(super) async fn any(cloudwatch: &Client) -> Read<bool> {
    let (bedrock, mantle) = tokio::join!(has_metrics(cloudwatch, BEDROCK), has_metrics(cloudwatch, MANTLE));
    either(bedrock, mantle)
}

async fn has_metrics(cloudwatch: &Client, namespace: &str) -> Read<bool> {
    let answer = cloudwatch.list_metrics().namespace(namespace).send().await;
    // A page can be empty, and others follow.
    let has = answer.map(|found| !found.metrics().is_empty() || found.next_token().is_some());
    has.map_err(|error| AwsError::new(LIST, &error))
}

fn either(one: Read<bool>, other: Read<bool>) -> Read<bool> {
    match (one, other) {
        (Ok(true), _) | (_, Ok(true)) => Ok(true),
        (Err(error), _) | (_, Err(error)) => Err(error),
        (Ok(false), Ok(false)) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_by_one_is_use_and_only_two_answers_are_none() {
        let refused = AwsError { operation: LIST, code: "AccessDenied".into(), status: Some(403), request_id: None };
        let unread = || Err(refused.clone());
        for (one, other, expected) in [
            (Ok(false), Ok(false), Ok(false)),
            (Ok(true), Ok(false), Ok(true)),
            (Ok(false), Ok(true), Ok(true)),
            (unread(), Ok(true), Ok(true)),
            (Ok(true), unread(), Ok(true)),
            (unread(), Ok(false), unread()),
            (Ok(false), unread(), unread()),
        ] {
            assert_eq!(either(one, other), expected);
        }
    }
}
