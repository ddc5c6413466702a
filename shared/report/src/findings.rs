//! What was found out, before anything is judged: plain data, from which a report is made without asking AWS again. It is
//! carried from one invocation to the next, so its size does not grow with the account: names are counted, and only the
//! first ones kept.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use policy::Mode;
use serde::{Deserialize, Serialize};

/// How many names of a kind are kept.
pub const KEPT: usize = 25;

/// Controls of what is over when it is told: a sweep lists nothing of them, so their boxes are answered from [`Memory::open`].
pub const TOLD_BY_EVENTS: [&str; 3] =
    ["object-encryption.kms-key", "residency.geography", "residency.global-inference"];

/// How long what was told of by an event counts as open, if it did not end well and nobody is exempt.
pub const TOLD_FOR: TimeDelta = TimeDelta::days(30);

/// How many repairs are kept.
pub const KEPT_REPAIRS: usize = 200;

/// What one source said, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// What it said.
    #[serde(flatten)]
    pub said: Said<T>,
}

/// What a source said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Said<T> {
    /// This.
    Known(T),
    /// Nothing: why, and what to do; free of PHI and of AWS's messages.
    Unknown(String),
}

/// Everything that a report is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// The run that found this out.
    pub run: Run,
    /// By the duty's name.
    pub duties: BTreeMap<String, Surveyed>,
    /// The rules of the conformance pack, by the names that the template gives them; `None`: it is not deployed.
    pub config_rules: Answer<Option<BTreeMap<String, RuleResult>>>,
    /// The account's agreements in AWS Artifact.
    pub agreements: Answer<Vec<Agreement>>,
    /// Its organization; `None`: it is in none.
    pub organization: Answer<Option<Organization>>,
    /// Whether a model was invoked in the last two weeks, on either plane, or a resource of Bedrock is there.
    pub bedrock_used: Answer<bool>,
    /// The models that the baseline approves, with whether they can be invoked.
    pub models: Answer<Vec<Model>>,
    /// Whether Anthropic's first-time-use form was filled in.
    pub use_case_form: Answer<bool>,
    /// The canary; `None`: it is off.
    pub canary: Option<Answer<Canary>>,
    /// Who may read what invocation logs hold.
    pub log_readers: Answer<Vec<LogReader>>,
    /// What the ledger and the evidence tell of the time since the last report.
    pub memory: Answer<Memory>,
    /// The last report; `None`: this is the first.
    pub previous: Answer<Option<Previous>>,
}

/// One run of the sweep, in as many invocations as it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The name of its report: `2026-11-22T06-00-00Z-` and eight characters of the first invocation's id.
    pub id: String,
    /// The AWS account.
    pub account: String,
    /// The Region; each Region in use has a deployment of its own.
    pub region: String,
    /// What the deployment is called.
    pub stack: String,
    /// The deployment's mode.
    pub mode: Mode,
    /// SHA-256 of the baseline.
    pub baseline: String,
    /// `compiled`, or the URI of the object.
    pub baseline_source: String,
    /// When it began.
    pub began: DateTime<Utc>,
    /// The begin of the period that it tells of: the last report's `began`, or 24 hours before.
    pub since: DateTime<Utc>,
}

/// What a duty sees, gathered page by page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surveyed {
    /// When its last page came.
    pub at: Option<DateTime<Utc>>,
    /// The resources that it looks after.
    pub resources: Names,
    /// By the control's id: every control of the duty is there.
    pub controls: BTreeMap<String, Seen>,
    /// Resources, or whole lists, that could not be read, each with AWS's code.
    pub unread: Names,
    /// Whether all of them have been looked at.
    pub complete: bool,
    /// Why it could not be asked; what came before stays.
    pub failed: Option<String>,
    /// By the control's id: why nobody looks, as the deployment names nothing that it would be about.
    #[serde(default)]
    pub unwatched: BTreeMap<String, String>,
}

/// What a duty sees of one control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// `off`: nobody looks.
    pub mode: Mode,
    /// How many resources violate it, without those that are exempt.
    pub violating: u64,
    /// The first of them.
    pub first: Vec<Violating>,
    /// How many violate it and are exempt.
    pub exempt: u64,
}

/// A resource that violates a control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violating {
    /// Its id, free of PHI.
    pub resource: String,
    /// What is wrong and what to do, or what would be repaired.
    pub says: String,
}

/// Some names, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub first: Vec<String>,
}

impl Names {
    /// One more.
    pub fn add(&mut self, name: impl Into<String>) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push(name.into());
        }
    }
}

