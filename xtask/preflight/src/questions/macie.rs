//! Is Macie on. It costs money, so that it is off is a decision, and told with what it means.

use aws_sdk_macie2::Client;
use aws_sdk_macie2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_macie2::types::{AutomatedDiscoveryStatus, MacieStatus};
use remediation::AwsError;

use super::Read;
use crate::caller::Caller;
use crate::item::{Item, State};

const ID: &str = "macie";
const COSTS: &str = "Macie is charged for each bucket that it watches, and for the data that it looks through";

/// What Macie says of itself.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Off,
    Paused,
    On { discovers: Read<bool> },
}

pub(crate) async fn ask(caller: &Caller) -> Item {
    match seen(&Client::new(&caller.sdk)).await {
        Ok(seen) => judged(&seen, &caller.region),
        Err(error) => Item::unread(ID, "whether Macie is on", &error),
    }
}

async fn seen(macie: &Client) -> Read<Seen> {
    match macie.get_macie_session().send().await {
        Err(error) if is_off(&error) => Ok(Seen::Off),
        Err(error) => Err(AwsError::new("macie2:GetMacieSession", &error)),
        Ok(session) => match session.status() {
            Some(MacieStatus::Enabled) => {
                let answer = macie.get_automated_discovery_configuration().send().await;
                let discovers = answer.map(|found| found.status() == Some(&AutomatedDiscoveryStatus::Enabled));
                let operation = "macie2:GetAutomatedDiscoveryConfiguration";
                Ok(Seen::On { discovers: discovers.map_err(|error| AwsError::new(operation, &error)) })
            }
            _ => Ok(Seen::Paused),
        },
    }
}

/// Macie denies access both to a caller who lacks a permission and to everybody while it is off; only its message tells which. It
/// is looked at, and goes nowhere.
fn is_off<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let message = error.message().unwrap_or_default().to_ascii_lowercase();
    error.code() == Some("AccessDeniedException") && message.contains("not enabled")
}

fn judged(seen: &Seen, region: &str) -> Item {
    match seen {
        Seen::On { discovers: Ok(true) } => {
            Item::new(ID, State::Ok, "Macie is on, with automated sensitive data discovery")
        }
        Seen::On { discovers: Ok(false) } => {
            Item::new(ID, State::Attention, "Macie is on, but looks for PHI only where a job is told to")
                .fact(COSTS)
                .run(format!("aws macie2 update-automated-discovery-configuration --status ENABLED --region {region}"))
        }
        Seen::On { discovers: Err(error) } => {
            Item::unread(ID, "whether Macie looks for PHI by itself", error).fact("Macie is on")
        }
        Seen::Paused => {
            Item::new(ID, State::Attention, "Macie is suspended: no PHI is found, and quarantine has nothing to do")
                .fact(COSTS)
                .run(format!("aws macie2 update-macie-session --status ENABLED --region {region}"))
        }
        Seen::Off => Item::new(ID, State::Attention, "Macie is off: no PHI is found, and quarantine has nothing to do")
            .fact(COSTS)
            .fact("everything else works without it")
            .run(format!("aws macie2 enable-macie --region {region}"))
            .fix("or deploy with KeepMacieOn=true, which switches it on in mode enforce"),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_macie2::operation::get_automated_discovery_configuration::GetAutomatedDiscoveryConfigurationOutput;
    use aws_sdk_macie2::operation::get_macie_session::GetMacieSessionOutput;
    use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};

    use super::*;

    fn session(status: MacieStatus) -> Rule {
        mock!(Client::get_macie_session)
            .then_output(move || GetMacieSessionOutput::builder().status(status.clone()).build())
    }

    fn discovery(status: AutomatedDiscoveryStatus) -> Rule {
        mock!(Client::get_automated_discovery_configuration)
            .then_output(move || GetAutomatedDiscoveryConfigurationOutput::builder().status(status.clone()).build())
    }

    fn denied(message: &str) -> Rule {
        let body = format!(r#"{{"__type":"AccessDeniedException","message":"{message}"}}"#);
        mock!(Client::get_macie_session).sequence().http_status(403, Some(body)).repeatedly().build()
    }

    async fn asked(rules: &[&Rule]) -> Item {
        let macie = mock_client!(aws_sdk_macie2, RuleMode::MatchAny, rules);
        match seen(&macie).await {
            Ok(seen) => judged(&seen, "eu-west-1"),
            Err(error) => Item::unread(ID, "whether Macie is on", &error),
        }
    }

    #[tokio::test]
    async fn off_suspended_and_forbidden_are_told_apart() {
        let fine = asked(&[&session(MacieStatus::Enabled), &discovery(AutomatedDiscoveryStatus::Enabled)]).await;
        assert_eq!((fine.state, fine.fixes.len()), (State::Ok, 0));
        let idle = asked(&[&session(MacieStatus::Enabled), &discovery(AutomatedDiscoveryStatus::Disabled)]).await;
        assert!(idle.state == State::Attention && idle.fixed().contains("update-automated-discovery-configuration"));
        let paused = asked(&[&session(MacieStatus::Paused)]).await;
        assert!(paused.state == State::Attention && paused.fixed().contains("update-macie-session"));
        let off = asked(&[&denied("Macie is not enabled.")]).await;
        assert!(off.state == State::Attention && off.fixed().contains("enable-macie --region eu-west-1"));
        assert!(off.facts.iter().any(|fact| fact == COSTS));
        let forbidden = asked(&[&denied("User: jane is not authorized to perform: macie2:GetMacieSession")]).await;
        assert!(forbidden.state == State::Unknown && forbidden.fixed().contains("macie2:GetMacieSession"));
        assert!(!format!("{forbidden:?}").contains("jane"), "AWS's own words are not repeated");
    }
}
