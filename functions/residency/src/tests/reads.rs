//! The duty's clients at the HTTP seam: rare answers. A mock client fails on every request that no rule of the test expects.

use std::collections::BTreeMap;
use std::sync::Mutex;

use aws_sdk_bedrock::Client as Bedrock;
use aws_sdk_bedrock::error::ErrorMetadata;
use aws_sdk_bedrock::operation::delete_inference_profile::DeleteInferenceProfileError;
use aws_sdk_bedrock::operation::get_inference_profile::{GetInferenceProfileError, GetInferenceProfileOutput};
use aws_sdk_bedrock::operation::list_foundation_models::ListFoundationModelsOutput;
use aws_sdk_bedrock::operation::list_inference_profiles::ListInferenceProfilesOutput;
use aws_sdk_bedrock::types::{
    FoundationModelSummary, InferenceProfileModel, InferenceProfileStatus, InferenceProfileSummary,
    InferenceProfileType,
};
use aws_sdk_cloudwatch::Client as CloudWatch;
use aws_sdk_cloudwatch::operation::get_metric_data::GetMetricDataOutput;
use aws_sdk_cloudwatch::types::{MetricDataResult, StatusCode};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use policy::residency::{Destination, Observation, Route};
use remediation::ReadError;

use crate::profiles::{Profiles, destinations};
use crate::usage::Usage;

fn profiles(rules: &[&Rule]) -> Profiles {
    Profiles {
        bedrock: mock_client!(aws_sdk_bedrock, RuleMode::MatchAny, rules),
        arn_prefix: "arn:aws:bedrock:us-east-1:111122223333:".to_owned(),
        routes: Mutex::new(BTreeMap::new()),
    }
}

fn usage(rules: &[&Rule]) -> Usage {
    Usage { cloudwatch: mock_client!(aws_sdk_cloudwatch, RuleMode::MatchAny, rules), hours: 24 }
}

fn leads_to(arn: &'static str) -> InferenceProfileModel {
    InferenceProfileModel::builder().model_arn(arn).build()
}

fn coded(code: &str) -> ErrorMetadata {
    ErrorMetadata::builder().code(code).message("secret").build()
}

#[test]
fn an_arn_without_region_is_anywhere_and_what_is_none_is_unreadable() {
    let places = |arns: &[&'static str]| destinations(&arns.iter().map(|arn| leads_to(arn)).collect::<Vec<_>>());
    let found = places(&[
        "arn:aws:bedrock:us-east-1::foundation-model/a.b",
        "arn:aws:bedrock:::foundation-model/a.b",
        "arn:aws:bedrock:us-east-1::foundation-model/a.c",
        "arn:aws:s3:::a",
        "a.b",
    ]);
    assert_eq!(found, [Destination::Anywhere, Destination::Region("us-east-1".to_owned()), Destination::Unreadable]);
    assert_eq!(places(&[]), []);
}

#[tokio::test]
async fn a_profile_is_asked_once_where_it_leads() {
    let get = mock!(Bedrock::get_inference_profile).match_requests(|_| true).sequence().output(|| {
        let models = vec![leads_to("arn:aws:bedrock:::foundation-model/a.b")];
        GetInferenceProfileOutput::builder()
            .inference_profile_name("n")
            .inference_profile_arn("a")
            .inference_profile_id("i")
            .set_models(Some(models))
            .status(InferenceProfileStatus::Active)
            .r#type(InferenceProfileType::Application)
            .build()
            .unwrap()
    });
    let get = get.build();
    let profiles = profiles(&[&get]);
    for _ in 0..3 {
        assert_eq!(profiles.route("abc").await.unwrap(), Route::Global);
    }
    assert_eq!(get.num_calls(), 1);
}

#[tokio::test]
async fn a_profile_that_is_gone_is_no_failure_and_a_refusal_is() {
    let refused = |code: &'static str| {
        mock!(Bedrock::get_inference_profile).then_error(move || GetInferenceProfileError::generic(coded(code)))
    };
    let gone = refused("ResourceNotFoundException");
    assert_eq!(profiles(&[&gone]).look("abc").await.unwrap(), Observation::NoProfile);
    assert_eq!(profiles(&[&gone]).route("abc").await.unwrap(), Route::Unknown);
    let denied = profiles(&[&refused("AccessDeniedException")]).look("abc").await.unwrap_err();
    assert!(denied.to_string().contains("AccessDenied") && !format!("{denied:?}").contains("secret"));

    for (code, done) in [("ResourceNotFoundException", true), ("ConflictException", false)] {
        let rule = mock!(Bedrock::delete_inference_profile)
            .then_error(move || DeleteInferenceProfileError::generic(coded(code)));
        assert_eq!(profiles(&[&rule]).delete("abc").await.is_ok(), done, "{code}");
    }
}