/// What AWS Config says of one of its managed rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleResult {
    /// `COMPLIANT`
    Compliant,
    /// `NON_COMPLIANT`
    NonCompliant,
    /// `INSUFFICIENT_DATA`, though it was evaluated without an error: nothing is there that it looks at.
    NothingThere,
    /// `INSUFFICIENT_DATA`: it has not been evaluated yet, or not known whether it was; or a word that came later.
    NoData,
    /// AWS Config does not record, so whatever it says of the rule is of an earlier time.
    NotRecording,
}

/// An agreement with AWS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// As Artifact names it.
    pub name: String,
    /// `ACTIVE`, `CUSTOMER_TERMINATED`, `AWS_TERMINATED`, or a word that came later.
    pub state: String,
    /// Whether it was accepted for the whole organization.
    pub organization: bool,
    /// From when it counts.
    pub effective: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended: Option<DateTime<Utc>>,
}

/// What can be seen of the organization from this account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// `o-…`
    pub id: String,
    /// The management account; service control policies do not bind it.
    pub management_account: bool,
    /// Whether service control policies above this account deny every retention mode but `none`, on the Bedrock control plane.
    pub denies_retention_control_plane: Said<bool>,
    /// The same on the bedrock-mantle plane.
    pub denies_retention_mantle: Said<bool>,
    /// Whether they deny inference through Global profiles.
    pub denies_global_profiles: Said<bool>,
}

/// A model that the baseline approves. Which retention modes it allows is a control's concern (`residency.zero-retention-models`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Its id, as the baseline names it.
    pub id: String,
    /// Whether this account may invoke it here, or what is missing: the agreement, the authorization, the Region.
    pub access: Said<Access>,
}

/// Whether a model may be invoked: GetFoundationModelAvailability's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// `AVAILABLE`, `PENDING`, `NOT_AVAILABLE`, `ERROR`
    pub agreement: String,
    /// `AUTHORIZED`, `NOT_AUTHORIZED`
    pub authorization: String,
    /// `AVAILABLE`, `NOT_AVAILABLE`
    pub entitlement: String,
    /// `AVAILABLE`, `NOT_AVAILABLE`
    pub region: String,
}

/// What the canary saw: one Converse call with synthetic PHI only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canary {
    /// The model or inference profile that was asked.
    pub model: String,
    /// The guardrail, with its version.
    pub guardrail: String,
    /// Whether the guardrail intervened.
    pub intervened: bool,
    /// Tokens that went in.
    pub input_tokens: u32,
    /// Tokens that came out.
    pub output_tokens: u32,
}

/// Somebody who may read what invocation logs hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogReader {
    /// The ARN.
    pub principal: String,
    /// Whether it may use `logs:Unmask`.
    pub unmask: bool,
    /// Whether it may use `kms:Decrypt` with the data key.
    pub decrypt: bool,
}

/// What has been since the last report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// What is not right and was told of, the oldest first: of the resources that [`Seen::first`] holds; and of the controls of
    /// [`TOLD_BY_EVENTS`], what was told within [`TOLD_FOR`], did not end well, and is not exempt.
    pub open: Vec<OpenDrift>,
    /// Repairs in the period, verified by reading back, the oldest first; at most [`KEPT_REPAIRS`].
    pub repairs: Vec<RepairDone>,
    /// How many there were.
    pub repaired: u64,
    /// Exemptions that stand.
    pub exemptions: Vec<Exempted>,
    /// Since when all repairs are paused, if they are.
    pub paused_since: Option<DateTime<Utc>>,
}

/// A drift that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDrift {
    /// The control's id.
    pub control: String,
    /// The resource's id.
    pub resource: String,
    /// `detected`, `reported`, `escalated`, `failed`
    pub outcome: String,
    /// When it was told of first.
    pub since: DateTime<Utc>,
}

/// A repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairDone {
    /// The control's id.
    pub control: String,
    /// The resource's id.
    pub resource: String,
    /// Who had made it drift: the ARN, if the event named one.
    pub actor: Option<String>,
    /// When it was verified.
    pub at: DateTime<Utc>,
    /// From the change to the verification, where an event told of the change.
    pub milliseconds: Option<u64>,
    /// The key of its record.
    pub evidence: String,
}

/// An exemption that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exempted {
    /// The control's id.
    pub control: String,
    /// The resource's id, or a pattern.
    pub resource: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// When it ends.
    pub expires: DateTime<Utc>,
}

/// What the report before this one said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Its run.
    pub id: String,
    /// When it began.
    pub began: DateTime<Utc>,
    /// Its verdict.
    pub ready: bool,
    /// By the box's id: its answer's word.
    pub boxes: BTreeMap<String, String>,
    /// What was open.
    #[serde(default)]
    pub open: Vec<OpenDrift>,
}
