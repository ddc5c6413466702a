//! The duty at the HTTP seam: rare answers, and what is written when something has changed meanwhile.
//!
//! A mock client fails on every request that no rule of the test expects, so a list of rules without writes asserts that
//! nothing is written.

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::operation::describe_log_groups::DescribeLogGroupsOutput;
use aws_sdk_cloudwatchlogs::operation::get_data_protection_policy::GetDataProtectionPolicyOutput;
use aws_sdk_cloudwatchlogs::operation::put_data_protection_policy::PutDataProtectionPolicyOutput;
use aws_sdk_cloudwatchlogs::operation::put_retention_policy::PutRetentionPolicyOutput;
use aws_sdk_cloudwatchlogs::types::{LogGroup, LogGroupClass};
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::types::{
    AttachedPolicy, GroupDetail, ManagedPolicyDetail, PolicyDetail, PolicyVersion, RoleDetail, UserDetail,
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use futures_util::{FutureExt, TryStreamExt};
use policy::globs::{Glob, LOG_GROUP};
use policy::log_groups::{Observation, Step};
use policy::principals::Access;
use policy::{Baseline, Redacted};
use remediation::{DataKeyReader, Duty, PrincipalsReader, ReadError, Repair, WriteError};

use crate::{Governed, GroupName, LogGroups, Subject};

const GROUP: &str = "/aws/bedrock/a";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234";

fn duty(logs: &[&Rule]) -> LogGroups {
    let list = |text| Glob::list_of(&LOG_GROUP, text).unwrap();
    LogGroups {
        logs: mock_client!(aws_sdk_cloudwatchlogs, RuleMode::MatchAny, logs),
        data_key: DataKeyReader::with(KEY, mock_client!(aws_sdk_kms, RuleMode::MatchAny, &[])),
        principals: PrincipalsReader::with(mock_client!(aws_sdk_iam, RuleMode::MatchAny, &[])),
        governed: Governed { groups: list("/aws/bedrock/a,/aws/bedrock/b-*"), own: Vec::new() },
        baseline: Baseline::parse(include_str!("../../../baseline.toml")).unwrap().log_groups,
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
    }
}

fn group(name: &str) -> Subject {
    Subject::Group(GroupName::parse(name).unwrap())
}

async fn apply(step: &Step, logs: &[&Rule]) -> Result<(), WriteError> {
    duty(logs).apply(&group(GROUP), step).await
}

/// A page with these groups.
fn page(names: &'static [&'static str], token: Option<&'static str>) -> Rule {
    let groups = || names.iter().map(|name| LogGroup::builder().log_group_name(*name).kms_key_id(KEY).build());
    mock!(Client::describe_log_groups).match_requests(|_| true).then_output(move || {
        DescribeLogGroupsOutput::builder()
            .set_log_groups(Some(groups().collect()))
            .set_next_token(token.map(str::to_owned))
            .build()
    })
}

fn described(build: fn(aws_sdk_cloudwatchlogs::types::builders::LogGroupBuilder) -> LogGroup) -> Rule {
    mock!(Client::describe_log_groups)
        .match_requests(|request| (request.log_group_name_prefix(), request.limit()) == (Some(GROUP), Some(1)))
        .then_output(move || {
            let builder = LogGroup::builder().log_group_name(GROUP).kms_key_id(KEY);
            DescribeLogGroupsOutput::builder().log_groups(build(builder)).build()
        })
}

fn protected(document: Option<&'static str>) -> Rule {
    mock!(Client::get_data_protection_policy)
        .match_requests(|request| request.log_group_identifier() == Some(GROUP))
        .then_output(move || {
            GetDataProtectionPolicyOutput::builder().set_policy_document(document.map(str::to_owned)).build()
        })
}

macro_rules! refused {
    ($client:ident::$operation:ident, $error:path, $code:literal) => {
        mock!($client::$operation).then_error(|| {
            $error(aws_sdk_cloudwatchlogs::error::ErrorMetadata::builder().code($code).message("secret").build())
        })
    };
}