fn listed() -> [Rule; 2] {
    let models = mock!(Bedrock::list_foundation_models).match_requests(|_| true).then_output(|| {
        let model = |id: &str| FoundationModelSummary::builder().model_id(id).model_arn("a").build().unwrap();
        ListFoundationModelsOutput::builder().model_summaries(model("a.b")).model_summaries(model("a.c")).build()
    });
    let defined = mock!(Bedrock::list_inference_profiles)
        .match_requests(|asked| asked.type_equals() == Some(&InferenceProfileType::SystemDefined))
        .then_output(|| {
            let page = ListInferenceProfilesOutput::builder();
            page.inference_profile_summaries(summary("us.a.b", "arn:aws:bedrock:us-east-1::foundation-model/a.b"))
                .build()
        });
    [models, defined]
}

fn summary(id: &str, model: &'static str) -> InferenceProfileSummary {
    InferenceProfileSummary::builder()
        .inference_profile_name("n")
        .inference_profile_id(id)
        .inference_profile_arn(format!("arn:aws:bedrock:us-east-1:111122223333:inference-profile/{id}"))
        .set_models(Some(vec![leads_to(model)]))
        .status(InferenceProfileStatus::Active)
        .r#type(InferenceProfileType::SystemDefined)
        .build()
        .unwrap()
}

/// The figures of every id that is asked for.
fn figures(of: fn(&str) -> (StatusCode, Vec<f64>), leave_out: usize) -> Rule {
    mock!(CloudWatch::get_metric_data).match_requests(|_| true).then_compute_output(move |asked| {
        let results = asked.metric_data_queries().iter().skip(leave_out).map(|query| {
            let id = query.metric_stat().unwrap().metric().unwrap().dimensions()[0].value().unwrap();
            let (status, values) = of(id);
            MetricDataResult::builder().id(query.id().unwrap()).status_code(status).set_values(Some(values)).build()
        });
        GetMetricDataOutput::builder().set_metric_data_results(Some(results.collect())).build()
    })
}

#[tokio::test]
async fn a_model_is_in_use_by_itself_or_through_a_profile() {
    let [models, defined] = listed();
    for (used, through_own) in [("us.a.b", false), ("a.b", false), ("own", true)] {
        let rule = match used {
            "us.a.b" => figures(|id| (StatusCode::Complete, if id == "us.a.b" { vec![0.0, 3.0] } else { vec![] }), 0),
            "a.b" => figures(|id| (StatusCode::PartialData, if id == "a.b" { vec![1.0] } else { vec![0.0] }), 0),
            _ => figures(|id| (StatusCode::Complete, if id.ends_with("/own") { vec![1.0] } else { vec![] }), 0),
        };
        let own = [summary("own", "arn:aws:bedrock:us-east-1::foundation-model/a.b")];
        let own = if through_own { &own[..] } else { &[] };
        let found = usage(&[&rule]).of_models(&profiles(&[&models, &defined]), own).await.unwrap();
        assert_eq!(found, BTreeMap::from([("a.b".to_owned(), true), ("a.c".to_owned(), false)]), "{used}");
    }
}

#[tokio::test]
async fn figures_that_are_missing_are_no_zero() {
    let [models, defined] = listed();
    for rule in [
        figures(|_| (StatusCode::InternalError, vec![]), 0),
        figures(|_| (StatusCode::Forbidden, vec![]), 0),
        figures(|_| (StatusCode::from("New"), vec![]), 0),
        figures(|_| (StatusCode::Complete, vec![]), 1),
    ] {
        let found = usage(&[&rule]).of_models(&profiles(&[&models, &defined]), &[]).await;
        assert!(matches!(found, Err(ReadError::Answer { .. })), "{found:?}");
    }
}

#[tokio::test]
async fn five_hundred_ids_are_asked_for_at_once() {
    let [models, defined] = listed();
    let own: Vec<_> =
        (0..300).map(|n| summary(&format!("own{n}"), "arn:aws:bedrock:us-east-1::foundation-model/a.b")).collect();
    let rule = figures(|_| (StatusCode::Complete, vec![]), 0);
    usage(&[&rule]).of_models(&profiles(&[&models, &defined]), &own).await.unwrap();
    assert_eq!(rule.num_calls(), 2, "two models, and two names of each of 301 profiles");
}
