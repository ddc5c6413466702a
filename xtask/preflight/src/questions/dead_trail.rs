//! Would an alarm see a dead trail. While the only trail is stopped EventBridge hears of nothing, this included: what sees it has
//! to look by itself, or to have heard of the call that stopped it.
//!
//! Phiward's heartbeat looks every five minutes, and the alarm `TrailAlarm` of the template rings (`TrailLogging`). What the account
//! has of its own: a rule for StopLogging with a target, or an alarm on a metric filter for it (CIS AWS Foundations Benchmark,
//! "CloudTrail configuration changes").

use aws_sdk_cloudwatchlogs::types::MetricFilter;
use aws_sdk_eventbridge::types::RuleState;
use remediation::AwsError;
use serde_json::Value;

use super::Read;
use crate::caller::Caller;
use crate::item::{Item, State};
use crate::refusal;

const ID: &str = "dead-trail";
const CALL: &str = "StopLogging";
const AFTER: &str = "after the deploy the alarm TrailAlarm sees it within ten minutes, and tells the outcome topic: whoever is subscribed to it";

/// What a rule for it lets through.
const PATTERN: &str = r#"{"source":["aws.cloudtrail"],"detail":{"eventName":["StopLogging","DeleteTrail"]}}"#;

/// A rule of the default bus.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    name: String,
    enabled: bool,
    pattern: Option<String>,
}

/// All rules of the default bus; their number is asked for too.
pub(crate) async fn rules(events: &aws_sdk_eventbridge::Client) -> Read<Vec<Rule>> {
    let mut all = Vec::new();
    let mut token = None;
    loop {
        let answer = events.list_rules().set_next_token(token).send().await;
        let answer = answer.map_err(|error| AwsError::new("events:ListRules", &error))?;
        all.extend(answer.rules().iter().map(|rule| Rule {
            name: rule.name().unwrap_or_default().to_owned(),
            enabled: !matches!(rule.state(), Some(RuleState::Disabled)),
            pattern: rule.event_pattern().map(str::to_owned),
        }));
        token = answer.next_token;
        if token.is_none() {
            return Ok(all);
        }
    }
}

/// What would see it now.
#[derive(Debug, Default)]
struct Watch {
    /// Rules and alarms.
    by: Vec<String>,
    unread: Vec<AwsError>,
}

pub(crate) async fn ask(caller: &Caller, rules: &Read<Vec<Rule>>) -> Item {
    let mut watch = Watch::default();
    by_rules(caller, rules, &mut watch).await;
    by_alarms(caller, &mut watch).await;
    judged(&watch, &caller.region)
}

async fn by_rules(caller: &Caller, rules: &Read<Vec<Rule>>, watch: &mut Watch) {
    let rules = match rules {
        Ok(rules) => rules,
        Err(error) => return watch.unread.push(error.clone()),
    };
    let events = aws_sdk_eventbridge::Client::new(&caller.sdk);
    for rule in rules.iter().filter(|rule| rule.enabled && rule.pattern.as_deref().is_some_and(hears)) {
        match events.list_targets_by_rule().rule(&rule.name).send().await {
            Ok(answer) if answer.targets().is_empty() => {}
            Ok(_) => watch.by.push(format!("the rule {}", rule.name)),
            Err(error) => watch.unread.push(AwsError::new("events:ListTargetsByRule", &error)),
        }
    }
}

/// Whether an event pattern lets the call that stops a trail through.
fn hears(pattern: &str) -> bool {
    let Ok(pattern) = serde_json::from_str::<Value>(pattern) else { return false };
    let lets = |path: &str, word: &str| match pattern.pointer(path) {
        None => None,
        Some(Value::Array(words)) => Some(words.iter().any(|each| each == word)),
        Some(_) => Some(false),
    };
    let source = lets("/source", "aws.cloudtrail").or_else(|| lets("/detail/eventSource", "cloudtrail.amazonaws.com"));
    // A rule for all calls of CloudTrail hears it too.
    source == Some(true) && lets("/detail/eventName", CALL) != Some(false)
        || lets("/detail/eventName", CALL) == Some(true) && source != Some(false)
}

