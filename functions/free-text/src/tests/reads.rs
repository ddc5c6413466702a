//! What is read, and what is made of it.

use aws_sdk_bedrock::operation::list_guardrails::{ListGuardrailsError, ListGuardrailsOutput};
use aws_sdk_bedrock::operation::list_model_copy_jobs::ListModelCopyJobsOutput;
use aws_sdk_bedrock::operation::list_tags_for_resource::{ListTagsForResourceError, ListTagsForResourceOutput};
use aws_sdk_bedrock::primitives::DateTime;
use aws_sdk_bedrock::types::error::{AccessDeniedException, ResourceNotFoundException};
use aws_sdk_bedrock::types::{GuardrailStatus, GuardrailSummary, ModelCopyJobStatus, ModelCopyJobSummary, Tag};
use aws_sdk_bedrock::{Client as Bedrock, error::ErrorMetadata};
use aws_sdk_bedrockagent::Client as Agents;
use aws_sdk_bedrockagent::operation::list_data_sources::ListDataSourcesOutput;
use aws_sdk_bedrockagent::types::{DataSourceStatus, DataSourceSummary};
use aws_sdk_s3::Client as S3;
use aws_sdk_s3::operation::get_bucket_tagging::GetBucketTaggingError;
use aws_sdk_s3::operation::list_buckets::ListBucketsOutput;
use aws_smithy_mocks::mock;
use policy::free_text::{Observation, Place, Suspect};
use remediation::{Duty, ReadError};

use super::*;
use crate::resource::Resource;
use inventory::Kind;

fn guardrail(id: &str, name: &str) -> GuardrailSummary {
    let (now, arn) = (DateTime::from_secs(0), format!("{ARN}guardrail/{id}"));
    let made = GuardrailSummary::builder().id(id).arn(arn).name(name).status(GuardrailStatus::Ready).version("DRAFT");
    made.created_at(now).updated_at(now).build().unwrap()
}

/// Two pages.
fn guardrails(names: &'static [(&'static str, &'static str)]) -> [Rule; 2] {
    let page = move |at: usize, next: Option<&str>| {
        let some = names.iter().skip(at).take(if at == 0 { 1 } else { 100 }).map(|(id, name)| guardrail(id, name));
        ListGuardrailsOutput::builder()
            .set_guardrails(Some(some.collect()))
            .set_next_token(next.map(str::to_owned))
            .build()
    };
    [
        mock!(Bedrock::list_guardrails)
            .match_requests(|request| request.next_token().is_none())
            .then_output(move || page(0, Some("more")).unwrap()),
        mock!(Bedrock::list_guardrails)
            .match_requests(|request| request.next_token() == Some("more"))
            .then_output(move || page(1, None).unwrap()),
    ]
}

fn tags(id: &'static str, key: &'static str, value: &'static str) -> Rule {
    mock!(Bedrock::list_tags_for_resource)
        .match_requests(move |request| request.resource_arn() == Some(&format!("{ARN}guardrail/{id}")))
        .then_output(move || {
            let tag = Tag::builder().key(key).value(value).build().unwrap();
            ListTagsForResourceOutput::builder().tags(tag).build()
        })
}

fn no_tags() -> Rule {
    let missing = || {
        let message = ErrorMetadata::builder().code("ResourceNotFoundException").message(PHI).build();
        ListTagsForResourceError::ResourceNotFoundException(ResourceNotFoundException::builder().meta(message).build())
    };
    mock!(Bedrock::list_tags_for_resource).then_error(missing)
}

fn at(duty: &FreeText, own: &str) -> Resource {
    duty.resource(&format!("{ARN}{own}")).unwrap()
}

fn places(seen: &Observation) -> Vec<(String, Vec<Place>)> {
    let Observation::Read { suspects } = seen else { panic!("{seen:?}") };
    let places = |each: &Suspect| each.findings.iter().map(|finding| finding.place).collect();
    suspects.iter().map(|each| (each.resource.clone(), places(each))).collect()
}

