//! What is told of a trail that can't be repaired, and what is done about one that can.

use super::samples::{
    ARN, BUCKET_POLICY, KEY, KEY_POLICY, PROJECT, S3, advanced, basic, desired, key, right, seen, with_data,
};
use super::*;
use crate::data_key::KeyObservation;
use crate::decision::{Remedy, Violation};
use crate::redacted::Redacted;

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
        (with_key(&|key| key.described.state = "Disabled".to_owned()), "is Disabled"),
        (with_key(&|key| key.described.usage = "SIGN_VERIFY".to_owned()), "not a symmetric"),
        (with_key(&|key| key.described.spec = "RSA_2048".to_owned()), "not a symmetric"),
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
    assert!(advice(&assess(&elsewhere, &seen(Some(trail)))).contains("not in this Region, eu-west-1"));
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

#[test]
fn a_trail_that_has_never_logged_is_not_there_yet() {
    for (started, control) in [(None, "audit-trail.present"), (Some(1), "audit-trail.logging")] {
        let status = Some(Status { logging: false, started, ..Status::default() });
        let found = assess(&desired(&[]), &seen(Some(TrailState { status, ..right() })));
        assert_eq!(advice(&found), format!("{control}: [StartLogging]\n"));
    }
}