async fn by_alarms(caller: &Caller, watch: &mut Watch) {
    let logs = aws_sdk_cloudwatchlogs::Client::new(&caller.sdk);
    let filters = logs.describe_metric_filters().into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let filters = match filters {
        Ok(filters) => filters,
        Err(error) => return watch.unread.push(AwsError::new("logs:DescribeMetricFilters", &error)),
    };
    let cloudwatch = aws_sdk_cloudwatch::Client::new(&caller.sdk);
    let about = |filter: &&MetricFilter| filter.filter_pattern().is_some_and(|pattern| pattern.contains(CALL));
    for metric in filters.iter().filter(about).flat_map(MetricFilter::metric_transformations) {
        let (name, namespace) = (metric.metric_name(), metric.metric_namespace());
        match cloudwatch.describe_alarms_for_metric().metric_name(name).namespace(namespace).send().await {
            Ok(answer) => {
                let rings = |alarm: &&aws_sdk_cloudwatch::types::MetricAlarm| {
                    alarm.actions_enabled() != Some(false) && !alarm.alarm_actions().is_empty()
                };
                let names = answer.metric_alarms().iter().filter(rings).filter_map(|alarm| alarm.alarm_name());
                watch.by.extend(names.map(|name| format!("the alarm {name}")));
            }
            Err(error) => watch.unread.push(AwsError::new("cloudwatch:DescribeAlarmsForMetric", &error)),
        }
    }
}

fn judged(watch: &Watch, region: &str) -> Item {
    if !watch.by.is_empty() {
        let by = watch.by.join(", ");
        return Item::new(ID, State::Ok, format!("that a trail is stopped is seen here now, by {by}")).fact(AFTER);
    }
    let mut item = if watch.unread.is_empty() {
        Item::new(ID, State::Attention, "nothing here sees it now if the trail is stopped")
    } else {
        Item::new(ID, State::Unknown, "whether anything here sees it now if the trail is stopped could not be read")
    };
    item = item.fact(AFTER);
    for error in &watch.unread {
        item = item.fact(error.to_string()).fix(refusal::fix(error));
    }
    item.fix("deploy with NotificationEmail=ADDRESS, and confirm both mails that come")
        .fix("until then, and for good if you like, a rule that tells a topic of yours (then: put-targets):")
        .run(format!("aws events put-rule --name trail-stopped --event-pattern '{PATTERN}' --region {region}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template;

    #[test]
    fn a_pattern_hears_the_call_by_its_name_or_by_its_source() {
        for (pattern, expected) in [
            (PATTERN, true),
            (r#"{"source":["aws.cloudtrail"]}"#, true),
            (r#"{"source":["aws.cloudtrail"],"detail":{"eventName":["StopLogging"]}}"#, true),
            (r#"{"detail":{"eventName":["DeleteTrail","StopLogging"]}}"#, true),
            (r#"{"detail":{"eventSource":["cloudtrail.amazonaws.com"]}}"#, true),
            (r#"{"source":["aws.cloudtrail"],"detail":{"eventName":["DeleteTrail"]}}"#, false),
            (r#"{"source":["aws.s3"],"detail":{"eventName":["StopLogging"]}}"#, false),
            (r#"{"source":["aws.s3"]}"#, false),
            (r#"{"source":["aws.cloudtrail"],"detail":{"eventName":[{"prefix":"Delete"}]}}"#, false),
            ("{}", false),
            ("?", false),
        ] {
            assert_eq!(hears(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn who_sees_it_is_named_and_what_is_unread_is_no_pass() {
        let seen = Watch { by: vec!["the rule a".to_owned()], unread: vec![] };
        assert!(
            judged(&seen, "eu-west-1").state == State::Ok
                && judged(&seen, "eu-west-1").answer.ends_with("by the rule a")
        );
        let nobody = judged(&Watch::default(), "eu-west-1");
        assert!(nobody.state == State::Attention && nobody.fixed().contains("NotificationEmail"));
        let error = AwsError {
            operation: "events:ListRules",
            code: "AccessDenied".into(),
            status: Some(400),
            request_id: None,
        };
        let unread = judged(&Watch { by: vec![], unread: vec![error] }, "eu-west-1");
        assert!(unread.state == State::Unknown && unread.fixed().contains("events:ListRules"));
    }

    #[test]
    fn the_template_brings_the_alarm_that_is_promised() {
        let alarm = template::resource("TrailAlarm");
        for piece in
            ["MetricName: TrailLogging", "ComparisonOperator: LessThanThreshold", "AlarmActions: [!Ref OutcomeTopic]"]
        {
            assert!(alarm.contains(piece), "{piece}");
        }
    }
}
