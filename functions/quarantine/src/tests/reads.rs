//! What is read, and when no more is.

use aws_sdk_macie2::operation::get_findings::GetFindingsOutput;
use aws_sdk_macie2::operation::list_findings::ListFindingsOutput;
use aws_smithy_mocks::mock;
use futures_util::TryStreamExt;
use policy::Remedy;
use policy::quarantine::{Flagged, State, Step};
use remediation::{Duty, Scope, Signal};

use super::fixtures::*;

#[test]
fn an_event_only_says_which_finding_to_read() {
    let signal = Signal::MacieFinding { id: id().as_str().to_owned() };
    assert_eq!(duty(&[], &[]).scope(&signal), Scope::These(vec![id()]));
}

#[tokio::test]
async fn a_crafted_finding_that_macie_does_not_know_leads_nowhere() {
    let unknown = mock!(aws_sdk_macie2::Client::get_findings).then_output(|| GetFindingsOutput::builder().build());
    assert_eq!(duty(&[&unknown], &[]).observe(&id()).await, Ok(None));
}

#[tokio::test]
async fn phi_where_it_belongs_costs_one_read_and_is_only_recorded() {
    let phi = finding_in("phi-records");
    let duty = duty(&[&phi], &[]);
    let seen = duty.observe(&id()).await.unwrap().unwrap();
    let found = duty.assess(&id(), &seen);
    assert!(matches!(found.as_slice(), [only] if only.control.id == "quarantine.phi-inside-sets"));
    assert!(matches!(found[0].remedy, Remedy::Person(_)));
}

#[tokio::test]
async fn a_sample_costs_one_read() {
    let sample = mock!(aws_sdk_macie2::Client::get_findings).then_output(|| {
        let mut sample = finding(BUCKET);
        sample.sample = Some(true);
        GetFindingsOutput::builder().findings(sample).build()
    });
    let seen = duty(&[&sample], &[]).observe(&id()).await.unwrap().unwrap();
    assert_eq!(seen.state, State::Unconcerned);
}

#[tokio::test]
async fn a_bucket_that_is_gone_is_no_error() {
    let gone =
        mock!(aws_sdk_s3::Client::get_bucket_versioning).sequence().http_status(404, xml("NoSuchBucket")).build();
    let listing =
        mock!(aws_sdk_s3::Client::list_object_versions).sequence().http_status(404, xml("NoSuchBucket")).build();
    let finding = finding_in(BUCKET);
    assert_eq!(duty(&[&finding], &[&gone, &listing]).observe(&id()).await, Ok(None));
}

#[tokio::test]
async fn a_current_version_is_copied_hidden_and_removed() {
    let (finding, versioning, version) = (finding_in(BUCKET), versioning(), version(ETAG, true));
    let (source, absent) = (source("crc"), no_head(OURS, 404));
    let duty = duty(&[&finding], &[&versioning, &version, &source, &absent]);
    let seen = duty.observe(&id()).await.unwrap().unwrap();
    let found = duty.assess(&id(), &seen);
    let [only] = found.as_slice() else { panic!("{found:?}") };
    let Remedy::Steps(steps) = &only.remedy else { panic!("{found:?}") };
    assert!(
        matches!(steps.as_slice(), [Step::Copy { .. }, Step::Hide { .. }, Step::DeleteVersion { .. }]),
        "{steps:?}"
    );
}

#[tokio::test]
async fn keys_are_found_among_others_that_begin_alike_over_pages_and_encoded() {
    let page = |truncated: bool, entries: &str| {
        Some(format!(
            "<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>{truncated}</IsTruncated>\
             <NextKeyMarker>jane+doe/gr%C3%B6%C3%9Fe%2B4711%3F50%25.pdf</NextKeyMarker>\
             <NextVersionIdMarker>v2</NextVersionIdMarker>{entries}</ListVersionsResult>"
        ))
    };
    let entry = |suffix: &str, id: &str| {
        format!(
            "<Version><Key>jane+doe/gr%C3%B6%C3%9Fe%2B4711%3F50%25.pdf{suffix}</Key><VersionId>{id}</VersionId>\
             <IsLatest>false</IsLatest><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;{ETAG}&quot;</ETag></Version>"
        )
    };
    let first = mock!(aws_sdk_s3::Client::list_object_versions)
        .match_requests(|request| request.key_marker().is_none())
        .sequence()
        .http_status(200, page(true, &entry("", "v2")))
        .build();
    let second = mock!(aws_sdk_s3::Client::list_object_versions)
        .match_requests(|request| (request.key_marker(), request.version_id_marker()) == (Some(KEY), Some("v2")))
        .sequence()
        .http_status(200, page(true, &format!("{}{}", entry("", "v1"), entry(".bak", "v9"))))
        .build();
    let (finding, versioning, absent) = (finding_in(BUCKET), versioning(), no_head(OURS, 404));
    let source = source("crc");
    let duty = duty(&[&finding], &[&versioning, &first, &second, &source, &absent]);
    let State::Outside(object) = duty.observe(&id()).await.unwrap().unwrap().state else { panic!() };
    assert!(matches!(&object.flagged, Flagged::Unchanged(version) if version.id == "v1"), "{object:?}");
}

#[tokio::test]
async fn findings_of_this_account_are_listed_in_the_order_of_their_ids() {
    let page = |ids: [&'static str; 2], next: Option<&'static str>| {
        move || {
            ListFindingsOutput::builder()
                .set_finding_ids(Some(ids.map(str::to_owned).to_vec()))
                .set_next_token(next.map(str::to_owned))
                .build()
        }
    };
    let first = mock!(aws_sdk_macie2::Client::list_findings)
        .match_requests(|request| {
            let criteria = request.finding_criteria().and_then(|criteria| criteria.criterion()).unwrap();
            let is = |field: &str, value: &str| criteria.get(field).is_some_and(|condition| condition.eq() == [value]);
            request.next_token().is_none()
                && is("archived", "false")
                && is("category", "CLASSIFICATION")
                && is("accountId", ACCOUNT)
        })
        .then_output(page(["d", "b"], Some("more")));
    let second = mock!(aws_sdk_macie2::Client::list_findings)
        .match_requests(|request| request.next_token() == Some("more"))
        .then_output(page(["c", "a"], None));
    let duty = duty(&[&first, &second], &[]);
    let listed: Vec<_> = duty.list().try_collect().await.unwrap();
    let shown: Vec<_> = listed.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["finding/a", "finding/b", "finding/c", "finding/d"]);
}

#[tokio::test]
async fn an_id_of_another_form_is_refused_and_not_quoted() {
    let odd = mock!(aws_sdk_macie2::Client::list_findings)
        .then_output(|| ListFindingsOutput::builder().finding_ids("jane doe").build());
    let error = duty(&[&odd], &[]).list().try_collect::<Vec<_>>().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("jane"));
}
