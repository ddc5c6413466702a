//! What no duty looks after: agreements, the organization, AWS Config's rules, models, who may read the logs.

mod agreements;
mod config_rules;
mod models;
mod organization;
mod readers;
mod usage;

use std::collections::BTreeMap;
use std::future::Future;

use remediation::engine::now;
use remediation::{AwsError, Parts, ReadError};
use report::findings::{
    Agreement, Answer, Canary, Findings, LogReader, Memory, Model, Organization, Previous, RuleResult, Run, Said,
    Surveyed,
};

use crate::settings::Own;
use agreements::Agreements;
use config_rules::ConfigRules;
use models::Models;
use organization::Organizations;
use readers::Readers;
use usage::Usage;

/// Who can ask all that.
pub(crate) struct Account {
    agreements: Agreements,
    organizations: Organizations,
    config_rules: ConfigRules,
    models: Models,
    usage: Usage,
    readers: Readers,
}

/// What is asked of, and what is known already.
pub(crate) struct Asked<'a> {
    /// The approved models.
    pub(crate) models: &'a [String],
    /// What Bedrock stores, as `storage-surfaces` has listed it.
    pub(crate) stored: Option<&'a Surveyed>,
}

/// What was answered.
pub(crate) struct Looked {
    agreements: Answer<Vec<Agreement>>,
    organization: Answer<Option<Organization>>,
    config_rules: Answer<Option<BTreeMap<String, RuleResult>>>,
    models: Answer<Vec<Model>>,
    use_case_form: Answer<bool>,
    bedrock_used: Answer<bool>,
    log_readers: Answer<Vec<LogReader>>,
}

impl Account {
    /// Of the function's configuration.
    pub(crate) fn new(parts: &Parts<'_>, own: &Own) -> Self {
        Self {
            agreements: Agreements::new(parts),
            organizations: Organizations::new(parts),
            config_rules: ConfigRules::new(parts, own.conformance_pack.clone()),
            models: Models::new(parts),
            usage: Usage::new(parts),
            readers: Readers::new(parts, &own.log_groups, &own.data_key),
        }
    }

    /// Asks everything at once; what does not answer keeps nothing else from answering.
    pub(crate) async fn look(&self, asked: &Asked<'_>) -> Looked {
        let (agreements, organization, config_rules, models, use_case_form, bedrock_used, log_readers) = futures_util::join!(
            answer(self.agreements.list()),
            answer(self.organizations.look()),
            answer(self.config_rules.results()),
            answer(self.models.access(asked.models)),
            answer(self.models.use_case_form()),
            self.bedrock_used(asked.stored),
            answer(self.readers.who()),
        );
        Looked { agreements, organization, config_rules, models, use_case_form, bedrock_used, log_readers }
    }

    /// What is stored with Bedrock shows that it is used; that nothing is stored is known only from a whole list.
    async fn bedrock_used(&self, stored: Option<&Surveyed>) -> Answer<bool> {
        if stored.is_some_and(|seen| seen.resources.count > 0) {
            return Answer { at: now(), said: Said::Known(true) };
        }
        let mut used = answer(self.usage.is_there()).await;
        let listed = stored.is_some_and(|seen| seen.failed.is_none() && seen.complete && seen.unread.count == 0);
        if used.said == Said::Known(false) && !listed {
            let why = "no model was invoked in the last two weeks, but what Bedrock stores could not be listed whole \
                       (duty `storage-surfaces`)";
            used.said = Said::Unknown(why.to_owned());
        }
        used
    }
}

impl Looked {
    /// With what was found out otherwise.
    pub(crate) fn with(
        self,
        run: Run,
        duties: BTreeMap<String, Surveyed>,
        canary: Option<Answer<Canary>>,
        memory: Answer<Memory>,
        previous: Answer<Option<Previous>>,
    ) -> Findings {
        let Self { agreements, organization, config_rules, models, use_case_form, bedrock_used, log_readers } = self;
        Findings {
            run,
            duties,
            config_rules,
            agreements,
            organization,
            bedrock_used,
            models,
            use_case_form,
            canary,
            log_readers,
            memory,
            previous,
        }
    }
}

async fn answer<T>(asked: impl Future<Output = Result<T, ReadError>>) -> Answer<T> {
    let at = now();
    let said = match asked.await {
        Ok(known) => Said::Known(known),
        Err(error) => Said::Unknown(why(&error)),
    };
    Answer { at, said }
}

/// The operation and AWS's code; what to do follows from these.
pub(crate) fn why(error: &ReadError) -> String {
    tracing::warn!("{error}");
    match error {
        ReadError::Aws(AwsError { operation, code, .. }) => format!("{operation}: {code}"),
        answer @ ReadError::Answer { .. } => answer.to_string(),
    }
}
