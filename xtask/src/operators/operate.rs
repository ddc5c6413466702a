//! `operate`: an operator's request as the function takes it.

use chrono::{DateTime, TimeDelta, Utc};
use evidence::record::timestamp;
use serde_json::{Value, json};

use crate::cli::{Operate, OperateAction};
use crate::failure::Failure;
use crate::workplace::Workplace;

pub(crate) fn run(workplace: &Workplace, options: &Operate) -> Result<(), Failure> {
    let request = request(&options.action, std::time::SystemTime::now().into());
    let mut python = super::at(workplace, &options.at, "operate")?;
    if let Some(url) = &options.url {
        python.arg(format!("--url={url}"));
    }
    if let OperateAction::Undo { evidence } | OperateAction::Release { evidence } = &options.action
        && let Some(bucket) = &evidence.bucket
    {
        python.arg(format!("--bucket={bucket}"));
    }
    python.arg(request.to_string());
    super::through(python)
}

fn request(action: &OperateAction, now: DateTime<Utc>) -> Value {
    let request = match action {
        OperateAction::Exempt { control, resource, reason, owner, days, expires } => {
            let expires = expires.unwrap_or_else(|| now + TimeDelta::days(days.unwrap_or_default().into()));
            json!({"action": "exempt", "control": control, "resource": resource, "reason": reason, "owner": owner,
                   "expires": timestamp(expires)})
        }
        OperateAction::Revoke { control, resource } => {
            json!({"action": "revoke", "control": control, "resource": resource})
        }
        OperateAction::Undo { evidence } => json!({"action": "undo", "evidence": evidence.key}),
        OperateAction::Release { evidence } => json!({"action": "release", "evidence": evidence.key}),
        OperateAction::Pause { reason } => json!({"action": "pause", "reason": reason}),
        OperateAction::Resume => json!({"action": "resume"}),
        OperateAction::ResetBudget { control, resource } => {
            json!({"action": "reset-budget", "control": control, "resource": resource})
        }
        OperateAction::Show { control, resource } => {
            json!({"action": "show", "control": control, "resource": resource})
        }
    };
    without_nothing(request)
}

/// A member that is not given is not sent.
fn without_nothing(mut request: Value) -> Value {
    if let Some(members) = request.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    request
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use evidence::record::parse_time;
    use serde_json::{Value, json};

    use super::request;
    use crate::cli::{Cli, Command};

    fn asked(words: &str) -> Option<Value> {
        let words = ["xtask", "operate"].into_iter().chain(words.split_whitespace());
        match Cli::try_parse_from(words).ok()?.command {
            Command::Operate(options) => Some(request(&options.action, parse_time("2026-01-01T00:00:00Z").unwrap())),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_action_is_sent_as_the_function_takes_it() {
        let key = format!("evidence/buckets.tls-only/{}/00000002.json", "a".repeat(32));
        let exempt = "exempt --control buckets.tls-only --resource phi-a --reason why --owner who";
        let exempted = |expires: &str| {
            json!({"action": "exempt", "control": "buckets.tls-only", "resource": "phi-a", "reason": "why",
                   "owner": "who", "expires": expires})
        };
        let both = json!({"action": "show", "control": "buckets.tls-only", "resource": "phi-a"});
        for (words, expected) in [
            (format!("{exempt} --days 30"), exempted("2026-01-31T00:00:00.000Z")),
            (format!("{exempt} --expires 2999-01-01T00:00:00+01:00"), exempted("2998-12-31T23:00:00.000Z")),
            (
                "revoke --control buckets.tls-only --resource phi-*".to_owned(),
                json!({"action": "revoke", "control": "buckets.tls-only", "resource": "phi-*"}),
            ),
            (format!("undo {key}"), json!({"action": "undo", "evidence": key})),
            (format!("release s3://bucket-a/{key} --local"), json!({"action": "release", "evidence": key})),
            ("pause --reason deployment --stack other".to_owned(), json!({"action": "pause", "reason": "deployment"})),
            ("resume".to_owned(), json!({"action": "resume"})),
            (
                "reset-budget --control buckets.tls-only".to_owned(),
                json!({"action": "reset-budget", "control": "buckets.tls-only"}),
            ),
            ("show".to_owned(), json!({"action": "show"})),
            ("show --control buckets.tls-only --resource phi-a".to_owned(), both),
        ] {
            assert_eq!(asked(&words), Some(expected), "{words}");
        }
    }

    #[test]
    fn what_can_t_be_right_is_not_sent() {
        let exempt = "exempt --control buckets.tls-only --resource phi-a --reason why --owner who";
        for words in [
            exempt.to_owned(),
            format!("{exempt} --days 0"),
            format!("{exempt} --days 1 --expires 2999-01-01T00:00:00Z"),
            format!("{exempt} --expires 2020-01-01T00:00:00Z"),
            exempt.replace("tls-only", "no-such-control") + " --days 1",
            "undo 7".to_owned(),
            "pause".to_owned(),
            "revoke --control buckets.tls-only".to_owned(),
            "show --resource phi-a".to_owned(),
            "show --local --profile p".to_owned(),
        ] {
            assert_eq!(asked(&words), None, "{words}");
        }
    }
}