async fn seen(logs: &[&Rule]) -> Observation {
    duty(logs).observe(&group(GROUP)).await.unwrap().unwrap()
}

#[tokio::test]
async fn no_policy_and_an_empty_one_are_the_same_and_neither_is_a_gone_group() {
    use aws_sdk_cloudwatchlogs::operation::get_data_protection_policy::GetDataProtectionPolicyError as Refusal;
    let there = described(|group| group.log_group_class(LogGroupClass::Standard).build());
    let absent = refused!(Client::get_data_protection_policy, Refusal::generic, "ResourceNotFoundException");
    for none in [protected(None), protected(Some(" ")), absent] {
        let Observation::Group(seen) = seen(&[&there, &none]).await else { panic!() };
        assert_eq!((seen.data_protection, seen.key), (None, None));
    }
}

#[tokio::test]
async fn a_class_without_policies_may_say_so_in_its_own_way_and_others_may_not() {
    use aws_sdk_cloudwatchlogs::operation::get_data_protection_policy::GetDataProtectionPolicyError as Refusal;
    let odd = refused!(Client::get_data_protection_policy, Refusal::generic, "InvalidOperationException");
    let delivery = described(|group| group.log_group_class(LogGroupClass::Delivery).build());
    let Observation::Group(found) = seen(&[&delivery, &odd]).await else { panic!() };
    assert_eq!((found.class.as_str(), found.data_protection), ("DELIVERY", None));
    let standard = described(|group| group.log_group_class(LogGroupClass::Standard).build());
    let error = duty(&[&standard, &odd]).observe(&group(GROUP)).await.unwrap_err();
    assert!(matches!(&error, ReadError::Aws(error) if error.code == "InvalidOperationException"));
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[tokio::test]
async fn words_that_are_not_known_yet_are_kept_and_are_no_pass() {
    let new = described(|group| {
        group.log_group_class(LogGroupClass::from("BRAND_NEW")).data_protection_status("ASLEEP".into()).build()
    });
    let duty = duty(&[&new, &protected(Some("{\"Statement\":[]}"))]);
    let seen = duty.observe(&group(GROUP)).await.unwrap().unwrap();
    let Observation::Group(found) = &seen else { panic!() };
    assert_eq!((found.class.as_str(), found.data_protection_status.as_deref()), ("BRAND_NEW", Some("ASLEEP")));
    assert_eq!(duty.assess(&group(GROUP), &seen).len(), 2);
}

#[tokio::test]
async fn only_the_whole_name_is_the_group() {
    let duty_of = |logs: &[&Rule]| duty(logs);
    let longer = page(&["/aws/bedrock/b-1-more"], None);
    let gone = duty_of(&[&longer, &protected_any()]).observe(&group("/aws/bedrock/b-1")).await;
    assert_eq!(gone, Ok(None), "a glob does not say that it must be there");
}

fn protected_any() -> Rule {
    mock!(Client::get_data_protection_policy).then_output(|| GetDataProtectionPolicyOutput::builder().build())
}

#[tokio::test]
async fn an_empty_page_is_not_the_last_one() {
    let first = mock!(Client::describe_log_groups)
        .match_requests(|request| request.next_token().is_none())
        .then_output(|| DescribeLogGroupsOutput::builder().next_token("t").build());
    let second =
        mock!(Client::describe_log_groups).match_requests(|request| request.next_token() == Some("t")).then_output(
            || DescribeLogGroupsOutput::builder().log_groups(LogGroup::builder().log_group_name(GROUP).build()).build(),
        );
    let found = duty(&[&first, &second]).describe(&GroupName::parse(GROUP).unwrap()).await.unwrap();
    assert!(found.is_some());
    assert_eq!((first.num_calls(), second.num_calls()), (1, 1));
}

#[tokio::test]
async fn a_sweep_lists_names_and_what_globs_match_in_order_and_the_account_last() {
    let pages = page(&["/aws/bedrock/b-2", "/aws/bedrock/b-1", "/aws/bedrock/bx"], None);
    let found: Vec<String> = duty(&[&pages]).list().map_ok(|each| each.to_string()).try_collect().await.unwrap();
    let expected = ["log-group:/aws/bedrock/a", "log-group:/aws/bedrock/b-1", "log-group:/aws/bedrock/b-2", "unmask"];
    assert_eq!(found, expected);
    let mut sorted = found.clone();
    sorted.sort();
    assert_eq!(found, sorted, "a long sweep goes on after an id");
}

#[tokio::test]
async fn without_groups_there_is_nothing_to_look_at() {
    let duty = LogGroups { governed: Governed::default(), ..duty(&[]) };
    assert_eq!(duty.list().try_collect::<Vec<_>>().now_or_never().unwrap(), Ok(Vec::new()));
    assert_eq!(duty.resource("log-group:/aws/bedrock/a"), None);
}

#[tokio::test]
async fn a_retention_that_has_changed_meanwhile_is_not_overwritten() {
    let step = Step::PutRetention { expected: 7, days: 2192 };
    for now in [Some(3653), None, Some(14)] {
        let read = mock!(Client::describe_log_groups).then_output(move || {
            let group = LogGroup::builder().log_group_name(GROUP).set_retention_in_days(now).build();
            DescribeLogGroupsOutput::builder().log_groups(group).build()
        });
        assert!(matches!(apply(&step, &[&read]).await, Err(WriteError::Changed(_))), "{now:?}");
    }
    let read = described(|group| group.retention_in_days(7).build());
    let put = mock!(Client::put_retention_policy)
        .match_requests(|request| (request.log_group_name(), request.retention_in_days()) == (Some(GROUP), Some(2192)))
        .then_output(|| PutRetentionPolicyOutput::builder().build());
    assert_eq!(apply(&step, &[&read, &put]).await, Ok(()));
    assert_eq!(put.num_calls(), 1);
}

fn protect(expected: Option<&str>, document: &str) -> Step {
    let wrap = |text: &str| Redacted::new(text.to_owned());
    Step::PutDataProtection { expected: expected.map(wrap), document: wrap(document) }
}

#[tokio::test]
async fn a_policy_that_has_changed_meanwhile_is_not_overwritten() {
    let step = protect(Some("{\"Name\":\"a\",\"Version\":\"b\"}"), "{\"Name\":\"new\"}");
    for now in [Some("{\"Name\":\"other\"}"), None] {
        assert!(matches!(apply(&step, &[&protected(now)]).await, Err(WriteError::Changed(_))), "{now:?}");
    }
    let put = mock!(Client::put_data_protection_policy)
        .match_requests(|request| {
            (request.log_group_identifier(), request.policy_document()) == (Some(GROUP), Some("{\"Name\":\"new\"}"))
        })
        .then_output(|| PutDataProtectionPolicyOutput::builder().build());
    let alike = protected(Some("{\"Version\":\"b\", \"Name\":\"a\"}"));
    assert_eq!(apply(&step, &[&alike, &put]).await, Ok(()), "the order of members is no change");
    assert_eq!(put.num_calls(), 1);
}

#[tokio::test]
async fn what_aws_refuses_for_good_is_told_and_what_may_pass_is_an_error() {
    use aws_sdk_cloudwatchlogs::operation::associate_kms_key::AssociateKmsKeyError as KeyRefusal;
    use aws_sdk_cloudwatchlogs::operation::create_log_group::CreateLogGroupError as NoGroup;
    use aws_sdk_cloudwatchlogs::operation::put_data_protection_policy::PutDataProtectionPolicyError as NoPolicy;
    let refused_for_good = |result: &Result<(), WriteError>| matches!(result, Err(WriteError::Refused { .. }));
    let key_arn = KEY.to_owned();
    let (associate, create) = (Step::AssociateKey { key_arn: key_arn.clone() }, Step::CreateGroup { key_arn });
    let no = refused!(Client::associate_kms_key, KeyRefusal::generic, "InvalidParameterException");
    assert!(refused_for_good(&apply(&associate, &[&no]).await));
    let busy = refused!(Client::associate_kms_key, KeyRefusal::generic, "OperationAbortedException");
    assert!(matches!(apply(&associate, &[&busy]).await, Err(WriteError::Aws(_))));
    let no = refused!(Client::create_log_group, NoGroup::generic, "InvalidParameterException");
    assert!(refused_for_good(&apply(&create, &[&no]).await));
    let there = refused!(Client::create_log_group, NoGroup::generic, "ResourceAlreadyExistsException");
    assert_eq!(apply(&create, &[&there]).await, Ok(()), "the answer to an earlier request may have been lost");

    let sends =
        "{\"Statement\":[{\"DataIdentifier\":[],\"Operation\":{\"Audit\":{\"FindingsDestination\":{\"S3\":{}}}}}]}";
    let none = protected(None);
    for (code, document, expected) in [
        ("InvalidParameterException", "{}", true),
        ("LimitExceededException", "{}", true),
        ("AccessDeniedException", sends, true),
        ("AccessDeniedException", "{}", false),
        ("OperationAbortedException", sends, false),
    ] {
        let no = mock!(Client::put_data_protection_policy).then_error(move || {
            NoPolicy::generic(aws_sdk_cloudwatchlogs::error::ErrorMetadata::builder().code(code).build())
        });
        let result = apply(&protect(None, document), &[&none, &no]).await;
        assert_eq!(refused_for_good(&result), expected, "{code}: {result:?}");
    }
}

const ALLOWS: &str = "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22logs%3AUnmask%22%2C%22Resource%22%3A%22%2A%22%7D%7D";
const NOTHING: &str = "%7B%22Statement%22%3A%5B%5D%7D";

#[tokio::test]
async fn who_may_unmask_is_gathered_from_all_pages() {
    let attached = || AttachedPolicy::builder().policy_arn("arn:aws:iam::111122223333:policy/p").build();
    let first = mock!(aws_sdk_iam::Client::get_account_authorization_details)
        .match_requests(|request| request.marker().is_none())
        .then_output(move || {
            let user = UserDetail::builder().arn("arn:aws:iam::111122223333:user/u").group_list("g").build();
            let other = UserDetail::builder().arn("arn:aws:iam::111122223333:user/v").build();
            let role = RoleDetail::builder()
                .arn("arn:aws:iam::111122223333:role/r")
                .role_policy_list(PolicyDetail::builder().policy_document(NOTHING).build())
                .attached_managed_policies(attached())
                .build();
            let output = GetAccountAuthorizationDetailsOutput::builder().user_detail_list(user).user_detail_list(other);
            output.role_detail_list(role).is_truncated(true).marker("m").build()
        });
    let second = mock!(aws_sdk_iam::Client::get_account_authorization_details)
        .match_requests(|request| request.marker() == Some("m"))
        .then_output(|| {
            let version = |document: &str, default| {
                PolicyVersion::builder().document(document).is_default_version(default).build()
            };
            let group = GroupDetail::builder()
                .group_name("g")
                .group_policy_list(PolicyDetail::builder().policy_document("%zz").build())
                .build();
            let policy = ManagedPolicyDetail::builder()
                .arn("arn:aws:iam::111122223333:policy/p")
                .policy_version_list(version(NOTHING, false))
                .policy_version_list(version(ALLOWS, true))
                .build();
            GetAccountAuthorizationDetailsOutput::builder().group_detail_list(group).policies(policy).build()
        });
    let iam = mock_client!(aws_sdk_iam, RuleMode::MatchAny, &[&first, &second]);
    let duty = LogGroups { principals: PrincipalsReader::with(iam), ..duty(&[]) };
    let Ok(Some(Observation::Unmask { principals })) = duty.observe(&Subject::Unmask).await else { panic!() };
    let found: Vec<_> = principals.iter().map(|each| (each.arn.as_str(), each.access)).collect();
    let arn = |name| format!("arn:aws:iam::111122223333:{name}");
    assert_eq!(found, [(arn("role/r").as_str(), Access::Yes), (arn("user/u").as_str(), Access::Perhaps)]);
}
