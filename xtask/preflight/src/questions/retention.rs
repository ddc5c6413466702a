//! Which data-retention mode is in force now, on both planes and in every project: by the reading half of `retention`.

use std::pin::pin;

use futures_util::StreamExt as _;
use policy::retention::{NONE, Observation};
use remediation::{Duty as _, ReadError};
use retention::Setting;

use crate::item::{Item, State};
use crate::parts::Parts;
use crate::refusal;

const ID: &str = "retention";

const MANTLE_ACCOUNT: &str = "the account on bedrock-mantle";
const PROJECT: &str = "project ";
/// The mode of a project that follows the account; `default` always does (User Guide, "Projects API").
const INHERIT: &str = "inherit";
/// There can be a thousand projects.
const SHOWN: usize = 12;

/// A setting, and what is known of it.
type Seen = (String, Result<Observation, ReadError>);

pub(crate) async fn ask(parts: &Parts) -> Item {
    let duty = match &parts.retention {
        Ok(duty) => duty,
        Err(error) => return Item::new(ID, State::Unknown, format!("data retention could not be asked for: {error}")),
    };
    let mut seen = Vec::new();
    let mut listed = pin!(duty.list());
    while let Some(setting) = listed.next().await {
        match setting {
            Ok(setting) => match duty.observe(&setting).await {
                Ok(Some(mode)) => seen.push((name(&setting), Ok(mode))),
                // Gone since it was listed.
                Ok(None) => {}
                Err(error) => seen.push((name(&setting), Err(error))),
            },
            Err(error) => seen.push(("the projects of bedrock-mantle".to_owned(), Err(error))),
        }
    }
    judged(&seen)
}

fn name(setting: &Setting) -> String {
    match setting {
        Setting::ControlPlane => "the account on the control plane".to_owned(),
        Setting::MantleAccount => MANTLE_ACCOUNT.to_owned(),
        Setting::MantleProject(project) => format!("{PROJECT}{} of bedrock-mantle", project.as_str()),
    }
}

fn judged(seen: &[Seen]) -> Item {
    let is_none = |said: &Result<Observation, ReadError>| matches!(said, Ok(Observation::Set { mode }) if mode == NONE);
    let account_is_none = seen.iter().any(|(name, said)| name == MANTLE_ACCOUNT && is_none(said));
    let follows = |(name, said): &Seen| {
        let inherits = matches!(said, Ok(Observation::Set { mode }) if mode == INHERIT);
        account_is_none && name.starts_with(PROJECT) && inherits
    };
    let others: Vec<&Seen> = seen.iter().filter(|each| !is_none(&each.1) && !follows(each)).collect();
    if others.is_empty() {
        return Item::new(
            ID,
            State::Ok,
            format!("data retention is `none` in all {} places where it can be set", seen.len()),
        );
    }
    let facts = others.iter().map(|(name, said)| match said {
        Ok(Observation::Set { mode }) => format!("{name}: {mode}"),
        Ok(Observation::Unset) => format!("{name}: not set, so that the models' own default counts"),
        Ok(Observation::Unreachable) => format!("{name}: bedrock-mantle has no endpoint here, or no way leads to it"),
        Err(error) => format!("{name}: could not be read: {error}"),
    });
    let known = others.iter().any(|(_, said)| matches!(said, Ok(Observation::Set { .. } | Observation::Unset)));
    let mut item = if known {
        Item::new(
            ID,
            State::Attention,
            "data retention is not `none` everywhere: Bedrock may keep what models are told",
        )
    } else {
        Item::new(ID, State::Unknown, "which data-retention mode is in force is not wholly known")
    };
    item = item.facts(facts.take(SHOWN));
    if others.len() > SHOWN {
        item = item.fact(format!("and {} more", others.len() - SHOWN));
    }
    if known {
        item = item.fix(
            "read what `none` would switch off (models), then deploy: in mode enforce Phiward sets it on both planes and in every \
             project that lets it",
        );
    }
    for error in others.iter().filter_map(|(_, said)| said.as_ref().err()) {
        if let ReadError::Aws(error) = error {
            item = item.fix(refusal::fix(error));
        }
    }
    if others.iter().any(|(_, said)| *said == Ok(Observation::Unreachable)) {
        item = item.fix("ask from where bedrock-mantle.REGION.api.aws can be reached, if this Region has it");
    }
    item.fixes.dedup();
    item
}

#[cfg(test)]
mod tests {
    use remediation::AwsError;

    use super::*;

    fn mode(mode: &str) -> Result<Observation, ReadError> {
        Ok(Observation::Set { mode: mode.to_owned() })
    }

    #[test]
    fn a_project_that_follows_the_account_is_as_the_account() {
        let seen = |account: &str, project: &str| {
            judged(&[
                (MANTLE_ACCOUNT.to_owned(), mode(account)),
                ("project default of bedrock-mantle".to_owned(), mode(project)),
            ])
        };
        assert_eq!(seen(NONE, INHERIT).state, State::Ok);
        assert_eq!(seen(NONE, "default").state, State::Attention);
        assert_eq!(seen(INHERIT, INHERIT).facts.len(), 2);
        assert_eq!(judged(&[("the account on the control plane".to_owned(), mode(INHERIT))]).state, State::Attention);
    }

    #[test]
    fn of_many_projects_some_are_shown() {
        let many: Vec<Seen> = (0..20).map(|number| (format!("{PROJECT}{number}"), mode("default"))).collect();
        assert_eq!(judged(&many).facts.last().map(String::as_str), Some("and 8 more"));
    }

    #[test]
    fn only_none_everywhere_is_ok() {
        let refused = AwsError {
            operation: "bedrock-mantle:GetAccountDataRetention",
            code: "AccessDeniedException".to_owned(),
            status: Some(403),
            request_id: None,
        };
        let refused = || Err(ReadError::Aws(refused.clone()));
        for (seen, state, fixes) in [
            (vec![mode(NONE), mode(NONE)], State::Ok, 0),
            (vec![mode("inherit"), mode(NONE)], State::Attention, 1),
            (vec![mode("a new word"), mode(NONE)], State::Attention, 1),
            (vec![Ok(Observation::Unset), mode(NONE)], State::Attention, 1),
            (vec![mode(NONE), Ok(Observation::Unreachable)], State::Unknown, 1),
            (vec![mode(NONE), refused(), refused()], State::Unknown, 1),
            (vec![mode("default"), refused()], State::Attention, 2),
        ] {
            let seen: Vec<Seen> = seen.into_iter().map(|said| ("a setting".to_owned(), said)).collect();
            let item = judged(&seen);
            assert_eq!((item.state, item.fixes.len()), (state, fixes), "{seen:?}");
        }
    }
}