#[tokio::test]
async fn a_compliant_guardrail_costs_its_list_and_its_tags() {
    let [first, second] = guardrails(&[("a1", "triage"), ("b2", "billing")]);
    let tagged = tags("b2", "Owner", "platform");
    let duty = duty(&[&first, &second, &tagged], &[], &[]);
    let at = at(&duty, "guardrail/b2");
    let seen = duty.observe(&at).await.unwrap().unwrap();
    assert!(duty.assess(&at, &seen).is_empty());
    assert_eq!((first.num_calls(), second.num_calls(), tagged.num_calls()), (1, 1, 1));
}

#[tokio::test]
async fn a_sweep_s_resource_has_its_name_and_costs_its_tags_alone() {
    let tagged = tags("b2", "patient", "Jane Doe");
    let duty = duty(&[&tagged], &[], &[]);
    let address = home().address(&format!("{ARN}guardrail/b2")).unwrap();
    let at = Resource::at(address, Some(inventory::Labels::default()), &duty.patterns);
    let seen = duty.observe(&at).await.unwrap().unwrap();
    assert_eq!(places(&seen), [(format!("{ARN}guardrail/b2"), vec![Place::TagValue])]);
    assert_eq!(tagged.num_calls(), 1);
}

#[tokio::test]
async fn what_is_neither_listed_nor_tagged_is_gone_and_what_is_tagged_is_there() {
    let [first, second] = guardrails(&[("a1", "triage")]);
    let (missing, tagged) = (no_tags(), tags("b2", "note", PHI));
    let gone = duty(&[&first, &second, &missing], &[], &[]);
    assert!(gone.observe(&at(&gone, "guardrail/b2")).await.unwrap().is_none());
    // Made just now: not in the list yet.
    let new = duty(&[&first, &second, &tagged], &[], &[]);
    let seen = new.observe(&at(&new, "guardrail/b2")).await.unwrap().unwrap();
    assert_eq!(places(&seen), [(format!("{ARN}guardrail/b2"), vec![Place::TagValue])]);
}

#[tokio::test]
async fn a_list_tells_of_each_resource_in_it() {
    let [first, second] = guardrails(&[("a1", PHI), ("b2", "billing"), ("c3", "dob-1980-03-12")]);
    let (a, b, c) = (tags("a1", "x", "y"), tags("b2", "mrn", "see chart"), tags("c3", "x", "y"));
    let duty = duty(&[&first, &second, &a, &b, &c], &[], &[]);
    let list = Resource::list(Kind::Guardrail);
    let seen = duty.observe(&list).await.unwrap().unwrap();
    let expected = [("a1", Place::Name), ("b2", Place::TagValue), ("c3", Place::Name)];
    assert_eq!(places(&seen), expected.map(|(id, place)| (format!("{ARN}guardrail/{id}"), vec![place])));
    assert_eq!(duty.assess(&list, &seen).len(), 3);
}

#[tokio::test]
async fn a_failed_read_is_an_error_that_quotes_nothing_and_never_a_pass() {
    let denied = mock!(Bedrock::list_guardrails).then_error(|| {
        let message = ErrorMetadata::builder().code("AccessDeniedException").message(PHI).build();
        ListGuardrailsError::AccessDeniedException(AccessDeniedException::builder().meta(message).build())
    });
    let tagged = tags("b2", "x", "y");
    let duty = duty(&[&denied, &tagged], &[], &[]);
    let error = duty.observe(&at(&duty, "guardrail/b2")).await.unwrap_err();
    assert!(matches!(&error, ReadError::Aws(error) if error.code == "AccessDeniedException"));
    assert!(!format!("{error} {error:?}").contains(PHI));
}

