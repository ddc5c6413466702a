//! Which models that were used in the last 30 days data-retention mode `none` would switch off.
//!
//! The reading half of `residency` says which models that Bedrock lists are in use, and what bedrock-mantle says they allow. Ids
//! that CloudWatch counts and Bedrock lists nowhere (imported and custom models, provisioned throughput, endpoints, models and
//! profiles that are gone) are unknown, and so is what was used through bedrock-mantle, which is not counted by models.

use std::pin::pin;

use futures_util::StreamExt as _;
use policy::residency::{Observation, Retention};
use policy::retention::NONE;
use remediation::{Duty as _, ReadError};
use residency::Resource;

use super::counted::Counted;
use super::{Read, listed};
use crate::caller::Caller;
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
    /// Ids that were counted here, and are none that Bedrock lists.
    unlisted: Vec<String>,
}

pub(crate) async fn ask(caller: &Caller, parts: &Parts, counted: &Counted) -> Item {
    let duty = match &parts.residency {
        Ok(duty) => duty,
        Err(error) => return Item::new(ID, State::Unknown, format!("the models could not be asked for: {error}")),
    };
    let mut seen = Seen::default();
    let mut all = pin!(duty.list());
    while let Some(resource) = all.next().await {
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
    let listed = listed::ids(&aws_sdk_bedrock::Client::new(&caller.sdk)).await;
    let unlisted: Read<Vec<String>> = match (&counted.models, &listed) {
        (Ok(counted), Ok(listed)) => Ok(counted.difference(listed).cloned().collect()),
        (Err(error), _) | (_, Err(error)) => Err(error.clone()),
    };
    told(seen, unlisted, &counted.mantle, &caller.region)
}

/// With what the reading half does not see.
fn told(mut seen: Seen, unlisted: Read<Vec<String>>, mantle: &Read<bool>, region: &str) -> Item {
    let unread = match unlisted {
        Ok(unlisted) => {
            seen.unlisted = unlisted;
            None
        }
        Err(error) => Some(error),
    };
    let mut item = judged(&seen);
    if let Some(error) = unread {
        let fact = format!("ids that Bedrock does not list could not be read: {error}");
        item = item.worsened(fact, refusal::fix(&error));
    }
    match mantle {
        Ok(false) => item,
        Ok(true) => item.worsened(
            "models were used through bedrock-mantle, and are not told apart here: which of them mode `none` switches off is unknown"
                .to_owned(),
            format!(
                "look up which modes the models allow that are called through bedrock-mantle: data_retention.allowed_modes of GET \
                 https://bedrock-mantle.{region}.api.aws/v1/models/ID"
            ),
        ),
        Err(error) => item.worsened(
            format!("whether models were used through bedrock-mantle could not be read: {error}"),
            refusal::fix(error),
        ),
    }
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
    use remediation::AwsError;

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
        let profile = "arn:aws:bedrock:us-east-1:1:application-inference-profile/abcdef012345".to_owned();
        let gone = told(seen(&[]), Ok(vec![profile.clone()]), &Ok(false), "eu-west-1");
        assert_eq!(gone.state, State::Unknown);
        assert!(gone.facts.iter().any(|fact| fact.contains(&profile)), "{:?}", gone.facts);
    }

    #[test]
    fn use_through_bedrock_mantle_is_no_pass() {
        let refused = AwsError {
            operation: "cloudwatch:ListMetrics",
            code: "AccessDenied".to_owned(),
            status: Some(403),
            request_id: None,
        };
        let fine = || seen(&[("a.fine", said(&["none"]))]);
        let asked = |mantle: Read<bool>| told(fine(), Ok(vec![]), &mantle, "eu-west-1");
        assert_eq!(asked(Ok(false)).state, State::Ok);
        let used = asked(Ok(true));
        assert_eq!((used.state, used.facts.len()), (State::Unknown, 1));
        assert!(used.fixed().contains("bedrock-mantle.eu-west-1.api.aws/v1/models/ID"), "{:?}", used.fixes);
        let unread = asked(Err(refused.clone()));
        assert!(unread.state == State::Unknown && unread.fixed().contains("cloudwatch:ListMetrics"));
        let both = told(fine(), Err(refused), &Ok(true), "eu-west-1");
        assert_eq!((both.state, both.facts.len(), both.fixes.len()), (State::Unknown, 2, 2));
    }

    #[test]
    fn what_could_not_be_counted_is_no_pass_either() {
        let worse = judged(&seen(&[])).worsened("not read".to_owned(), "allow it".to_owned());
        assert_eq!((worse.state, worse.facts.len(), worse.fixes.len()), (State::Unknown, 1, 1));
        let stops = judged(&seen(&[("a.stops", said(&["default"]))]));
        assert_eq!(stops.worsened("not read".to_owned(), "allow it".to_owned()).state, State::Attention);
    }
}
