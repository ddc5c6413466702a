//! Which Regions use Bedrock: one deployment looks after one Region, as data retention, log buckets and Macie are Regional.
//!
//! Asked of CloudWatch, for Bedrock and bedrock-mantle.

use aws_sdk_account::types::RegionOptStatus;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::config::Region;
use futures_util::stream::{self, StreamExt as _};
use remediation::AwsError;

use super::Read;
use super::counted::{self, Counted};
use crate::caller::Caller;
use crate::item::{Item, State};
use crate::refusal;

const ID: &str = "regions";
/// Thirty Regions or so, each an endpoint of its own.
const AT_ONCE: usize = 8;

/// Asks every Region that the account has enabled.
pub(crate) async fn ask(caller: &Caller, here: &Counted) -> Item {
    let regions = match regions(&aws_sdk_account::Client::new(&caller.sdk)).await {
        Ok(regions) => regions,
        Err(error) => return Item::unread(ID, "which Regions the account has enabled", &error),
    };
    let others = regions.into_iter().filter(|region| *region != caller.region);
    let others = stream::iter(others).map(async |region| {
        let used = uses_bedrock(caller, &region).await;
        (region, used)
    });
    let mut found: Vec<(String, Read<bool>)> = others.buffer_unordered(AT_ONCE).collect().await;
    found.push((caller.region.clone(), here.used()));
    found.sort_by(|one, other| one.0.cmp(&other.0));
    judged(&found, &caller.region)
}

async fn regions(account: &aws_sdk_account::Client) -> Read<Vec<String>> {
    let enabled = [RegionOptStatus::Enabled, RegionOptStatus::EnabledByDefault];
    let pages = account.list_regions().set_region_opt_status_contains(Some(enabled.into())).into_paginator().items();
    let all = pages.send().collect::<Result<Vec<_>, _>>().await;
    let all = all.map_err(|error| AwsError::new("account:ListRegions", &error))?;
    Ok(all.into_iter().filter_map(|region| region.region_name).collect())
}

async fn uses_bedrock(caller: &Caller, region: &str) -> Read<bool> {
    let config = aws_sdk_cloudwatch::config::Builder::from(&caller.sdk).region(Region::new(region.to_owned()));
    counted::any(&Client::from_conf(config.build())).await
}

fn judged(found: &[(String, Read<bool>)], here: &str) -> Item {
    let used: Vec<&str> =
        found.iter().filter(|(_, used)| *used == Ok(true)).map(|(region, _)| region.as_str()).collect();
    let elsewhere: Vec<&str> = used.iter().copied().filter(|region| *region != here).collect();
    let unread: Vec<(&str, &AwsError)> =
        found.iter().filter_map(|(region, used)| Some((region.as_str(), used.as_ref().err()?))).collect();
    let asked = found.len();
    let mut item = if let [_, ..] = elsewhere.as_slice() {
        let too = if used.contains(&here) { "also in" } else { "not here, but in" };
        let names = elsewhere.join(", ");
        let answer =
            format!("Bedrock was used {too} {names} within two weeks: each Region needs a deployment of its own");
        let each = |region: &&str| format!("cargo xtask preflight --region {region}");
        let item = Item::new(ID, State::Attention, answer).fix("ask there too, and deploy there (sam deploy --region)");
        elsewhere.iter().map(each).fold(item, Item::run)
    } else if unread.is_empty() {
        let answer = match used.as_slice() {
            [] => format!("Bedrock was used in none of {asked} Regions within two weeks"),
            _ => format!("of {asked} Regions Bedrock was used here alone within two weeks"),
        };
        Item::new(ID, State::Ok, answer)
    } else {
        let answer = format!("whether Bedrock is used elsewhere is not known of {} of {asked} Regions", unread.len());
        Item::new(ID, State::Unknown, answer)
    };
    for (region, error) in &unread {
        item = item.fact(format!("{region} could not be read: {error}"));
    }
    if let Some((_, error)) = unread.first() {
        item = item.fix(refusal::fix(error));
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(name: &str, used: Option<bool>) -> (String, Read<bool>) {
        let refused =
            AwsError { operation: counted::LIST, code: "AccessDenied".into(), status: Some(403), request_id: None };
        (name.to_owned(), used.ok_or(refused))
    }

    #[test]
    fn use_elsewhere_is_named_and_what_is_unread_is_never_a_pass() {
        let (used, unused, unread) = (Some(true), Some(false), None);
        for (found, state, piece, fixes) in [
            (vec![region("eu-west-1", used), region("us-east-1", unused)], State::Ok, "here alone", 0),
            (vec![region("eu-west-1", unused), region("us-east-1", unused)], State::Ok, "in none of 2", 0),
            (vec![region("eu-west-1", used), region("us-east-1", used)], State::Attention, "also in us-east-1", 2),
            (vec![region("eu-west-1", unused), region("us-east-1", used)], State::Attention, "not here, but in", 2),
            (vec![region("eu-west-1", used), region("us-east-1", unread)], State::Unknown, "1 of 2", 1),
            (vec![region("eu-west-1", unread), region("us-east-1", used)], State::Attention, "us-east-1", 3),
        ] {
            let item = judged(&found, "eu-west-1");
            assert_eq!(item.state, state, "{piece}");
            assert!(item.answer.contains(piece), "{}", item.answer);
            assert_eq!(item.fixes.len(), fixes, "{:?}", item.fixes);
            let named = found.iter().filter(|(_, used)| used.is_err()).count();
            assert_eq!(item.facts.len(), named, "what was not read is named: {:?}", item.facts);
        }
    }
}