#[tokio::test]
async fn a_copy_job_s_tags_are_those_that_its_list_shows() {
    let copy = || {
        let model = format!("{ARN}custom-model/amazon.titan-v1/a1b2c3d4e5f6");
        let tag = Tag::builder().key("PatientMRN").value("4711008").build().unwrap();
        let job = ModelCopyJobSummary::builder()
            .job_arn(format!("{ARN}model-copy-job/j1"))
            .source_model_arn(&model)
            .target_model_arn(&model)
            .source_account_id("111122223333")
            .status(ModelCopyJobStatus::Completed)
            .creation_time(DateTime::from_secs(0))
            .target_model_name("triage")
            .target_model_tags(tag)
            .build()
            .unwrap();
        ListModelCopyJobsOutput::builder().model_copy_job_summaries(job).build()
    };
    let listed = mock!(Bedrock::list_model_copy_jobs).then_output(copy);
    let duty = duty(&[&listed], &[], &[]);
    let seen = duty.observe(&at(&duty, "model-copy-job/j1")).await.unwrap().unwrap();
    assert_eq!(places(&seen), [(format!("{ARN}model-copy-job/j1"), vec![Place::TagValue])]);
}

#[tokio::test]
async fn a_data_source_is_looked_for_in_its_knowledge_base_alone() {
    let listed = mock!(Agents::list_data_sources)
        .match_requests(|request| request.knowledge_base_id() == Some("K1"))
        .then_output(|| {
            let now = aws_sdk_bedrockagent::primitives::DateTime::from_secs(0);
            let source = DataSourceSummary::builder()
                .knowledge_base_id("K1")
                .data_source_id("D1")
                .name("charts")
                .description(PHI)
                .status(DataSourceStatus::Available)
                .updated_at(now)
                .build()
                .unwrap();
            ListDataSourcesOutput::builder().data_source_summaries(source).build().unwrap()
        });
    let duty = duty(&[], &[&listed], &[]);
    let seen = duty.observe(&duty.resource("data-source/K1/D1").unwrap()).await.unwrap().unwrap();
    assert_eq!(places(&seen), [("data-source/K1/D1".to_owned(), vec![Place::Description])]);
    assert!(duty.observe(&duty.resource("data-source/K1/D2").unwrap()).await.unwrap().is_none());
}

/// One bucket that is named after a patient, without tags.
fn buckets() -> [Rule; 2] {
    let listed = mock!(S3::list_buckets).then_output(|| {
        let bucket = |name: &str| aws_sdk_s3::types::Bucket::builder().name(name).build();
        ListBucketsOutput::builder().buckets(bucket("other")).buckets(bucket(&format!("phi-{PHI}"))).build()
    });
    let untagged = mock!(S3::get_bucket_tagging)
        .match_requests(|request| request.expected_bucket_owner() == Some("111122223333"))
        .then_error(|| {
            GetBucketTaggingError::generic(aws_sdk_s3::error::ErrorMetadata::builder().code("NoSuchTagSet").build())
        });
    [listed, untagged]
}

#[tokio::test]
async fn what_is_named_by_a_hash_is_found_again_and_its_name_is_in_no_record() {
    let [listed, untagged] = buckets();
    let duty = duty(&[], &[], &[&listed, &untagged]);
    let id = duty.resource(&format!("arn:aws:s3:::phi-{PHI}")).unwrap().to_string();
    let at = duty.resource(&id).unwrap();
    let seen = duty.observe(&at).await.unwrap().unwrap();
    assert_eq!(places(&seen), [(id, vec![Place::Name, Place::Arn])]);
    let said = format!("{} {:?}", serde_json::to_string(&seen).unwrap(), duty.assess(&at, &seen));
    assert!(!said.contains(PHI) && said.contains("What is named by a hash"), "{said}");
    let other = duty.resource("bucket/sha256:0123456789abcdef").unwrap();
    assert!(duty.observe(&other).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_not_offered_here_is_told_of_and_never_a_pass() {
    let unknown = mock!(Bedrock::list_guardrails).then_error(|| {
        ListGuardrailsError::generic(ErrorMetadata::builder().code("UnknownOperationException").message(PHI).build())
    });
    let duty = duty(&[&unknown], &[], &[]);
    let list = Resource::list(Kind::Guardrail);
    let seen = duty.observe(&list).await.unwrap().unwrap();
    assert_eq!(seen, Observation::Unreachable);
    assert_eq!(duty.assess(&list, &seen).len(), 1);
}
