//! Which calls mean the configuration, and which destinations a deployment can name.

use remediation::event::{Event, Home};
use remediation::{Duty, Environment, Scope, SettingError};

use super::*;

fn scope(duty: &InvocationLogging, source: &str, parameters: &str) -> Scope<Configuration> {
    let text = format!(
        r#"{{"id":"1","version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.bedrock","account":"{ACCOUNT}",
        "time":"2026-01-01T00:00:00Z","region":"us-east-1","resources":[],
        "detail":{{"eventSource":"{source}","eventName":"X","requestParameters":{parameters}}}}}"#
    );
    let home = Home { duty: "invocation-logging", account: ACCOUNT, region: "us-east-1" };
    let event = Event::parse(remediation::event::payload(&text).unwrap(), home).unwrap();
    duty.scope(&event.signal)
}

#[test]
fn every_call_of_bedrock_means_it_and_of_s3_those_on_its_buckets() {
    let some = duty(&Aws::default());
    let meant = || Scope::These(vec![Configuration]);
    assert_eq!(scope(&some, "bedrock.amazonaws.com", "null"), meant());
    for bucket in ["logs-a", "logs-b"] {
        assert_eq!(scope(&some, "s3.amazonaws.com", &format!(r#"{{"bucketName":"{bucket}"}}"#)), meant());
    }
    for (source, parameters) in [
        ("s3.amazonaws.com", r#"{"bucketName":"other"}"#),
        ("s3.amazonaws.com", "null"),
        ("kms.amazonaws.com", r#"{"bucketName":"logs-a"}"#),
    ] {
        assert!(matches!(scope(&some, source, parameters), Scope::Nothing(_)), "{source} {parameters}");
    }
    assert_eq!(some.resource("model-invocation-logging"), Some(Configuration));
    assert_eq!(some.resource("something-else"), None);
}

#[test]
fn without_a_destination_nothing_is_looked_after() {
    let none = InvocationLogging { destinations: Destinations::default(), ..duty(&Aws::default()) };
    assert!(matches!(scope(&none, "bedrock.amazonaws.com", "null"), Scope::Nothing(_)));
    assert_eq!(none.resource("model-invocation-logging"), None);
    assert_eq!(none.governed(), None);
}

#[test]
fn destinations_are_named_whole_or_not_at_all() {
    let named = |given: &[(&str, &str)]| {
        let lookup = |name: &str| {
            let short = name.strip_prefix("PHIWARD_INVOCATION_").unwrap();
            given.iter().find(|(known, _)| *known == short).map(|(_, value)| (*value).to_owned())
        };
        super::super::named::destinations(&Environment(&lookup))
    };
    let whole = [
        ("LOG_BUCKET", "logs-a"),
        ("LOG_PREFIX", "bedrock"),
        ("LOG_GROUP", GROUP),
        ("LOG_ROLE_ARN", ROLE),
        ("LARGE_DATA_BUCKET", "logs-b"),
        ("LARGE_DATA_PREFIX", ""),
    ];
    assert_eq!(named(&whole), Ok(super::named()));
    assert_eq!(named(&[]), Ok(Destinations::default()));
    assert_eq!(named(&[("LOG_BUCKET", "logs-a")]).unwrap().s3.unwrap().prefix.expose(), "");
    for (given, missing) in [
        (&[("LOG_PREFIX", "bedrock")][..], "LOG_BUCKET"),
        (&[("LOG_GROUP", GROUP)], "LOG_ROLE_ARN"),
        (&[("LOG_ROLE_ARN", ROLE)], "LOG_GROUP"),
        (&[("LOG_BUCKET", "logs-a"), ("LARGE_DATA_BUCKET", "logs-b")], "LOG_GROUP"),
        (&[("LOG_GROUP", GROUP), ("LOG_ROLE_ARN", ROLE), ("LARGE_DATA_PREFIX", "x")], "LARGE_DATA_BUCKET"),
    ] {
        let error = named(given).unwrap_err();
        assert!(matches!(&error, SettingError::Missing(name) if name.ends_with(missing)), "{error}");
    }
}
