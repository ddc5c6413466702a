//! What only this function is told by its deployment.

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
    /// The log group that invocation logs have to go to, if `log-groups` does not look after it.
    pub(crate) left_out: Option<String>,
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
        let destination = environment.optional("PHIWARD_LOG_GROUP");
        Ok(Self {
            left_out: destination.filter(|group| !log_groups.iter().any(|glob| glob.matches(group))),
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
