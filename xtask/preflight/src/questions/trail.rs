//! Is there a trail that feeds EventBridge: one that logs here, and records management events, those that read too, as inferences do.
//!
//! Trails of other Regions that cover all, and the organization's, count. EventBridge hears of an API call only while a trail
//! logs it (EventBridge User Guide, "AWS service events via CloudTrail").

use std::collections::BTreeSet;

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::types::Trail;
use remediation::AwsError;

use super::Read;
use super::recorded::{Taken, both, taken};
use crate::item::{Item, State};
use crate::refusal;

const ID: &str = "trail";

/// A trail that covers this Region.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Its ARN, by which it is known in every Region.
    pub(crate) arn: String,
    /// Where alone it can be changed.
    pub(crate) home: String,
    /// The ARN of the CloudWatch Logs group that it writes to, if it does.
    pub(crate) log_group: Option<String>,
    pub(crate) logs: Read<Logs>,
}

/// What it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Logs {
    pub(crate) running: bool,
    /// The last file did not arrive in its bucket.
    pub(crate) undelivered: bool,
    /// The management events that write.
    pub(crate) writes: Taken,
    /// Those that read.
    pub(crate) reads: Taken,
}

impl Seen {
    /// Whether it can be stopped there.
    pub(crate) fn is_at_home(&self, region: &str, account: &str) -> bool {
        self.home == region && self.account() == account
    }

    /// Whose it is: an organization's is its management account's.
    pub(crate) fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }
}

pub(crate) fn answer(trails: &Read<Vec<Seen>>, region: &str) -> Item {
    match trails {
        Ok(trails) => judged(trails, region),
        Err(error) => Item::unread(ID, "which trails there are", error),
    }
}

/// All trails that cover this Region.
pub(crate) async fn trails(cloudtrail: &Client) -> Read<Vec<Seen>> {
    let answer = cloudtrail.describe_trails().include_shadow_trails(true).send().await;
    let answer = answer.map_err(|error| AwsError::new("cloudtrail:DescribeTrails", &error))?;
    let mut found = Vec::new();
    for trail in answer.trail_list() {
        let Some(arn) = trail.trail_arn() else { continue };
        let home = trail.home_region().unwrap_or_default().to_owned();
        let log_group = trail.cloud_watch_logs_log_group_arn().map(str::to_owned);
        found.push(Seen { arn: arn.to_owned(), home, log_group, logs: logs(cloudtrail, trail).await });
    }
    Ok(found)
}

async fn logs(cloudtrail: &Client, trail: &Trail) -> Read<Logs> {
    let arn = trail.trail_arn().unwrap_or_default();
    let status = cloudtrail.get_trail_status().name(arn).send();
    let selectors = cloudtrail.get_event_selectors().trail_name(arn).send();
    let (status, selectors) = tokio::join!(status, selectors);
    let status = status.map_err(|error| AwsError::new("cloudtrail:GetTrailStatus", &error))?;
    let running = status.is_logging() == Some(true);
    let undelivered = status.latest_delivery_error().is_some_and(|error| !error.is_empty());
    let selectors = selectors.map_err(|error| AwsError::new("cloudtrail:GetEventSelectors", &error))?;
    Ok(Logs { running, undelivered, writes: taken(&selectors, false), reads: taken(&selectors, true) })
}

fn judged(trails: &[Seen], region: &str) -> Item {
    let feeding: Vec<(&Seen, &Logs, &BTreeSet<String>)> = trails
        .iter()
        .filter_map(|trail| {
            let logs = trail.logs.as_ref().ok().filter(|logs| logs.running)?;
            Some((trail, logs, logs.writes.as_ref()?))
        })
        .collect();
    let left_out = both(feeding.iter().map(|(_, _, left_out)| (*left_out).clone()));
    let Some(mut left_out) = left_out else { return without(trails, region) };
    let reads = both(feeding.iter().filter_map(|(_, logs, _)| logs.reads.clone()));
    let deaf_to_reads = reads.is_none();
    left_out.extend(reads.unwrap_or_default());
    let names: Vec<&str> = feeding.iter().map(|(trail, _, _)| trail.arn.as_str()).collect();
    let undelivered = feeding.iter().filter(|(_, logs, _)| logs.undelivered).map(|(trail, _, _)| {
        format!("the files of {} do not arrive in its bucket: see its LatestDeliveryError", trail.arn)
    });
    let undelivered: Vec<String> = undelivered.collect();
    let names = names.join(", ");
    if left_out.is_empty() && undelivered.is_empty() && !deaf_to_reads {
        return Item::new(ID, State::Ok, format!("EventBridge hears of what is called here, by {names}"));
    }
    let mut item = Item::new(ID, State::Attention, format!("EventBridge hears by {names}, but not of everything"));
    if deaf_to_reads {
        item = item.fact(
            "left out: reads, which inferences are too: none of them is heard of, and the control audit-trail.management-events finds \
             drift",
        );
    }
    if !left_out.is_empty() {
        let services: Vec<&str> = left_out.iter().map(String::as_str).collect();
        item = item.fact(format!("left out: {}; drift there is found by the sweeps alone", services.join(", ")));
    }
    if let Some((trail, _, _)) = feeding.first().filter(|_| deaf_to_reads || !left_out.is_empty()) {
        item = item.fix(every_event(trail));
    }
    if !undelivered.is_empty() {
        item = item.facts(undelivered);
        item = item.fix("LatestDeliveryError of get-trail-status says why: mend the bucket's policy, or the key's");
    }
    item
}

