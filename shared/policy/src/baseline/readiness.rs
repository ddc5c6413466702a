//! What people attest for the readiness report, and what it has to be told.

use std::fmt;

use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::value::Datetime;

use super::{BaselineError, line_of};

/// What can be attested: each id, and what its statement is about. The boxes of the readiness report name them.
pub const ATTESTABLE: &[(&str, &str)] = &[
    ("asset-inventory", "an inventory of the systems that hold PHI is kept, and ranked by what their loss would mean"),
    ("baa-archived", "the executed Business Associate Addendum is archived (effective, covered_accounts)"),
    ("backup-plan", "PHI is backed up, encrypted, by other means than plans of AWS Backup"),
    ("central-trail", "an organization's trail, or each account's, delivers to a bucket of its own that few can write"),
    ("contact-email", "the account's contact e-mail address is current, and somebody reads what arrives there"),
    ("eligible-services", "only HIPAA-eligible services hold PHI, and the list is looked at again regularly"),
    ("fips", "FIPS endpoints are used, or FIPS 140-3 validated cryptography is not required"),
    ("global-inference-guarded", "IAM policies deny Global inference profiles, or no residency obligation applies"),
    ("guardrail-applied", "the guardrail is applied to every inference that may hold PHI"),
    ("incident-plan", "an incident-response and breach-notification plan exists, and its owners are named"),
    ("key-administration", "administrators and users of the KMS keys are separate, few, and looked at regularly"),
    ("least-privilege-identities", "people work with federated, least-privilege identities with MFA, never as root"),
    ("macie-equivalent", "another tool than Macie looks for PHI in every bucket that could hold it"),
    ("mantle-coverage-gap", "calls of bedrock-mantle are in no invocation log, and the audit design accounts for it"),
    ("minimum-necessary", "prompts hold the least PHI that the task needs, de-identified where possible"),
    (
        "other-stores",
        "AgentCore and whatever else of Bedrock no duty looks at is encrypted with a key of the customer's, or not used",
    ),
    ("private-connectivity", "PHI reaches Bedrock over private connections only, or nothing in a VPC calls Bedrock"),
    ("recovery-plan", "a disaster-recovery plan names the recovery time and point of each system that holds PHI"),
    ("region-choice", "the Region was chosen for its models and for the residency obligations"),
    ("restore-drill", "a restore was tried, and what was restored meets the safeguards"),
    ("retention-guarded-by-iam", "IAM policies or permission boundaries deny every retention mode but none"),
    ("risk-assessment", "a HIPAA risk assessment was made within the year, and after each major change"),
    ("synthetic-testing", "prompts, pipelines and guardrails are tried with synthetic data before PHI"),
    ("traces-not-logged", "no raw response body and no guardrail trace is logged where PHI could lie in plain text"),
    (ZERO_RETENTION, "zero data retention is arranged with the account team for the models (models)"),
];

/// The one that may stand several times, each for models of its own.
const ZERO_RETENTION: &str = "zero-retention-arrangement";
const BAA_ARCHIVED: &str = "baa-archived";
const MAX_TEXT: usize = 500;

/// What the readiness report has to be told, besides what it can see.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Readiness {
    /// What the name of the Business Associate Addendum in AWS Artifact holds, in whatever case.
    pub baa_name: String,
    /// Whether Anthropic's first-time-use form is needed; absent: where an approved model is Anthropic's.
    pub first_time_use_form: Option<bool>,
    /// What people attest.
    attestations: Vec<Spanned<Attestation>>,
}

impl Default for Readiness {
    fn default() -> Self {
        Self { baa_name: "Business Associate".to_owned(), first_time_use_form: None, attestations: Vec::new() }
    }
}

/// What a person says is so, where no API can tell.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// One of [`ATTESTABLE`].
    pub id: String,
    /// What is attested, in the words of who does.
    pub statement: String,
    /// Who answers for it.
    pub by: String,
    /// When it was attested.
    pub on: Day,
    /// From this day on it counts no more: at most a year later.
    pub expires: Day,
    /// Of `baa-archived`: from when the agreement counts.
    pub effective: Option<Day>,
    /// Of `baa-archived`: the accounts that it covers.
    #[serde(default)]
    pub covered_accounts: Vec<String>,
    /// Of `zero-retention-arrangement`: the ids of the models, with or without version.
    #[serde(default)]
    pub models: Vec<String>,
}

