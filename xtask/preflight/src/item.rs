//! One question's answer.

use remediation::{AwsError, ReadError};
use serde::Serialize;

use crate::refusal;

/// How an answer is. Only `Ok` lets the next step be taken without a thought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// As it has to be.
    Ok,
    /// To be decided by a person before the deploy.
    Attention,
    /// Something that the deploy, or what it is for, can't do without.
    Missing,
    /// Could not be asked, or the answer does not say. Never a pass.
    Unknown,
}

impl State {
    /// As it is printed.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Attention => "attention",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }
}

/// An answer: what is so, what more is to be known of it, and what mends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Item {
    /// The question's short name, the same in every release.
    pub(crate) id: &'static str,
    /// How it is.
    pub(crate) state: State,
    /// The answer, one sentence.
    pub(crate) answer: String,
    /// Facts behind it, one line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) facts: Vec<String>,
    /// Commands or steps that mend it; empty where it is ok.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) fixes: Vec<Fix>,
}

/// What mends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fix {
    /// Something to do.
    Step(String),
    /// A command, to be copied as it stands.
    Command(String),
}

impl Fix {
    /// Its words.
    #[cfg(test)]
    pub(crate) fn said(&self) -> &str {
        match self {
            Self::Step(said) | Self::Command(said) => said,
        }
    }
}

impl Item {
    /// An answer without facts and fixes.
    pub(crate) fn new(id: &'static str, state: State, answer: impl Into<String>) -> Self {
        Self { id, state, answer: answer.into(), facts: Vec::new(), fixes: Vec::new() }
    }

    /// With one more fact.
    pub(crate) fn fact(mut self, fact: impl Into<String>) -> Self {
        self.facts.push(fact.into());
        self
    }

    /// With these facts too.
    pub(crate) fn facts(mut self, facts: impl IntoIterator<Item = String>) -> Self {
        self.facts.extend(facts);
        self
    }

    /// With one more thing to do.
    pub(crate) fn fix(mut self, step: impl Into<String>) -> Self {
        self.fixes.push(Fix::Step(step.into()));
        self
    }

    /// With one more command that mends it.
    pub(crate) fn run(mut self, command: impl Into<String>) -> Self {
        self.fixes.push(Fix::Command(command.into()));
        self
    }

    /// Everything that mends it, for tests.
    #[cfg(test)]
    pub(crate) fn fixed(&self) -> String {
        self.fixes.iter().map(Fix::said).collect::<Vec<_>>().join("\n")
    }

    /// With its commands for this profile, as they would else be run with whatever the environment says.
    pub(crate) fn with_profile(mut self, profile: Option<&str>) -> Self {
        if let Some(profile) = profile {
            for fix in &mut self.fixes {
                if let Fix::Command(command) = fix {
                    command.push_str(&format!(" --profile {profile}"));
                }
            }
        }
        self
    }

    /// A question that AWS did not answer.
    pub(crate) fn unread(id: &'static str, what: &str, error: &AwsError) -> Self {
        Self::new(id, State::Unknown, format!("{what} could not be read: {error}")).fix(refusal::fix(error))
    }

    /// The same, also where the answer was not understood.
    pub(crate) fn not_read(id: &'static str, what: &str, error: &ReadError) -> Self {
        match error {
            ReadError::Aws(error) => Self::unread(id, what, error),
            ReadError::Answer { .. } => {
                let answer = format!("{what} could not be read: {error}");
                Self::new(id, State::Unknown, answer).fix("look at it by hand, and report this with its text")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_for_the_profile_that_asked() {
        let item = Item::new("trail", State::Missing, "x").fix("a step").run("aws cloudtrail start-logging");
        assert_eq!(item.clone().with_profile(None), item);
        assert_eq!(item.with_profile(Some("clinic")).fixed(), "a step\naws cloudtrail start-logging --profile clinic");
    }
}
