//! What is right, what is repaired, and what is told.

use std::collections::BTreeSet;

use serde_json::json;

use super::samples::*;
use super::*;
use crate::data_key;
use crate::decision::{Remedy, Violation};
use crate::redacted::Redacted;

fn judged(seen: &Observation) -> Vec<Violation<Step>> {
    assess(&desired(&named(), &all()), seen)
}

fn whole(destinations: Destinations) -> Configuration {
    Configuration { destinations, deliver: all() }
}

/// The one repair, and what it does not bring back.
fn repaired(seen: &Observation) -> (&'static str, Step, Vec<String>) {
    match judged(seen).as_slice() {
        [Violation { control, remedy: Remedy::Steps(steps), losses }] => match steps.as_slice() {
            [step] => (control.id, step.clone(), losses.clone()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn told(seen: &Observation) -> Vec<String> {
    let advice = |violation: Violation<Step>| match violation.remedy {
        Remedy::Person(advice) => advice,
        Remedy::Steps(steps) => panic!("{steps:?}"),
    };
    judged(seen).into_iter().map(advice).collect()
}

#[test]
fn what_the_deployment_names_is_right_and_needs_no_other_look() {
    let right = whole(named());
    assert!(!needs_requisites(&desired(&named(), &all()), Some(&right)));
    assert_eq!(judged(&Observation { configuration: Some(right), requisites: None }), vec![]);
}

#[test]
fn more_than_the_baseline_asks_for_stays() {
    let text = BTreeSet::from([Modality::Text]);
    let seen = Observation { configuration: Some(whole(named())), requisites: None };
    assert_eq!(assess(&desired(&named(), &text), &seen), vec![]);
}

#[test]
fn logging_that_is_off_is_switched_on() {
    let enable = Step::Enable { destinations: named(), deliver: all() };
    assert_eq!(repaired(&seen(None)), ("invocation-logging.enabled", enable.clone(), vec![]));
    // A configuration without destination delivers nothing.
    let nowhere = whole(Destinations::default());
    assert_eq!(repaired(&seen(Some(nowhere))), ("invocation-logging.enabled", enable, vec![]));
}

#[test]
fn logs_that_go_elsewhere_come_back_and_the_other_place_is_told() {
    let elsewhere = Destinations {
        s3: Some(place("somebody-elses", "")),
        cloudwatch: Some(group("/theirs", Some(place("logs-a", "bedrock")))),
    };
    let (control, step, losses) = repaired(&seen(Some(whole(elsewhere.clone()))));
    assert_eq!(control, "invocation-logging.destinations");
    assert_eq!(step, Step::Redirect { expected: elsewhere, destinations: named() });
    assert_eq!(losses.len(), 2);
    assert!(losses[0].contains("the bucket somebody-elses,") && losses[1].contains("the log group /theirs,"));
}

#[test]
fn our_own_places_need_no_word() {
    let changes: [fn(&mut Destinations); 5] = [
        |live| live.s3 = Some(place("logs-a", "elsewhere")),
        |live| live.s3 = Some(place("logs-b", "")),
        |live| live.s3 = None,
        |live| live.cloudwatch = None,
        |live| live.cloudwatch = Some(group("/aws/bedrock/a", None)),
    ];
    for change in changes {
        let mut live = named();
        change(&mut live);
        let (control, _, losses) = repaired(&seen(Some(whole(live))));
        assert_eq!((control, losses.len()), ("invocation-logging.destinations", 0));
    }
}

#[test]
fn another_role_is_another_destination() {
    let mut live = named();
    live.cloudwatch.as_mut().unwrap().role_arn = "arn:aws:iam::000000000000:role/other".to_owned();
    assert_eq!(repaired(&seen(Some(whole(live)))).0, "invocation-logging.destinations");
}

#[test]
fn kinds_of_data_that_are_missing_are_added() {
    let deliver = BTreeSet::from([Modality::Text, Modality::Image]);
    let live = Configuration { destinations: named(), deliver };
    let deliver = BTreeSet::from([Modality::Embedding, Modality::Video, Modality::Audio]);
    assert_eq!(repaired(&seen(Some(live))), ("invocation-logging.delivery", Step::Deliver { deliver }, vec![]));
}

#[test]
fn nothing_is_sent_where_it_could_not_arrive() {
    type Spoil = fn(&mut Requisites);
    let cases: [(&str, Spoil); 13] = [
        ("logs-a is not there", |at| at.buckets[0].problem = Some("is not there".to_owned())),
        ("logs-b is in another Region", |at| at.buckets[1].problem = Some("is in another Region".to_owned())),
        ("logs-a was not looked at", |at| drop(at.buckets.remove(0))),
        ("logs-a has access control lists enabled", |at| at.buckets[0].acls_disabled = false),
        ("the policy of the bucket logs-a does not let", |at| at.buckets[0].policy = None),
        ("the policy of the bucket logs-b does not let", |at| at.buckets[1].policy = at.buckets[0].policy.clone()),
        ("the policy of the bucket logs-a can't be understood", |at| {
            at.buckets[0].policy = Some(Redacted::new("[]".to_owned()));
        }),
        ("the key policy of arn:aws:kms", |at| at.key = Some(data_key::usable(r#"{"Statement":[]}"#))),
        ("the data key was not looked at", |at| at.key = None),
        ("is Disabled", |at| at.key.as_mut().unwrap().described.state = "Disabled".to_owned()),
        ("/aws/bedrock/a is not there", |at| at.group = Some(LogGroup { present: false })),
        ("does not let bedrock.amazonaws.com take it", |at| at.role = Some(LogRole { trusted: Some(Trusted::No) })),
        ("bedrock-logs is not there, or closed", |at| at.role = Some(LogRole { trusted: None })),
    ];
    for (expected, change) in cases {
        let mut requisites = ready();
        change(&mut requisites);
        let told = told(&Observation { configuration: None, requisites: Some(requisites) });
        assert!(matches!(told.as_slice(), [advice] if advice.contains(expected)), "{expected}: {told:?}");
    }
    assert!(told(&Observation { configuration: None, requisites: None })[0].contains("not looked at"));
}

#[test]
fn a_key_that_is_not_the_data_key_is_left_to_bedrock() {
    let mut requisites = ready();
    requisites.key = None;
    for bucket in &mut requisites.buckets {
        bucket.key = Some("arn:aws:kms:us-east-1:000000000000:key/other".to_owned());
    }
    let seen = Observation { configuration: None, requisites: Some(requisites) };
    assert_eq!(repaired(&seen).0, "invocation-logging.enabled");
}

#[test]
fn where_nothing_can_be_done_the_other_place_is_told_too() {
    let mut requisites = ready();
    requisites.buckets[0].policy = None;
    let elsewhere = Destinations { s3: Some(place("somebody-elses", "")), cloudwatch: None };
    let told = told(&Observation { configuration: Some(whole(elsewhere)), requisites: Some(requisites) });
    assert_eq!(told.len(), 2);
    assert!(told[1].contains("are being delivered to the bucket somebody-elses"), "{told:?}");
}

#[test]
fn a_step_is_for_what_it_was_planned_for() {
    let redirect = Step::Redirect { expected: Destinations::default(), destinations: named() };
    let elsewhere = Destinations { s3: Some(place("third", "")), cloudwatch: None };
    assert_eq!(redirect.applied_to(Some(&whole(elsewhere.clone()))), None);
    assert_eq!(redirect.applied_to(None), None);
    assert_eq!(redirect.applied_to(Some(&whole(named()))), Some(whole(named())));
    let deliver = Step::Deliver { deliver: all() };
    assert_eq!(deliver.applied_to(None), None);
    assert_eq!(deliver.applied_to(Some(&whole(elsewhere.clone()))), Some(whole(elsewhere.clone())));
    let enable = Step::Enable { destinations: named(), deliver: BTreeSet::new() };
    assert_eq!(enable.applied_to(Some(&whole(elsewhere))), None);
    // What was switched on stays on.
    assert_eq!(enable.applied_to(Some(&whole(Destinations::default()))), Some(whole(named())));
}

#[test]
fn a_role_is_bedrocks_by_its_trust_policy() {
    let trust = |principal: serde_json::Value, condition: serde_json::Value| {
        json!({"Statement": {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}})
            .to_string()
    };
    let bedrock = || json!({"Service": "bedrock.amazonaws.com"});
    let of = |account: &str| json!({"StringEquals": {"aws:SourceAccount": account}});
    let like = |arn: &str| json!({"ArnLike": {"aws:SourceArn": arn}});
    for (policy, expected) in [
        (trust(bedrock(), json!({})), Trusted::Yes),
        (trust(bedrock(), of("000000000000")), Trusted::Yes),
        (trust(bedrock(), like("arn:aws:bedrock:us-east-1:000000000000:*")), Trusted::Yes),
        (trust(bedrock(), of("111111111111")), Trusted::No),
        (trust(bedrock(), like("arn:aws:bedrock:eu-west-1:000000000000:*")), Trusted::No),
        (trust(json!({"Service": "lambda.amazonaws.com"}), json!({})), Trusted::No),
        ("not json".to_owned(), Trusted::No),
    ] {
        assert_eq!(Trusted::by(&policy, "aws", "us-east-1", "000000000000"), expected, "{policy}");
    }
}

#[test]
fn an_observation_shows_prefixes_in_evidence_only() {
    let seen = seen(Some(whole(named())));
    assert_eq!(serde_json::to_value(&seen).unwrap()["configuration"]["destinations"]["s3"]["prefix"], "bedrock");
    assert!(!format!("{seen:?}").contains("\"bedrock\""));
}
