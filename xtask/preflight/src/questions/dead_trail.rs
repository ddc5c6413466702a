//! Would an alarm see a dead trail. While the only trail is stopped EventBridge hears of nothing, this included: what sees it has
//! to look by itself, or to have heard of the call that stopped it.
//!
//! Phiward's heartbeat looks every five minutes, and the alarm `TrailAlarm` of the template rings (`TrailLogging`). What the account
//! has of its own: a rule for StopLogging with a target, in the account and Region that the trail is at home in, as the call is made
//! there; or an alarm on a metric filter for it, on the log group of a trail that logs (CIS AWS Foundations Benchmark, "CloudTrail
//! configuration changes").

use std::collections::BTreeSet;

use aws_sdk_cloudwatchlogs::types::MetricFilter;
use aws_sdk_eventbridge::types::RuleState;
use remediation::AwsError;

use super::Read;
use super::pattern::{CALL, PATTERN, hears};
use super::trail::Seen;
use crate::caller::Caller;
use crate::item::{Item, State};
use crate::refusal;

const ID: &str = "dead-trail";
const AFTER: &str = "after the deploy the alarm TrailAlarm sees it within ten minutes, and tells the outcome topic: whoever is subscribed to it";

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
    rules: Vec<String>,
    alarms: Vec<String>,
    unread: Vec<AwsError>,
}

pub(crate) async fn ask(caller: &Caller, rules: &Read<Vec<Rule>>, trails: &Read<Vec<Seen>>) -> Item {
    let mut watch = Watch::default();
    by_rules(caller, rules, &mut watch).await;
    by_alarms(caller, trails.as_deref().unwrap_or_default(), &mut watch).await;
    judged(&watch, trails, caller)
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
            Ok(_) => watch.rules.push(format!("the rule {}", rule.name)),
            Err(error) => watch.unread.push(AwsError::new("events:ListTargetsByRule", &error)),
        }
    }
}

/// The CloudWatch Logs groups of this account and Region into which a trail logs now, by name.
fn log_groups<'a>(trails: &'a [Seen], caller: &Caller) -> BTreeSet<&'a str> {
    let running = trails.iter().filter(|trail| trail.logs.as_ref().is_ok_and(|logs| logs.running));
    // arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*
    let named = running.filter_map(|trail| {
        let mut parts = trail.log_group.as_deref()?.split(':').skip(3);
        let is_here = parts.next() == Some(caller.region.as_str()) && parts.next() == Some(caller.account.as_str());
        parts.nth(1).filter(|_| is_here)
    });
    named.collect()
}

async fn by_alarms(caller: &Caller, trails: &[Seen], watch: &mut Watch) {
    let groups = log_groups(trails, caller);
    let logs = aws_sdk_cloudwatchlogs::Client::new(&caller.sdk);
    let filters = logs.describe_metric_filters().into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let filters = match filters {
        Ok(filters) => filters,
        Err(error) => return watch.unread.push(AwsError::new("logs:DescribeMetricFilters", &error)),
    };
    let cloudwatch = aws_sdk_cloudwatch::Client::new(&caller.sdk);
    let about = |filter: &&MetricFilter| {
        let of_trail = filter.log_group_name().is_some_and(|name| groups.contains(name));
        of_trail && filter.filter_pattern().is_some_and(|pattern| pattern.contains(CALL))
    };
    for metric in filters.iter().filter(about).flat_map(MetricFilter::metric_transformations) {
        let (name, namespace) = (metric.metric_name(), metric.metric_namespace());
        match cloudwatch.describe_alarms_for_metric().metric_name(name).namespace(namespace).send().await {
            Ok(answer) => {
                let rings = |alarm: &&aws_sdk_cloudwatch::types::MetricAlarm| {
                    alarm.actions_enabled() != Some(false) && !alarm.alarm_actions().is_empty()
                };
                let names = answer.metric_alarms().iter().filter(rings).filter_map(|alarm| alarm.alarm_name());
                watch.alarms.extend(names.map(|name| format!("the alarm {name}")));
            }
            Err(error) => watch.unread.push(AwsError::new("cloudwatch:DescribeAlarmsForMetric", &error)),
        }
    }
}

