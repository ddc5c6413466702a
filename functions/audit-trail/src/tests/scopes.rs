//! Which calls mean the trail.

use policy::Baseline;
use remediation::clients::CallCounter;
use remediation::event::{Event, Home};
use remediation::{Duty, Environment, Parts, Scope, SettingError};

use super::*;

fn scope(duty: &AuditTrail, source: &str, parameters: &str) -> Scope<Trail> {
    let text = format!(
        r#"{{"id":"1","version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.cloudtrail","account":"{ACCOUNT}",
        "time":"2026-01-01T00:00:00Z","region":"us-east-1","resources":[],
        "detail":{{"eventSource":"{source}","eventName":"StopLogging","requestParameters":{parameters}}}}}"#
    );
    let home = Home { duty: "audit-trail", account: ACCOUNT, region: "us-east-1" };
    let event = Event::parse(remediation::event::payload(&text).unwrap(), home).unwrap();
    duty.scope(&event.signal)
}

#[test]
fn the_trail_is_meant_by_its_name_and_by_its_arn() {
    let calls = duty(&[]);
    let meant = Scope::These(vec![trail("audit")]);
    let by_arn = format!(r#"{{"name":"{ARN}"}}"#);
    for parameters in [r#"{"name":"audit"}"#, &by_arn, r#"{"trailName":"audit"}"#, "null", r#"{"name":["audit"]}"#] {
        assert_eq!(scope(&calls, "cloudtrail.amazonaws.com", parameters), meant, "{parameters}");
    }
    for parameters in [r#"{"name":"audit2"}"#, r#"{"trailName":"arn:aws:cloudtrail:us-east-1:1:trail/other"}"#] {
        assert!(matches!(scope(&calls, "cloudtrail.amazonaws.com", parameters), Scope::Nothing(_)), "{parameters}");
    }
    assert!(matches!(scope(&calls, "kms.amazonaws.com", "null"), Scope::Nothing(_)));
    let without = AuditTrail { trail: None, ..calls };
    assert!(matches!(scope(&without, "cloudtrail.amazonaws.com", "null"), Scope::Nothing(_)));
    assert_eq!(without.resource("audit"), None);
}

#[test]
fn a_trail_is_a_name_or_the_arn_of_one() {
    let parse = |named: &str| Trail::parse(named, &settings());
    assert_eq!(parse("audit").unwrap().arn(), ARN);
    let foreign = "arn:aws:cloudtrail:us-east-1:999999999999:trail/org";
    let foreign = parse(foreign).map(|trail| (trail.arn().to_owned(), trail.name().to_owned(), trail.to_string()));
    let arn = "arn:aws:cloudtrail:us-east-1:999999999999:trail/org".to_owned();
    assert_eq!(foreign, Some((arn.clone(), "org".to_owned(), arn)));
    for bad in ["", "ab", "a b c", "a:b:c", "trail/audit", "arn:aws:s3:us-east-1:1:trail/audit", "arn:x:trail/audit"] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn a_malformed_environment_keeps_the_function_from_starting() {
    let baseline = Baseline::parse(include_str!("../../../../baseline.toml")).unwrap();
    let made = |trail: &str, key: &str| {
        let lookup = |name: &str| match name {
            "PHIWARD_TRAIL" => Some(trail.to_owned()),
            "PHIWARD_DATA_KEY_ARN" => Some(key.to_owned()),
            "PHIWARD_TRAIL_DATA_EVENTS" => Some("AWS::S3::Object,AWS::BedrockMantle::Project".to_owned()),
            _ => None,
        };
        let latest = aws_sdk_cloudtrail::config::BehaviorVersion::latest();
        let sdk = aws_types::SdkConfig::builder().behavior_version(latest).build();
        let s3 = mock_client!(aws_sdk_s3, RuleMode::MatchAny, &[]);
        let parts = Parts {
            sdk: &sdk,
            s3,
            calls: CallCounter::default(),
            settings: &settings(),
            baseline: &baseline,
            environment: &Environment(&lookup),
        };
        AuditTrail::new(&parts).map(|duty| (duty.trail.is_some(), duty.data_events.len(), duty.recreate))
    };
    assert_eq!(made("audit", KEY), Ok((true, 2, true)));
    assert_eq!(made("", KEY), Ok((false, 2, true)));
    for (trail, key) in [("no trail", KEY), ("audit", "alias/phi"), ("audit", "")] {
        assert!(matches!(made(trail, key), Err(SettingError::Malformed { .. } | SettingError::Missing(_))), "{trail}");
    }
}
