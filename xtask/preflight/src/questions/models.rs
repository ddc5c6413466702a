//! Which models that were used in the last 30 days data-retention mode `none` would switch off.
//!
//! The reading half of `residency` says which models that Bedrock lists are in use, and what bedrock-mantle says they allow. Ids
//! that CloudWatch counts and Bedrock lists nowhere (imported and custom models, provisioned throughput, endpoints) are unknown.

use std::collections::BTreeSet;
use std::pin::pin;

use futures_util::StreamExt as _;
use policy::residency::{Observation, Retention};
use policy::retention::NONE;
use remediation::{Duty as _, ReadError};
use residency::Resource;

use super::Read;
use crate::item::{Item, State};
use crate::parts::Parts;
use crate::refusal;

const ID: &str = "models";

/// What is known of the models in use.
#[derive(Debug, Default)]
struct Seen {
    /// Each with what it allows.
    models: Vec<(String, Retention)>,
    /// Models of which that could not be read.
    unread: Vec<(String, ReadError)>,
    /// Ids that were counted here, and are no model that Bedrock lists.
    unlisted: Vec<String>,
}

pub(crate) async fn ask(parts: &Parts, counted: &Read<BTreeSet<String>>) -> Item {
    let duty = match &parts.residency {
        Ok(duty) => duty,
        Err(error) => return Item::new(ID, State::Unknown, format!("the models could not be asked for: {error}")),
    };
    let mut seen = Seen::default();
    let mut listed = pin!(duty.list());
    while let Some(resource) = listed.next().await {
        let (id, resource) = match resource {
            Ok(resource @ Resource::Model { in_use: Some(true), .. }) => {
                (resource.to_string().trim_start_matches("model/").to_owned(), resource)
            }
            Ok(_) => continue,
            Err(error) => return Item::not_read(ID, "which models were used in the last 30 days", &error),
        };
        match duty.observe(&resource).await {
            Ok(Some(Observation::Model(model))) => seen.models.push((id, model.retention)),
            Ok(_) => seen.models.push((id, Retention::NotThere)),
            Err(error) => seen.unread.push((id, error)),
        }
    }
    match counted {
        Ok(counted) => seen.unlisted = counted.iter().filter(|id| !is_listed(id)).cloned().collect(),
        Err(error) => {
            return judged(&seen)
                .worsened(format!("ids that Bedrock does not list could not be read: {error}"), refusal::fix(error));
        }
    }
    judged(&seen)
}

/// Whether an id is of a kind that Bedrock lists: a foundation model's, or a profile's, by its own name or its ARN.
fn is_listed(id: &str) -> bool {
    const PROFILES: [&str; 2] = [":inference-profile/", ":application-inference-profile/"];
    let of_arn = id.contains("foundation-model/") || PROFILES.iter().any(|kind| id.contains(kind));
    let profile = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    of_arn || profile || (!id.starts_with("arn:") && id.contains('.') && !id.contains('/'))
}

impl Item {
    /// Not ok, as something more is unknown.
    fn worsened(mut self, fact: String, fix: String) -> Self {
        if self.state == State::Ok {
            self.state = State::Unknown;
            self.answer = "which models were used in the last 30 days is not wholly known".to_owned();
        }
        self.fact(fact).fix(fix)
    }
}

