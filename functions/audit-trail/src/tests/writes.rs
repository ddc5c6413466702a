//! Writing: only what is wrong is sent, selectors are merged into what is there, and what AWS refuses for good is told.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::create_trail::CreateTrailOutput;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::operation::put_event_selectors::PutEventSelectorsOutput;
use aws_sdk_cloudtrail::operation::start_logging::StartLoggingOutput;
use aws_sdk_cloudtrail::operation::update_trail::builders::UpdateTrailInputBuilder;
use aws_sdk_cloudtrail::operation::update_trail::{UpdateTrailInput, UpdateTrailOutput};
use aws_sdk_cloudtrail::types::DataResource;
use aws_smithy_mocks::mock;
use policy::audit_trail::Step;
use remediation::{Repair, WriteError};

use super::*;

async fn apply(step: &Step, rules: &[&Rule]) -> Result<(), WriteError> {
    duty(rules).apply(&trail("audit"), step).await
}

#[tokio::test]
async fn an_update_sends_what_is_wrong_and_nothing_else() {
    let input = UpdateTrailInput::builder;
    let cases: [(Step, UpdateTrailInputBuilder); 4] = [
        (Step::RecordGlobalEvents, input().include_global_service_events(true)),
        (Step::RecordAllRegions, input().is_multi_region_trail(true).include_global_service_events(true)),
        (Step::ValidateFiles, input().enable_log_file_validation(true)),
        (Step::Encrypt { key: KEY.to_owned() }, input().kms_key_id(KEY)),
    ];
    for (step, expected) in cases {
        let expected = expected.name(ARN).build().unwrap();
        let rule = mock!(Client::update_trail)
            .match_requests(move |request| *request == expected)
            .then_output(|| UpdateTrailOutput::builder().build());
        assert_eq!(apply(&step, &[&rule]).await, Ok(()), "{step:?}");
        assert_eq!(rule.num_calls(), 1);
    }
    let start = mock!(Client::start_logging)
        .match_requests(|request| request.name() == Some(ARN))
        .then_output(|| StartLoggingOutput::builder().build());
    assert_eq!(apply(&Step::StartLogging, &[&start]).await, Ok(()));
}

#[tokio::test]
async fn a_trail_is_made_with_everything_right() {
    let rule = mock!(Client::create_trail)
        .match_requests(|request| {
            let flags = [
                request.is_multi_region_trail(),
                request.include_global_service_events(),
                request.enable_log_file_validation(),
            ];
            flags == [Some(true); 3]
                && request.name() == Some("audit")
                && request.s3_bucket_name() == Some("trail-logs")
                && request.kms_key_id() == Some(KEY)
                && request.cloud_watch_logs_role_arn().is_none()
        })
        .then_output(|| CreateTrailOutput::builder().build());
    let step = Step::Create { bucket: "trail-logs".to_owned(), key: KEY.to_owned() };
    assert_eq!(apply(&step, &[&rule]).await, Ok(()));
}

fn shown(basic: Vec<EventSelector>, advanced: Vec<AdvancedEventSelector>) -> Rule {
    let some = |empty: bool| (!empty).then_some(());
    mock!(Client::get_event_selectors).then_output(move || {
        GetEventSelectorsOutput::builder()
            .set_event_selectors(some(basic.is_empty()).map(|()| basic.clone()))
            .set_advanced_event_selectors(some(advanced.is_empty()).map(|()| advanced.clone()))
            .build()
    })
}

fn put(basic: Option<Vec<EventSelector>>, advanced: Option<Vec<AdvancedEventSelector>>) -> Rule {
    mock!(Client::put_event_selectors)
        .match_requests(move |request| {
            let sent = (&request.event_selectors, &request.advanced_event_selectors);
            request.trail_name() == Some(ARN) && sent == (&basic, &advanced)
        })
        .then_output(|| PutEventSelectorsOutput::builder().build())
}

fn theirs() -> EventSelector {
    let value = "arn:aws:s3:::b/jane-doe";
    let resource = DataResource::builder().r#type("AWS::S3::Object").values(value).build();
    EventSelector::builder()
        .read_write_type(ReadWriteType::from("Brandnew"))
        .include_management_events(false)
        .data_resources(resource)
        .set_exclude_management_event_sources(Some(Vec::new()))
        .build()
}