/// No trail is known to feed EventBridge.
fn without(trails: &[Seen], region: &str) -> Item {
    if let Some((trail, error)) = trails.iter().find_map(|trail| Some((trail, trail.logs.as_ref().err()?))) {
        let answer = format!("whether {} feeds EventBridge could not be read: {error}", trail.arn);
        return Item::new(ID, State::Unknown, answer)
            .fix(refusal::fix(error))
            .fix("an organization's trail can be read in the organization's own account");
    }
    const DEAF: &str = "so EventBridge hears of no change, and drift is found by the sweeps alone";
    let stopped =
        trails.iter().find(|trail| trail.logs.as_ref().is_ok_and(|logs| !logs.running && logs.writes.is_some()));
    if let Some(trail) = stopped {
        let (arn, home) = (&trail.arn, &trail.home);
        return Item::new(ID, State::Missing, format!("{arn} does not log, {DEAF}"))
            .run(format!("aws cloudtrail start-logging --name {arn} --region {home}"));
    }
    if let Some(trail) = trails.first() {
        let answer = format!("{} records no management events that write, {DEAF}", trail.arn);
        return Item::new(ID, State::Missing, answer).fix(every_event(trail));
    }
    Item::new(ID, State::Missing, format!("no trail covers {region}, {DEAF}"))
        .fix(
            "make one (console: CloudTrail, Create trail: all Regions, management events, reads and writes); or, with a bucket whose \
             policy admits CloudTrail:",
        )
        .run(format!(
            "aws cloudtrail create-trail --name management-events --s3-bucket-name BUCKET --is-multi-region-trail \
             --enable-log-file-validation --region {region}"
        ))
        .run(format!("aws cloudtrail start-logging --name management-events --region {region}"))
}

fn every_event(trail: &Seen) -> String {
    format!(
        "have {} record all management events, reads and writes, excluding none (console: CloudTrail, the trail, Management events; in {})",
        trail.arn, trail.home
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/all";

    fn set(words: &[&str]) -> Taken {
        Some(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn seen(running: bool, writes: Taken) -> Seen {
        let logs = Ok(Logs { running, undelivered: false, writes, reads: set(&[]) });
        Seen { arn: ARN.to_owned(), home: "us-east-1".to_owned(), log_group: None, logs }
    }

    #[test]
    fn a_trail_that_logs_every_write_is_enough() {
        assert_eq!(judged(&[seen(false, set(&[])), seen(true, set(&[]))], "eu-west-1").state, State::Ok);
        // What one leaves out, another takes.
        let two = [seen(true, set(&["kms.amazonaws.com"])), seen(true, set(&["rdsdata.amazonaws.com"]))];
        assert_eq!(judged(&two, "eu-west-1").state, State::Ok);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_fix() {
        let unread = Seen {
            logs: Err(AwsError {
                operation: "cloudtrail:GetTrailStatus",
                code: "AccessDeniedException".to_owned(),
                status: Some(400),
                request_id: None,
            }),
            ..seen(true, None)
        };
        let logs = |undelivered, reads| Ok(Logs { running: true, undelivered, writes: set(&[]), reads });
        let undelivered = Seen { logs: logs(true, set(&[])), ..seen(true, None) };
        let write_only = || Seen { logs: logs(false, None), ..seen(true, None) };
        for (trails, state, piece, fix) in [
            (vec![], State::Missing, "no trail covers eu-west-1", "create-trail"),
            (
                vec![seen(false, set(&[]))],
                State::Missing,
                "does not log",
                "start-logging --name arn:aws:cloudtrail:us-east-1",
            ),
            (vec![seen(true, None)], State::Missing, "no management events that write", "excluding none"),
            (vec![seen(true, set(&["kms.amazonaws.com"]))], State::Attention, "not of everything", "excluding none"),
            (vec![write_only()], State::Attention, "not of everything", "reads and writes"),
            (vec![write_only(), seen(true, set(&[]))], State::Ok, "hears of what is called here", ""),
            (vec![undelivered], State::Attention, "not of everything", "LatestDeliveryError"),
            (vec![seen(true, None), unread], State::Unknown, "could not be read", "allow cloudtrail:GetTrailStatus"),
        ] {
            let item = judged(&trails, "eu-west-1");
            assert_eq!(item.state, state, "{piece}");
            assert!(item.answer.contains(piece), "{}", item.answer);
            assert!(item.fixed().contains(fix), "{:?}", item.fixes);
        }
        let kms = judged(&[seen(true, set(&["kms.amazonaws.com"]))], "eu-west-1");
        assert!(kms.facts.iter().any(|fact| fact.contains("kms.amazonaws.com")), "{:?}", kms.facts);
    }
}
