//! What only this function is told by its deployment.

use policy::control::{self, Control};
use policy::globs::{Glob, LOG_GROUP};
use remediation::{Environment, SettingError};

/// Its own settings.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    /// What the deployment is called.
    pub(crate) stack: String,
    /// The duties, each with the ARN of its function's alias.
    pub(crate) duties: Vec<(String, String)>,
    /// The key of what the deployment looks after.
    pub(crate) data_key: String,
    /// The log groups of invocation logs that `log-groups` looks after.
    pub(crate) log_groups: Vec<Glob>,
    /// By control: why nobody looks, as the deployment names nothing that it would be about.
    pub(crate) unwatched: Vec<(String, String)>,
    /// The conformance pack, if the deployment has one.
    pub(crate) conformance_pack: Option<String>,
    /// What the canary asks, if it is on.
    pub(crate) canary: Option<Asked>,
}

/// What the canary asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// A model or inference profile.
    pub(crate) model: String,
    /// The guardrail's id.
    pub(crate) guardrail: String,
    /// Its version.
    pub(crate) version: String,
}

impl Own {
    /// Reads the environment.
    ///
    /// # Errors
    /// That of the first variable that is missing or malformed.
    pub(crate) fn read(environment: &Environment<'_>) -> Result<Self, SettingError> {
        const DUTIES: &str = "PHIWARD_DUTIES";
        const CANARY: &str = "PHIWARD_CANARY_GUARDRAIL";
        const GROUPS: &str = "PHIWARD_LOG_GROUPS";
        let malformed = |name, what: &str| SettingError::Malformed { name, what: what.to_owned() };
        let duties = environment.required(DUTIES)?;
        let duties =
            duties.split(',').map(|each| each.split_once('=').map(|(name, arn)| (name.to_owned(), arn.to_owned())));
        let canary = match (environment.optional("PHIWARD_CANARY_MODEL"), environment.optional(CANARY)) {
            (Some(model), Some(guardrail)) => {
                let (guardrail, version) = guardrail
                    .split_once(':')
                    .ok_or_else(|| malformed(CANARY, "it must be a guardrail's id and its version, as in abc123:1"))?;
                Some(Asked { model, guardrail: guardrail.to_owned(), version: version.to_owned() })
            }
            (None, _) => None,
            (Some(_), None) => return Err(malformed(CANARY, "the canary needs a guardrail, as in abc123:1")),
        };
        let log_groups = Glob::list_of(&LOG_GROUP, &environment.optional(GROUPS).unwrap_or_default());
        let log_groups = log_groups.map_err(|error| malformed(GROUPS, &error.to_string()))?;
        Ok(Self {
            unwatched: unwatched(environment, &log_groups),
            log_groups,
            stack: environment.required("PHIWARD_STACK")?,
            duties: duties
                .collect::<Option<_>>()
                .ok_or_else(|| malformed(DUTIES, "it must be a list of <duty>=<ARN of its alias>"))?,
            data_key: environment.required("PHIWARD_DATA_KEY_ARN")?,
            conformance_pack: environment.optional("PHIWARD_CONFORMANCE_PACK"),
            canary,
        })
    }
}

/// What a duty can't know: it finds everything right that it is told to look at.
fn unwatched(environment: &Environment<'_>, log_groups: &[Glob]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut nobody_looks = |of: fn(&Control) -> bool, why: String| {
        let controls = control::ALL.iter().filter(|control| of(control));
        found.extend(controls.map(|control| (control.id.to_owned(), why.clone())));
    };
    let named = |name| environment.optional(name).is_some_and(|value| value == "true");
    if !named("PHIWARD_NAMES_BUCKETS") {
        let why = "The deployment names no bucket (LogDestinations, PhiBuckets)";
        // Labels are looked at everywhere.
        nobody_looks(
            |control| control.id.starts_with("buckets.") && control.id != "buckets.data-class",
            why.to_owned(),
        );
        nobody_looks(|control| control.id.starts_with("object-encryption."), why.to_owned());
    }
    if !named("PHIWARD_NAMES_ENFORCED_GUARDRAIL") {
        let why = "The deployment does not name the guardrail that has to be enforced (EnforcedGuardrail)";
        nobody_looks(|control| control.id == "guardrails.enforcement", why.to_owned());
    }
    let destination = environment.optional("PHIWARD_LOG_GROUP");
    if let Some(group) = destination.filter(|group| !log_groups.iter().any(|glob| glob.matches(group))) {
        let why =
            format!("`{group}` gets the invocation logs (InvocationLogGroup), and is not among InvocationLogGroups");
        nobody_looks(|control| control.id.starts_with("log-groups."), why);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(set: &[(&str, &str)]) -> Vec<String> {
        let lookup = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let groups = Glob::list_of(&LOG_GROUP, lookup("PHIWARD_LOG_GROUPS").as_deref().unwrap_or_default()).unwrap();
        unwatched(&Environment(&lookup), &groups).into_iter().map(|(control, _)| control).collect()
    }

    #[test]
    fn what_the_deployment_does_not_name_nobody_looks_at() {
        let all = of(&[]);
        assert!(
            all.contains(&"buckets.kms-encryption".to_owned()) && all.contains(&"guardrails.enforcement".to_owned())
        );
        assert!(!all.contains(&"buckets.data-class".to_owned()));
        let named = [("PHIWARD_NAMES_BUCKETS", "true"), ("PHIWARD_NAMES_ENFORCED_GUARDRAIL", "true")];
        assert_eq!(of(&named), Vec::<String>::new());
        let group = [named[0], named[1], ("PHIWARD_LOG_GROUP", "/bedrock"), ("PHIWARD_LOG_GROUPS", "/other,/b?drock")];
        assert_eq!(of(&group), Vec::<String>::new());
        let left_out = of(&[named[0], named[1], ("PHIWARD_LOG_GROUP", "/bedrock"), ("PHIWARD_LOG_GROUPS", "/other")]);
        assert!(!left_out.is_empty() && left_out.iter().all(|control| control.starts_with("log-groups.")));
    }
}