/// A day of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// The year.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Datetime::deserialize(deserializer)? {
            Datetime { date: Some(date), time: None, offset: None } => {
                Ok(Self { year: date.year, month: date.month, day: date.day })
            }
            _ => Err(serde::de::Error::custom("a day is written as 2026-01-31, without quotes and without a time")),
        }
    }
}

impl Readiness {
    /// What people attest, in the order of the baseline.
    pub fn attestations(&self) -> impl Iterator<Item = &Attestation> {
        self.attestations.iter().map(Spanned::get_ref)
    }

    /// The same without attestations but these, whose place in a text is unknown.
    #[must_use]
    pub fn attesting(mut self, attestations: impl IntoIterator<Item = Attestation>) -> Self {
        self.attestations = attestations.into_iter().map(|each| Spanned::new(0..0, each)).collect();
        self
    }

    pub(super) fn checked(self, text: &str, at: usize) -> Result<Self, BaselineError> {
        let rule = |at: usize, what: String| Err(BaselineError::Rule { line: line_of(text, at), what });
        if self.baa_name.trim().is_empty() {
            return rule(at, "baa_name is empty: every agreement would be taken for the addendum".to_owned());
        }
        let mut seen: Vec<&str> = Vec::new();
        for attestation in &self.attestations {
            let (at, attestation) = (attestation.span().start, attestation.get_ref());
            if let Err(what) = attestation.check() {
                return rule(at, format!("attestation `{}`: {what}", attestation.id));
            }
            if attestation.id != ZERO_RETENTION && seen.contains(&attestation.id.as_str()) {
                return rule(at, format!("attestation `{}` is there twice", attestation.id));
            }
            seen.push(&attestation.id);
        }
        Ok(self)
    }
}

impl Attestation {
    fn check(&self) -> Result<(), String> {
        let known = |(id, _): &&(&str, &str)| *id == self.id;
        if ATTESTABLE.iter().find(known).is_none() {
            let ids: Vec<_> = ATTESTABLE.iter().map(|(id, _)| *id).collect();
            return Err(format!("no box of the readiness report asks for it; there are {}", ids.join(", ")));
        }
        for (field, value) in [("statement", &self.statement), ("by", &self.by)] {
            if value.trim().is_empty() || value.chars().count() > MAX_TEXT {
                return Err(format!("`{field}` must have 1 to {MAX_TEXT} characters"));
            }
        }
        if self.expires <= self.on {
            return Err("`expires` must be after `on`".to_owned());
        }
        if self.expires > (Day { year: self.on.year.saturating_add(1), ..self.on }) {
            return Err("`expires` must be at most a year after `on`: then a person must look again".to_owned());
        }
        self.check_members()
    }

    /// What only some of them have.
    fn check_members(&self) -> Result<(), String> {
        let archived = self.effective.is_some() || !self.covered_accounts.is_empty();
        if self.id == BAA_ARCHIVED {
            let account = |id: &String| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
            if self.effective.is_none() || self.covered_accounts.is_empty() {
                return Err("it needs `effective` and `covered_accounts`".to_owned());
            }
            if !self.covered_accounts.iter().all(account) {
                return Err("`covered_accounts` are account ids, of twelve digits, in quotes".to_owned());
            }
        } else if archived {
            return Err(format!("`effective` and `covered_accounts` belong to `{BAA_ARCHIVED}`"));
        }
        match (self.id == ZERO_RETENTION, self.models.is_empty()) {
            (true, true) => Err("it needs `models`".to_owned()),
            (false, false) => Err(format!("`models` belongs to `{ZERO_RETENTION}`")),
            _ if self.models.iter().any(|model| model.trim().is_empty()) => Err("a model's id is empty".to_owned()),
            _ => Ok(()),
        }
    }
}