/// A rule counts if a trail can be stopped where the rule is: all others stopped, EventBridge hears by that one still.
fn judged(watch: &Watch, trails: &Read<Vec<Seen>>, caller: &Caller) -> Item {
    let all = trails.as_deref().unwrap_or_default();
    // One of which that is not known may feed EventBridge.
    let feeds = |trail: &&Seen| match &trail.logs {
        Ok(logs) => logs.running && logs.writes.is_some(),
        Err(_) => true,
    };
    let feeding: Vec<&Seen> = all.iter().filter(feeds).collect();
    let counted: Vec<&Seen> = if feeding.is_empty() { all.iter().collect() } else { feeding };
    let (here, elsewhere): (Vec<&Seen>, Vec<&Seen>) =
        counted.into_iter().partition(|trail| trail.is_at_home(&caller.region, &caller.account));
    let deaf = trails.is_ok() && here.is_empty() && !elsewhere.is_empty();
    let rules: &[String] = if deaf || trails.is_err() { &[] } else { &watch.rules };
    let by: Vec<&str> = rules.iter().chain(&watch.alarms).map(String::as_str).collect();
    let all_read = watch.unread.is_empty() && trails.is_ok();
    let mut item = match (by.as_slice(), all_read) {
        ([], true) => Item::new(ID, State::Attention, "nothing here sees it now if the trail is stopped"),
        ([], false) => {
            Item::new(ID, State::Unknown, "whether anything here sees it now if the trail is stopped could not be read")
        }
        (by, _) => Item::new(ID, State::Ok, format!("that a trail is stopped is seen here now, by {}", by.join(", "))),
    };
    item = item.fact(AFTER).facts(elsewhere.iter().map(|trail| {
        let Seen { arn, home, .. } = trail;
        format!(
            "whoever stops {arn} does it in {home}, in account {}: a rule here never hears of that",
            trail.account()
        )
    }));
    if item.state == State::Ok {
        return item;
    }
    for error in watch.unread.iter().chain(trails.as_ref().err()) {
        item = item.fact(error.to_string()).fix(refusal::fix(error));
    }
    item = item.fix("deploy with NotificationEmail=ADDRESS, and confirm both mails that come");
    let foreign = elsewhere.iter().find(|trail| trail.account() != caller.account);
    if let Some(trail) = foreign {
        item = item.fix(format!("have account {}, whose {} is, watch it", trail.account(), trail.arn));
    }
    let home = match elsewhere.iter().find(|trail| trail.account() == caller.account) {
        Some(trail) if here.is_empty() => trail.home.as_str(),
        _ if deaf => return item,
        _ => caller.region.as_str(),
    };
    item.fix(format!(
        "until then, and for good if you like, a rule in {home} that tells a topic of yours (then: put-targets):"
    ))
    .run(format!("aws events put-rule --name trail-stopped --event-pattern '{PATTERN}' --region {home}"))
}

#[cfg(test)]
mod tests {
    use super::super::trail::Logs;
    use super::*;
    use crate::template;
    use crate::tests::caller;

    fn jane() -> Caller {
        caller("arn:aws:iam::111122223333:user/jane")
    }

    fn trail(home: &str, account: &str, running: bool) -> Seen {
        let logs = Logs { running, writes: Some(BTreeSet::new()), ..Logs::default() };
        let arn = format!("arn:aws:cloudtrail:{home}:{account}:trail/all");
        let log_group = Some(format!("arn:aws:logs:{home}:{account}:log-group:trail:*"));
        Seen { arn, home: home.to_owned(), log_group, logs: Ok(logs) }
    }

    fn refused() -> AwsError {
        let code = "AccessDenied".to_owned();
        AwsError { operation: "events:ListRules", code, status: Some(400), request_id: None }
    }

    #[test]
    fn who_sees_it_is_named_and_what_is_unread_is_no_pass() {
        let asked = |watch: &Watch, trails: &Read<Vec<Seen>>| judged(watch, trails, &jane());
        let rule = || Watch { rules: vec!["the rule a".to_owned()], ..Watch::default() };
        let seen = asked(&rule(), &Ok(vec![]));
        assert!(seen.state == State::Ok && seen.answer.ends_with("by the rule a"));
        let nobody = asked(&Watch::default(), &Ok(vec![]));
        assert!(nobody.state == State::Attention && nobody.fixed().contains("NotificationEmail"));
        let unread = asked(&Watch { unread: vec![refused()], ..Watch::default() }, &Ok(vec![]));
        assert!(unread.state == State::Unknown && unread.fixed().contains("events:ListRules"));
        assert_eq!(asked(&rule(), &Err(refused())).state, State::Unknown, "where the trails are at home is not known");
    }

    #[test]
    fn a_rule_counts_only_where_a_trail_can_be_stopped() {
        let rule = Watch { rules: vec!["the rule a".to_owned()], ..Watch::default() };
        let own = "111122223333";
        let asked = |trails: Vec<Seen>| judged(&rule, &Ok(trails), &jane());
        assert_eq!(asked(vec![trail("eu-west-1", own, true)]).state, State::Ok);
        assert_eq!(asked(vec![trail("eu-west-1", own, false)]).state, State::Ok);
        let two = asked(vec![trail("eu-west-1", own, true), trail("us-east-1", own, true)]);
        assert!(two.state == State::Ok && two.facts.iter().any(|fact| fact.contains("does it in us-east-1")));
        let elsewhere = asked(vec![trail("us-east-1", own, true), trail("eu-west-1", own, false)]);
        assert_eq!(elsewhere.state, State::Attention);
        assert!(elsewhere.fixed().contains("put-rule") && elsewhere.fixed().contains("--region us-east-1"));
        let organization = asked(vec![trail("eu-west-1", "444455556666", true)]);
        assert_eq!(organization.state, State::Attention);
        let fixes = organization.fixed();
        assert!(fixes.contains("have account 444455556666") && !fixes.contains("put-rule"), "{fixes}");
        let alarm = Watch { alarms: vec!["the alarm b".to_owned()], ..Watch::default() };
        assert_eq!(judged(&alarm, &Ok(vec![trail("us-east-1", own, true)]), &jane()).state, State::Ok);
    }

    #[test]
    fn a_log_group_counts_only_if_a_trail_logs_into_it_here() {
        let own = "111122223333";
        let groups =
            |trails: Vec<Seen>| log_groups(&trails, &jane()).into_iter().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(groups(vec![trail("eu-west-1", own, true)]), ["trail"]);
        assert!(groups(vec![trail("eu-west-1", own, false)]).is_empty());
        assert!(groups(vec![trail("us-east-1", own, true), trail("eu-west-1", "444455556666", true)]).is_empty());
        let none = Seen { log_group: None, ..trail("eu-west-1", own, true) };
        assert!(groups(vec![none]).is_empty());
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