fn judged(seen: &Seen) -> Item {
    let said = |(id, retention): &(String, Retention)| match retention {
        Retention::Said { allowed } if allowed.iter().any(|mode| mode == NONE) => None,
        Retention::Said { allowed } => Some((true, format!("{id} stops: it allows {} only", allowed.join(", ")))),
        Retention::Unsaid => Some((false, format!("{id}: bedrock-mantle does not say which modes it allows"))),
        Retention::NotThere => Some((false, format!("{id}: bedrock-mantle does not know it"))),
        Retention::Unreachable => {
            Some((false, format!("{id}: bedrock-mantle has no endpoint here, or no way leads to it")))
        }
    };
    let found: Vec<(bool, String)> = seen.models.iter().filter_map(said).collect();
    let stop = found.iter().filter(|(stops, _)| *stops).count();
    let unknown = found.len() - stop + seen.unread.len() + seen.unlisted.len();
    let used = seen.models.len() + seen.unread.len() + seen.unlisted.len();
    let item = match (stop, unknown) {
        (0, 0) if used == 0 => return Item::new(ID, State::Ok, "no model was used here in the last 30 days"),
        (0, 0) => {
            let answer = format!("mode `none` switches off none of the {used} models used in the last 30 days");
            return Item::new(ID, State::Ok, answer);
        }
        (0, _) => {
            let answer = format!(
                "whether mode `none` switches off {unknown} of the {used} models used in the last 30 days is unknown"
            );
            Item::new(ID, State::Unknown, answer)
        }
        _ => {
            let answer = format!("mode `none` switches off {stop} of the {used} models used in the last 30 days");
            Item::new(ID, State::Attention, answer)
        }
    };
    let unread = seen.unread.iter().map(|(id, error)| format!("{id}: could not be read: {error}"));
    let unlisted = seen.unlisted.iter().map(|id| format!("{id}: Bedrock does not list it (counted within two weeks)"));
    let mut item = item.facts(found.into_iter().map(|(_, said)| said)).facts(unread).facts(unlisted);
    if stop > 0 {
        item = item.fix(
            "move their users to models that allow `none` first; until then deploy with Mode=detect, or hold the controls \
             retention.* back in the baseline (mode = \"detect\")",
        );
    }
    if unknown > 0 {
        item = item.fix(
            "find out in the documentation of these models whether they allow zero data retention, or call them once under mode \
             `none` in a test account",
        );
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(modes: &[&str]) -> Retention {
        Retention::Said { allowed: modes.iter().map(|mode| (*mode).to_owned()).collect() }
    }

    fn seen(models: &[(&str, Retention)]) -> Seen {
        Seen { models: models.iter().map(|(id, said)| ((*id).to_owned(), said.clone())).collect(), ..Seen::default() }
    }

    #[test]
    fn what_stops_is_named_and_what_is_not_known_is_no_pass() {
        let fine = ("a.fine", said(&["none", "default"]));
        for (models, state, facts, fixes) in [
            (vec![], State::Ok, 0, 0),
            (vec![fine.clone()], State::Ok, 0, 0),
            (vec![fine.clone(), ("a.stops", said(&["aws_review"]))], State::Attention, 1, 1),
            (vec![("a.stops", said(&[]))], State::Attention, 1, 1),
            (vec![fine.clone(), ("a.x", Retention::Unsaid)], State::Unknown, 1, 1),
            (vec![fine.clone(), ("a.x", Retention::NotThere)], State::Unknown, 1, 1),
            (vec![fine.clone(), ("a.x", Retention::Unreachable)], State::Unknown, 1, 1),
            (vec![("a.stops", said(&["default"])), ("a.x", Retention::Unsaid)], State::Attention, 2, 2),
        ] {
            let item = judged(&seen(&models));
            assert_eq!((item.state, item.facts.len(), item.fixes.len()), (state, facts, fixes), "{models:?}");
        }
    }

    #[test]
    fn an_id_that_bedrock_does_not_list_is_unknown() {
        let unlisted = Seen { unlisted: vec!["arn:aws:bedrock:us-east-1:1:imported-model/x".to_owned()], ..seen(&[]) };
        assert_eq!(judged(&unlisted).state, State::Unknown);
        for (id, listed) in [
            ("anthropic.claude-3-haiku-20240307-v1:0", true),
            ("us.anthropic.claude-3-haiku-20240307-v1:0", true),
            ("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0", true),
            ("arn:aws:bedrock:us-east-1:1:application-inference-profile/abcdef012345", true),
            ("abcdef012345", true),
            ("arn:aws:bedrock:us-east-1:1:imported-model/abcdef012345", false),
            ("arn:aws:bedrock:us-east-1:1:provisioned-model/abcdef012345", false),
            ("arn:aws:bedrock:us-east-1:1:custom-model/amazon.nova/abcdef012345", false),
            ("arn:aws:sagemaker:us-east-1:1:endpoint/mine.2", false),
        ] {
            assert_eq!(is_listed(id), listed, "{id}");
        }
    }

    #[test]
    fn what_could_not_be_counted_is_no_pass_either() {
        let worse = judged(&seen(&[])).worsened("not read".to_owned(), "allow it".to_owned());
        assert_eq!((worse.state, worse.facts.len(), worse.fixes.len()), (State::Unknown, 1, 1));
        let stops = judged(&seen(&[("a.stops", said(&["default"]))]));
        assert_eq!(stops.worsened("not read".to_owned(), "allow it".to_owned()).state, State::Attention);
    }
}
