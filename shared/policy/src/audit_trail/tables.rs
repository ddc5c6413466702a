//! What selectors record, how they are widened, and what is told of a trail that can't be repaired.

use super::*;
use crate::buckets::KeyObservation;
use crate::decision::{Remedy, Violation};
use crate::redacted::Redacted;

pub(super) const ACCOUNT: &str = "000000000000";
pub(super) const ARN: &str = "arn:aws:cloudtrail:us-east-1:000000000000:trail/audit";
pub(super) const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/1234";
const KEY_POLICY: &str = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":["kms:GenerateDataKey*","kms:DescribeKey"],"Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:000000000000:trail/*"}}}}"#;
const BUCKET_POLICY: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::trail-logs"},{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::trail-logs/AWSLogs/000000000000/*","Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}}]}"#;

pub(super) fn desired(types: &[String]) -> Desired<'_> {
    Desired {
        arn: ARN,
        named_by_arn: false,
        account: ACCOUNT,
        region: "us-east-1",
        partition: "aws",
        key_arn: KEY,
        bucket: Some("trail-logs"),
        data_events: types,
        recreate: true,
    }
}

pub(super) fn right() -> TrailState {
    TrailState {
        arn: ARN.to_owned(),
        home_region: "us-east-1".to_owned(),
        organization: false,
        multi_region: true,
        global_events: true,
        file_validation: true,
        key: Some(KEY.to_owned()),
        bucket: Some("trail-logs".to_owned()),
        status: Some(Status { logging: true, ..Status::default() }),
        selectors: Some(Selectors::Basic(vec![basic("All", true)])),
    }
}

pub(super) fn key() -> KeyObservation {
    KeyObservation {
        state: "Enabled".to_owned(),
        usage: "ENCRYPT_DECRYPT".to_owned(),
        spec: "SYMMETRIC_DEFAULT".to_owned(),
        policy: Redacted::new(KEY_POLICY.to_owned()),
    }
}

pub(super) fn seen(trail: Option<TrailState>) -> Observation {
    let policy = Some(Redacted::new(BUCKET_POLICY.to_owned()));
    let bucket = TrailBucket { name: "trail-logs".to_owned(), problem: None, policy };
    Observation { trail, key: Some(key()), bucket: Some(bucket) }
}

pub(super) fn basic(word: &str, management: bool) -> BasicSelector {
    BasicSelector {
        read_write_type: Some(word.to_owned()),
        include_management_events: Some(management),
        ..BasicSelector::default()
    }
}

fn excluding(word: &str) -> BasicSelector {
    BasicSelector { exclude_management_event_sources: vec!["kms.amazonaws.com".to_owned()], ..basic(word, true) }
}

fn with_data(mut selector: BasicSelector, resource_type: &str, values: &[&str]) -> BasicSelector {
    let values = values.iter().map(|value| Text::new(*value)).collect();
    selector.data_resources.push(DataResource { resource_type: resource_type.to_owned(), values });
    selector
}

fn advanced(fields: Vec<FieldSelector>) -> AdvancedSelector {
    AdvancedSelector { name: Some(Text::new("theirs")), fields }
}

fn is(field: &str, value: &str) -> FieldSelector {
    FieldSelector::is(field, value)
}

fn without_kms() -> FieldSelector {
    FieldSelector {
        field: "eventSource".to_owned(),
        not_equals: vec![Text::new("kms.amazonaws.com")],
        ..FieldSelector::default()
    }
}

const S3: &str = "AWS::S3::Object";
const PROJECT: &str = "AWS::BedrockMantle::Project";

#[test]
fn only_what_is_recorded_for_certain_counts() {
    let management = || is("eventCategory", "Management");
    let prefix = FieldSelector { starts_with: vec![Text::new("Man")], ..management() };
    let cases = [
        (Selectors::Basic(vec![BasicSelector::default()]), true),
        (Selectors::Basic(vec![basic("All", true)]), true),
        (Selectors::Basic(vec![basic("ReadOnly", true), basic("WriteOnly", true)]), true),
        (Selectors::Basic(vec![excluding("All"), basic("All", true)]), true),
        (Selectors::Basic(vec![with_data(basic("All", true), S3, &["arn:aws:s3:::b/"])]), true),
        (Selectors::Basic(vec![]), false),
        (Selectors::Basic(vec![basic("All", false)]), false),
        (Selectors::Basic(vec![basic("ReadOnly", true)]), false),
        (Selectors::Basic(vec![basic("Brandnew", true)]), false),
        (Selectors::Basic(vec![excluding("All")]), false),
        (Selectors::Basic(vec![excluding("ReadOnly"), basic("WriteOnly", true)]), false),
        (Selectors::Advanced(vec![advanced(vec![management()])]), true),
        (
            Selectors::Advanced(vec![
                advanced(vec![management(), is("readOnly", "true")]),
                advanced(vec![management(), is("readOnly", "false")]),
            ]),
            true,
        ),
        (Selectors::Advanced(vec![]), false),
        (Selectors::Advanced(vec![advanced(vec![is("eventCategory", "Data")])]), false),
        (Selectors::Advanced(vec![advanced(vec![management(), is("readOnly", "false")])]), false),
        (Selectors::Advanced(vec![advanced(vec![management(), without_kms()])]), false),
        (Selectors::Advanced(vec![advanced(vec![management(), is("eventName", "x")])]), false),
        (Selectors::Advanced(vec![advanced(vec![management(), is("brandNew", "x")])]), false),
        (Selectors::Advanced(vec![advanced(vec![prefix])]), false),
    ];
    for (selectors, expected) in cases {
        assert_eq!(records_management_events(&selectors), expected, "{selectors:?}");
    }
}

#[test]
fn data_events_count_when_they_are_of_all_resources() {
    let data = |resource_type: &str| vec![is("eventCategory", "Data"), is("resources.type", resource_type)];
    let narrow = [data(S3), vec![is("resources.ARN", "arn:aws:s3:::b/x")]].concat();
    let writes = [data(S3), vec![is("readOnly", "false")]].concat();
    let cases = [
        (Selectors::Basic(vec![with_data(basic("All", false), S3, &["arn:aws:s3"])]), S3, true),
        (Selectors::Basic(vec![with_data(basic("All", true), S3, &["arn:aws:s3:::b/", "arn:aws:s3:::"])]), S3, true),
        (Selectors::Basic(vec![with_data(basic("All", false), S3, &["arn:aws-us-gov:s3"])]), S3, false),
        (Selectors::Basic(vec![with_data(basic("All", false), S3, &["arn:aws:s3:::b/"])]), S3, false),
        (Selectors::Basic(vec![with_data(basic("WriteOnly", false), S3, &["arn:aws:s3"])]), S3, false),
        (Selectors::Basic(vec![with_data(basic("All", false), S3, &["arn:aws:lambda"])]), S3, false),
        (Selectors::Basic(vec![with_data(basic("All", false), PROJECT, &["arn:aws"])]), PROJECT, false),
        (Selectors::Advanced(vec![advanced(data(S3))]), S3, true),
        (Selectors::Advanced(vec![advanced(data(PROJECT))]), S3, false),
        (Selectors::Advanced(vec![advanced(narrow)]), S3, false),
        (Selectors::Advanced(vec![advanced(writes.clone())]), S3, false),
        (
            Selectors::Advanced(vec![advanced(writes), advanced([data(S3), vec![is("readOnly", "true")]].concat())]),
            S3,
            true,
        ),
    ];
    for (selectors, wanted, expected) in cases {
        let missing = missing_types(&selectors, &[wanted.to_owned()], "aws");
        assert_eq!(missing.is_empty(), expected, "{selectors:?}");
    }
}

#[test]
fn a_selector_that_leaves_something_out_is_made_whole_where_it_stands() {
    let whole = basic("All", true);
    let theirs = with_data(basic("WriteOnly", true), S3, &["arn:aws:s3:::b/"]);
    let cases = [
        (vec![excluding("All")], vec![whole.clone()]),
        (vec![basic("ReadOnly", true)], vec![whole.clone()]),
        (vec![basic("Brandnew", true)], vec![whole.clone()]),
        (
            vec![with_data(excluding("All"), S3, &["arn:aws:s3:::b/"])],
            vec![with_data(whole.clone(), S3, &["arn:aws:s3:::b/"])],
        ),
        (vec![theirs.clone()], vec![theirs.clone(), whole.clone()]),
        (vec![theirs.clone(), excluding("All")], vec![theirs.clone(), whole.clone()]),
        (vec![], vec![whole]),
    ];
    for (before, after) in cases {
        assert_eq!(with_management_events(&Selectors::Basic(before)), Ok(Selectors::Basic(after)));
    }
    let data = advanced(vec![is("eventCategory", "Data"), is("resources.type", S3)]);
    let narrow = advanced(vec![is("eventCategory", "Management"), without_kms(), is("readOnly", "false")]);
    let after = vec![data.clone(), advanced(vec![is("eventCategory", "Management")])];
    assert_eq!(
        with_management_events(&Selectors::Advanced(vec![data.clone(), narrow])),
        Ok(Selectors::Advanced(after))
    );
    let none = AdvancedSelector { name: None, fields: vec![is("eventCategory", "Management")] };
    let added = Selectors::Advanced(vec![data.clone(), none]);
    assert_eq!(with_management_events(&Selectors::Advanced(vec![data])), Ok(added));
}

#[test]
fn basic_selectors_stay_basic_where_they_know_the_type() {
    let types = [S3.to_owned(), "AWS::Lambda::Function".to_owned()];
    let before = vec![basic("All", true)];
    let mut further = with_data(basic("All", false), S3, &["arn:aws:s3"]);
    further = with_data(further, "AWS::Lambda::Function", &["arn:aws:lambda"]);
    let after = Selectors::Basic(vec![basic("All", true), further]);
    assert_eq!(with_data_events(&Selectors::Basic(before), &types, "aws"), Ok(after));
}

#[test]
fn a_conversion_loses_nothing() {
    let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let list = vec![
        with_data(excluding("WriteOnly"), S3, &["arn:aws:s3:::b/", "arn:aws:s3:::c/jane"]),
        with_data(with_data(basic("All", true), "AWS::Lambda::Function", &[function]), S3, &[]),
        with_data(basic("ReadOnly", false), "AWS::DynamoDB::Table", &["arn:aws:dynamodb"]),
        basic("All", true),
    ];
    let data = |resource_type: &str| vec![is("eventCategory", "Data"), is("resources.type", resource_type)];
    let begins = FieldSelector {
        field: "resources.ARN".to_owned(),
        starts_with: vec![Text::new("arn:aws:s3:::b/"), Text::new("arn:aws:s3:::c/jane")],
        ..FieldSelector::default()
    };
    let made = [
        vec![is("eventCategory", "Management"), without_kms(), is("readOnly", "false")],
        [data(S3), vec![begins, is("readOnly", "false")]].concat(),
        vec![is("eventCategory", "Management")],
        [data("AWS::Lambda::Function"), vec![is("resources.ARN", function)]].concat(),
        [data("AWS::DynamoDB::Table"), vec![is("readOnly", "true")]].concat(),
    ];
    let made: Vec<_> = made.into_iter().map(|fields| AdvancedSelector { name: None, fields }).collect();
    assert_eq!(converted(&list, "aws"), Some(made.clone()));
    let Ok(Selectors::Advanced(after)) = with_data_events(&Selectors::Basic(list), &[PROJECT.to_owned()], "aws") else {
        panic!("it is converted")
    };
    assert_eq!(after[..5], made[..]);
    assert_eq!(after[5].fields, data(PROJECT));
    assert_eq!(converted(&[basic("Brandnew", true)], "aws"), None);
}

fn advice(found: &[Violation<Step>]) -> String {
    let texts = found.iter().map(|violation| match &violation.remedy {
        Remedy::Person(advice) => format!("{}: {advice}\n", violation.control.id),
        Remedy::Steps(steps) => format!("{}: {steps:?}\n", violation.control.id),
    });
    texts.collect()
}

#[test]
fn what_has_no_room_is_reported() {
    let theirs = with_data(basic("WriteOnly", false), S3, &["arn:aws:s3:::b/"]);
    let full = Selectors::Basic(vec![theirs; MAX_BASIC]);
    let long = (0..MAX_CONDITIONS).map(|n| Text::new(n.to_string()));
    let long = Selectors::Advanced(vec![advanced(vec![FieldSelector::equals("eventName", long)])]);
    let unknown = with_data(basic("Brandnew", true), S3, &["arn:aws:s3:::b/"]);
    let unknown = Selectors::Basic(vec![unknown, basic("All", true)]);
    for (selectors, types, word) in [
        (full.clone(), vec![], "five basic"),
        (full, vec![S3.to_owned()], "five basic"),
        (long.clone(), vec![], "500 values"),
        (long, vec![PROJECT.to_owned()], "500 values"),
        (unknown, vec![PROJECT.to_owned()], "does not know"),
    ] {
        let found = assess(&desired(&types), &seen(Some(TrailState { selectors: Some(selectors), ..right() })));
        let text = advice(&found);
        assert!(text.contains(word) && !text.contains('['), "{text}");
    }
}

#[test]
fn a_trail_elsewhere_is_for_its_owner() {
    let mut away = TrailState { multi_region: false, key: Some("arn:aws:kms:eu-west-1:1:key/x".to_owned()), ..right() };
    away.home_region = "eu-west-1".to_owned();
    away.arn = ARN.replace("us-east-1", "eu-west-1");
    let text = advice(&assess(&desired(&[]), &seen(Some(away.clone()))));
    assert!(text.starts_with("audit-trail.multi-region: the trail's home Region is eu-west-1"), "{text}");
    assert_eq!(text.lines().count(), 1);
    assert!(!needs_key(Some(&away), &desired(&[])));
    let types = [PROJECT.to_owned()];
    let foreign = TrailState {
        arn: "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit".to_owned(),
        organization: true,
        key: None,
        status: None,
        selectors: None,
        ..right()
    };
    let text = advice(&assess(&desired(&types), &seen(Some(foreign))));
    let controls: Vec<_> = text.lines().filter_map(|line| line.split(':').next()).collect();
    let expected = ["logging", "management-events", "data-events", "kms-key"];
    assert_eq!(controls, expected.map(|control| format!("audit-trail.{control}")));
    assert!(text.contains("belongs to the account 111122223333") && !text.contains('['), "{text}");
}

#[test]
fn a_trail_that_is_gone_is_made_again_only_where_it_can_be() {
    let types = [PROJECT.to_owned()];
    let [violation] = &assess(&desired(&types), &seen(None))[..] else { panic!("one violation") };
    let create = Step::Create { bucket: "trail-logs".to_owned(), key: KEY.to_owned() };
    let steps = vec![create, Step::StartLogging, Step::RecordDataEvents { types: types.to_vec() }];
    assert_eq!(violation.remedy, Remedy::Steps(steps));
    assert_eq!(violation.losses.len(), 2);
    let without = |change: fn(&mut Observation)| {
        let mut changed = seen(None);
        change(&mut changed);
        advice(&assess(&desired(&[]), &changed))
    };
    let problem = |seen: &mut Observation| {
        seen.bucket =
            Some(TrailBucket { name: "x".to_owned(), problem: Some("it is not there".to_owned()), policy: None });
    };
    let policy = |seen: &mut Observation, text: Option<&str>| {
        seen.bucket = seen
            .bucket
            .take()
            .map(|bucket| TrailBucket { policy: text.map(|text| Redacted::new(text.to_owned())), ..bucket });
    };
    for (text, word) in [
        (advice(&assess(&Desired { bucket: None, ..desired(&[]) }, &seen(None))), "TrailBucket"),
        (advice(&assess(&Desired { recreate: false, ..desired(&[]) }, &seen(None))), "baseline says"),
        (advice(&assess(&Desired { named_by_arn: true, ..desired(&[]) }, &seen(None))), "organization"),
        (without(problem), "it is not there"),
        (without(|seen| seen.bucket = None), "was not read"),
        (without(|seen| seen.key = None), "was not read"),
        (
            advice(&{
                let mut changed = seen(None);
                policy(&mut changed, None);
                assess(&desired(&[]), &changed)
            }),
            "s3:GetBucketAcl",
        ),
        (
            advice(&{
                let mut changed = seen(None);
                policy(
                    &mut changed,
                    Some(&BUCKET_POLICY.replace("/AWSLogs/000000000000/*", "/AWSLogs/000000000000/CloudTrail/*")),
                );
                assess(&desired(&[]), &changed)
            }),
            "s3:PutObject",
        ),
        (
            advice(&{
                let mut changed = seen(None);
                policy(&mut changed, Some("no policy"));
                assess(&desired(&[]), &changed)
            }),
            "can't be understood",
        ),
    ] {
        assert!(text.starts_with("audit-trail.present: the trail is not there") && text.contains(word), "{text}");
    }
}

#[test]
fn only_the_data_key_counts_and_only_a_key_that_works_is_set() {
    for named in [None, Some("arn:aws:kms:us-east-1:000000000000:key/other"), Some("alias/phi")] {
        let trail = TrailState { key: named.map(str::to_owned), ..right() };
        assert!(needs_key(Some(&trail), &desired(&[])));
        let found = assess(&desired(&[]), &seen(Some(trail)));
        let step = Step::Encrypt { key: KEY.to_owned() };
        assert_eq!(found, [Violation::steps(&crate::control::AUDIT_TRAIL_KMS_KEY, vec![step])]);
    }
    let with_key = |change: &dyn Fn(&mut KeyObservation)| {
        let mut key = key();
        change(&mut key);
        let seen = Observation { key: Some(key), ..seen(Some(TrailState { key: None, ..right() })) };
        advice(&assess(&desired(&[]), &seen))
    };
    let policy = |from: &'static str, to: &'static str| {
        move |key: &mut KeyObservation| key.policy = Redacted::new(KEY_POLICY.replace(from, to))
    };
    for (text, word) in [
        (with_key(&|key| key.state = "Disabled".to_owned()), "is Disabled"),
        (with_key(&|key| key.usage = "SIGN_VERIFY".to_owned()), "not a symmetric"),
        (with_key(&|key| key.spec = "RSA_2048".to_owned()), "not a symmetric"),
        (with_key(&|key| key.policy = Redacted::new("x".to_owned())), "can't be read"),
        (with_key(&policy("cloudtrail", "config")), "kms:GenerateDataKey"),
        (with_key(&policy("GenerateDataKey*", "Decrypt")), "kms:GenerateDataKey"),
        (with_key(&policy(",\"kms:DescribeKey\"", "")), "kms:DescribeKey"),
        (with_key(&policy("trail/*", "trail/other")), "kms:GenerateDataKey"),
    ] {
        assert!(text.starts_with("audit-trail.kms-key: ") && text.contains(word) && !text.contains('['), "{text}");
    }
    let elsewhere = Desired { region: "eu-west-1", arn: ARN, ..desired(&[]) };
    let trail = TrailState { key: None, home_region: "eu-west-1".to_owned(), ..right() };
    assert!(advice(&assess(&elsewhere, &seen(Some(trail)))).contains("not in the trail's Region eu-west-1"));
}

#[test]
fn files_that_do_not_arrive_are_reported_in_words_of_our_own() {
    let with =
        |status: Status| advice(&assess(&desired(&[]), &seen(Some(TrailState { status: Some(status), ..right() }))));
    let logging = || Status { logging: true, ..Status::default() };
    let secret = "no such key jane-doe-mrn-4711";
    for (status, word) in [
        (Status { error: Some(Text::new("NoSuchBucket")), ..logging() }, "not there"),
        (Status { error: Some(Text::new("AccessDenied")), ..logging() }, "policy"),
        (Status { digest_error: Some(Text::new(secret)), ..logging() }, "digests"),
        (Status { attempted: Some(1), ..logging() }, "for an hour"),
        (Status { attempted: Some(3602), delivered: Some(1), ..logging() }, "for an hour"),
    ] {
        let text = with(status);
        assert!(text.starts_with("audit-trail.delivery: ") && text.contains(word) && !text.contains("jane"), "{text}");
    }
    for status in [
        Status { error: Some(Text::new("")), ..logging() },
        Status { attempted: Some(3601), delivered: Some(1), ..logging() },
        Status { delivered: Some(1), stopped: Some(1), ..logging() },
    ] {
        assert_eq!(with(status), "");
    }
}