fn their_advanced() -> AdvancedEventSelector {
    let all = AdvancedFieldSelector::builder()
        .field("resources.ARN")
        .starts_with("a")
        .ends_with("b")
        .not_equals("c")
        .not_starts_with("d")
        .not_ends_with("e")
        .build()
        .unwrap();
    let fields = vec![field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object"), all];
    AdvancedEventSelector::builder().name("theirs").set_field_selectors(Some(fields)).build().unwrap()
}

#[tokio::test]
async fn selectors_are_merged_into_those_that_are_there_right_then() {
    let management = Step::RecordManagementEvents;
    let read = shown(vec![theirs()], vec![]);
    let written = put(Some(vec![theirs(), everything()]), None);
    assert_eq!(apply(&management, &[&read, &written]).await, Ok(()));
    assert_eq!(written.num_calls(), 1);
    let whole = advanced(vec![field("eventCategory", "Management")]);
    let read = shown(vec![], vec![their_advanced()]);
    let written = put(None, Some(vec![their_advanced(), whole]));
    assert_eq!(apply(&management, &[&read, &written]).await, Ok(()));
    assert_eq!(written.num_calls(), 1);
}

#[tokio::test]
async fn what_is_recorded_by_now_is_not_written() {
    assert_eq!(apply(&Step::RecordManagementEvents, &[&shown(vec![everything()], vec![])]).await, Ok(()));
    let data = advanced(vec![field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object")]);
    let step = Step::RecordDataEvents { types: vec!["AWS::S3::Object".to_owned()] };
    assert_eq!(apply(&step, &[&shown(vec![], vec![data])]).await, Ok(()));
}

#[tokio::test]
async fn a_place_that_was_taken_meanwhile_is_a_change() {
    let full = shown(vec![theirs(); 5], vec![]);
    let result = apply(&Step::RecordManagementEvents, &[&full]).await;
    assert!(matches!(result, Err(WriteError::Changed(_))), "{result:?}");
}

#[tokio::test]
async fn basic_selectors_become_advanced_ones_for_a_type_that_they_do_not_know() {
    let types = vec!["AWS::BedrockMantle::Project".to_owned()];
    let management = advanced(vec![field("eventCategory", "Management")]);
    let fields = vec![field("eventCategory", "Data"), field("resources.type", "AWS::BedrockMantle::Project")];
    let name = "Phiward: data events of AWS::BedrockMantle::Project";
    let project = AdvancedEventSelector::builder().name(name).set_field_selectors(Some(fields)).build().unwrap();
    let written = put(None, Some(vec![management, project]));
    let step = Step::RecordDataEvents { types };
    assert_eq!(apply(&step, &[&shown(vec![everything()], vec![]), &written]).await, Ok(()));
    assert_eq!(written.num_calls(), 1);
}

#[tokio::test]
async fn what_cloudtrail_refuses_for_good_is_told_and_the_rest_is_tried_again() {
    let result = async |code: &str| {
        let body = Some(format!(r#"{{"__type":"{code}","message":"arn:aws:s3:::jane-doe"}}"#));
        let rule = mock!(Client::update_trail).sequence().http_status(400, body).repeatedly().build();
        apply(&Step::ValidateFiles, &[&rule]).await.unwrap_err()
    };
    for code in [
        "InsufficientEncryptionPolicyException",
        "KmsKeyNotFoundException",
        "KmsKeyDisabledException",
        "InsufficientS3BucketPolicyException",
        "S3BucketDoesNotExistException",
        "InvalidEventSelectorsException",
        "InvalidHomeRegionException",
        "NotOrganizationMasterAccountException",
        "InsufficientDependencyServiceAccessPermissionException",
        "MaximumNumberOfTrailsExceededException",
    ] {
        let error = result(code).await;
        assert!(matches!(error, WriteError::Refused { .. }), "{code}");
        assert!(!error.to_string().contains("jane"));
    }
    assert!(matches!(result("TrailNotFoundException").await, WriteError::Changed(_)));
    for code in ["ConflictException", "AccessDeniedException", "SomethingNew"] {
        assert!(matches!(result(code).await, WriteError::Aws(_)), "{code}");
    }
}

#[tokio::test]
async fn a_trail_that_is_there_by_now_is_as_good_as_made() {
    let body = Some(r#"{"__type":"TrailAlreadyExistsException"}"#.to_owned());
    let there = mock!(Client::create_trail).sequence().http_status(400, body).build();
    let create = Step::Create { bucket: "trail-logs".to_owned(), key: KEY.to_owned() };
    assert_eq!(apply(&create, &[&there]).await, Ok(()));
}
