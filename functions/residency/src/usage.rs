//! Which models are in use, asked of CloudWatch: so no inference has to start a function.
//!
//! `AWS/Bedrock Invocations` has one series for each id that was invoked: of a model, or of a profile. All ids that Bedrock lists are
//! asked for; what it does not list (imported and custom models, endpoints) is not known here.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_bedrock::types::{InferenceProfileSummary, InferenceProfileType};
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, StatusCode};
use aws_smithy_types::DateTime;
use remediation::{AwsError, ReadError};

use crate::profiles::{Profiles, models};

/// The most that one call takes.
const BATCH: usize = 500;
const HOUR: i32 = 3600;
const OPERATION: &str = "cloudwatch:GetMetricData";

/// Reads which models were invoked.
pub(crate) struct Usage {
    pub(crate) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(crate) hours: u32,
}

impl Usage {
    /// Every model that Bedrock lists, and whether it was invoked, by itself or through a profile.
    pub(crate) async fn of_models(
        &self,
        profiles: &Profiles,
        own: &[InferenceProfileSummary],
    ) -> Result<BTreeMap<String, bool>, ReadError> {
        let behind = behind(profiles, own).await?;
        let ids: Vec<&String> = behind.keys().collect();
        let mut invoked = BTreeSet::new();
        for batch in ids.chunks(BATCH) {
            invoked.extend(self.invoked(batch).await?);
        }
        let mut found: BTreeMap<String, bool> = BTreeMap::new();
        for (id, models) in &behind {
            for model in models {
                *found.entry(model.clone()).or_default() |= invoked.contains(id);
            }
        }
        Ok(found)
    }

    /// Which of these ids were invoked.
    async fn invoked(&self, ids: &[&String]) -> Result<BTreeSet<String>, ReadError> {
        // The minute that has begun counts too.
        let now = remediation::engine::now().timestamp() + 60;
        let queries = ids.iter().enumerate().map(|(number, id)| query(number, id));
        let request = self.cloudwatch.get_metric_data().set_metric_data_queries(Some(queries.collect()));
        let request = request
            .start_time(DateTime::from_secs(now - i64::from(self.hours) * i64::from(HOUR)))
            .end_time(DateTime::from_secs(now));
        let pages = request.into_paginator().send().collect::<Result<Vec<_>, _>>().await;
        let pages = pages.map_err(|error| AwsError::new(OPERATION, &error))?;
        let mut invoked = BTreeSet::new();
        let mut answered = BTreeSet::new();
        for result in pages.iter().flat_map(|page| page.metric_data_results()) {
            let number = read(result)?;
            answered.insert(number);
            if let Some(id) = ids.get(number).filter(|_| result.values().iter().any(|sum| *sum > 0.0)) {
                invoked.insert((*id).clone());
            }
        }
        if answered.len() < ids.len() {
            return Err(ReadError::Answer { operation: OPERATION, what: "it leaves out what was asked for" });
        }
        Ok(invoked)
    }
}

/// The ids under which inferences are counted, and the models behind each.
async fn behind(
    profiles: &Profiles,
    own: &[InferenceProfileSummary],
) -> Result<BTreeMap<String, Vec<String>>, ReadError> {
    let foundation = async {
        let sent = profiles.bedrock.list_foundation_models().send().await;
        sent.map_err(|error| ReadError::from(AwsError::new("bedrock:ListFoundationModels", &error)))
    };
    let (foundation, defined) = tokio::try_join!(foundation, profiles.list(InferenceProfileType::SystemDefined))?;
    let mut behind = BTreeMap::new();
    for model in foundation.model_summaries() {
        behind.insert(model.model_id().to_owned(), vec![model.model_id().to_owned()]);
    }
    for profile in defined.iter().chain(own) {
        let mut models = models(profile);
        if models.is_empty() {
            // A profile of which nothing is known is looked at as if it were a model.
            models.push(profile.inference_profile_id().to_owned());
        }
        // Which of the two names of an application profile its series has is not documented.
        behind.insert(profile.inference_profile_arn().to_owned(), models.clone());
        behind.insert(profile.inference_profile_id().to_owned(), models);
    }
    Ok(behind)
}

fn query(number: usize, id: &str) -> MetricDataQuery {
    let dimension = Dimension::builder().name("ModelId").value(id).build();
    let metric = Metric::builder().namespace("AWS/Bedrock").metric_name("Invocations").dimensions(dimension).build();
    let stat = MetricStat::builder().metric(metric).period(HOUR).stat("Sum").build();
    MetricDataQuery::builder().id(format!("m{number}")).metric_stat(stat).build()
}

/// Which query a result is of; one that failed is no zero.
fn read(result: &MetricDataResult) -> Result<usize, ReadError> {
    let odd = |what| ReadError::Answer { operation: OPERATION, what };
    match result.status_code() {
        Some(StatusCode::Complete | StatusCode::PartialData) => {}
        _ => return Err(odd("the values of a model could not be read")),
    }
    let number = result.id().and_then(|id| id.strip_prefix('m')?.parse().ok());
    number.ok_or_else(|| odd("a result is of no query"))
}
