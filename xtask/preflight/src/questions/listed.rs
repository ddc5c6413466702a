//! The ids for which the reading half of `residency` asks CloudWatch: of models and profiles, as Bedrock lists them now.

use std::collections::BTreeSet;

use aws_sdk_bedrock::Client;
use aws_sdk_bedrock::types::{FoundationModelSummary, InferenceProfileSummary, InferenceProfileType};
use remediation::AwsError;

use super::Read;

/// All of them.
pub(super) async fn ids(bedrock: &Client) -> Read<BTreeSet<String>> {
    let foundation = async {
        let answer = bedrock.list_foundation_models().send().await;
        answer.map_err(|error| AwsError::new("bedrock:ListFoundationModels", &error))
    };
    let (foundation, defined, own) = tokio::try_join!(
        foundation,
        profiles(bedrock, InferenceProfileType::SystemDefined),
        profiles(bedrock, InferenceProfileType::Application),
    )?;
    Ok(named(foundation.model_summaries(), defined.iter().chain(&own)))
}

async fn profiles(bedrock: &Client, kind: InferenceProfileType) -> Read<Vec<InferenceProfileSummary>> {
    let pages = bedrock.list_inference_profiles().type_equals(kind).into_paginator().items().send();
    let all = pages.collect::<Result<Vec<_>, _>>().await;
    all.map_err(|error| AwsError::new("bedrock:ListInferenceProfiles", &error))
}

/// A model by its id, a profile by its id and by its ARN.
fn named<'a>(
    models: &[FoundationModelSummary],
    profiles: impl Iterator<Item = &'a InferenceProfileSummary>,
) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = models.iter().map(|model| model.model_id().to_owned()).collect();
    for profile in profiles {
        all.insert(profile.inference_profile_id().to_owned());
        all.insert(profile.inference_profile_arn().to_owned());
    }
    all
}
