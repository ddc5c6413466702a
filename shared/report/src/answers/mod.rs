//! How the boxes are answered.
//!
//! A source answers with one of five words. *Fail* always names something that was seen: a violation, an agreement that ended, an
//! attestation that ran out. What nobody looked at, or what could not be read, is *unknown* and never a pass: a duty that was
//! not asked, has not finished, or could not read something; a control that is switched off; a service that the deployment did not
//! opt into; a guardrail, trail or destination that it does not name. *Not applicable* is said only of what is known not to be there.

mod agreement;
mod attestation;
mod canary;
mod config_rule;
mod control;
mod log_readers;
mod models;
mod organization;

use chrono::{DateTime, Utc};
use policy::Baseline;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::checklist::{Item, Need, Source};
use crate::findings::{Findings, Said, Violating};
use crate::moment::Moment;

pub(crate) use attestation::{Standing, standing};

/// The word of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// It is so.
    Pass,
    /// It is not so.
    Fail,
    /// A person says that it is so.
    Attested,
    /// There is nothing of which it could be so.
    NotApplicable,
    /// Nobody can tell.
    Unknown,
}

impl Word {
    /// Every word.
    pub const ALL: [Self; 5] = [Self::Fail, Self::Unknown, Self::Attested, Self::Pass, Self::NotApplicable];

    /// As the JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Attested => "attested",
            Self::NotApplicable => "not-applicable",
            Self::Unknown => "unknown",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::Fail => "Fail",
            Self::Attested => "Attested",
            Self::NotApplicable => "Not applicable",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether a box with this answer is ready.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Pass | Self::Attested | Self::NotApplicable)
    }

    /// Of several answers that must all hold, the one with the highest rank is the answer.
    const fn rank(self) -> u8 {
        match self {
            Self::NotApplicable => 0,
            Self::Pass => 1,
            Self::Attested => 2,
            Self::Unknown => 3,
            Self::Fail => 4,
        }
    }
}

/// What one source said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Part {
    /// Who was asked: a duty, AWS Config, AWS Artifact, a person…
    pub source: String,
    /// Of what: the control's id, the managed rule's, the attestation's.
    pub name: String,
    /// What must be so.
    pub asks: String,
    /// The answer.
    pub answer: Word,
    /// Why, and what to do.
    pub says: String,
    /// How many resources violate it.
    pub violating: u64,
    /// The first of them.
    #[schemars(with = "Vec<schema::Violation>")]
    pub violations: Vec<Violating>,
    /// How many violate it and are exempt: `says` names who answers for them, and until when.
    pub exempt: u64,
    /// When it was asked; of an attestation, when it was made.
    pub at: Option<Moment>,
    /// Whether the box's answer depends on it; an alternative to another source that already holds does not.
    pub counts: bool,
}

mod schema {
    /// A resource that violates what must be so.
    #[derive(schemars::JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used: findings know nothing of schemas")]
    #[schemars(deny_unknown_fields)]
    pub(super) struct Violation {
        /// Its id, free of PHI.
        resource: String,
        /// What is wrong and what to do, or what would be repaired.
        says: String,
    }
}

impl Part {
    fn new(source: &str, name: impl Into<String>, asks: impl Into<String>) -> Self {
        Self {
            source: source.to_owned(),
            name: name.into(),
            asks: asks.into(),
            answer: Word::Unknown,
            says: String::new(),
            violating: 0,
            violations: Vec::new(),
            exempt: 0,
            at: None,
            counts: true,
        }
    }

    fn asked(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.at = at.map(Moment);
        self
    }

    fn say(mut self, answer: Word, says: impl Into<String>) -> Self {
        self.answer = answer;
        self.says = says.into();
        self
    }

    fn violated(mut self, count: u64, first: Vec<Violating>) -> Self {
        self.violating = count;
        self.violations = first;
        self
    }
}

impl Part {
    /// Whether a person was asked.
    #[must_use]
    pub fn is_attestation(&self) -> bool {
        self.source == ATTESTATION
    }
}

/// What an attestation is called among the sources.
const ATTESTATION: &str = "Attestation";

/// All that an answer may depend on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) findings: &'a Findings,
    pub(crate) baseline: &'a Baseline,
    pub(crate) now: DateTime<Utc>,
}

/// The answer to a box, and what every source said.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) answer: Word,
    /// Why, where the sources don't say.
    pub(crate) because: Option<String>,
    pub(crate) parts: Vec<Part>,
}

impl Judged {
    fn of(part: Part) -> Self {
        Self { answer: part.answer, because: None, parts: vec![part] }
    }

    fn aside(mut self) -> Self {
        for part in &mut self.parts {
            part.counts = false;
        }
        self
    }

    /// The worst of them.
    fn all(judged: Vec<Self>) -> Self {
        let answer = judged.iter().map(|each| each.answer).max_by_key(|word| word.rank()).unwrap_or(Word::Unknown);
        Self { answer, because: None, parts: judged.into_iter().flat_map(|each| each.parts).collect() }
    }

    fn any(judged: Vec<Self>) -> Self {
        let preferred = [Word::Pass, Word::Attested, Word::NotApplicable];
        let taken = preferred.iter().find_map(|word| judged.iter().position(|each| each.answer == *word));
        let Some(taken) = taken else { return Self::all(judged) };
        let answer = judged.get(taken).map_or(Word::Unknown, |each| each.answer);
        let parts = judged.into_iter().enumerate().map(|(at, each)| if at == taken { each } else { each.aside() });
        Self { answer, because: None, parts: parts.flat_map(|each| each.parts).collect() }
    }

    fn or_else(self, other: Self) -> Self {
        match (self.answer, other.answer) {
            (Word::Unknown, word) if word.holds() => {
                Self { answer: word, because: None, parts: [self.aside().parts, other.parts].concat() }
            }
            (Word::Unknown, _) => Self::all(vec![self, other]),
            (word, _) => Self { answer: word, because: None, parts: [self.parts, other.aside().parts].concat() },
        }
    }
}

/// The answer to a box.
pub(crate) fn answer(item: &Item, facts: Facts<'_>) -> Judged {
    let judged = judge(&item.need, facts);
    match &facts.findings.bedrock_used.said {
        Said::Known(false) if item.bedrock => Judged {
            answer: Word::NotApplicable,
            because: Some(
                "Amazon Bedrock is not used in this account and Region; what the sources say does not count."
                    .to_owned(),
            ),
            ..judged.aside()
        },
        _ => judged,
    }
}

fn judge(need: &Need, facts: Facts<'_>) -> Judged {
    let each = |needs: &[Need]| needs.iter().map(|need| judge(need, facts)).collect::<Vec<_>>();
    match need {
        Need::One(source) => Judged::of(ask(*source, facts)),
        Need::All(needs) => Judged::all(each(needs)),
        Need::Any(needs) => Judged::any(each(needs)),
        Need::Else([first, second]) => judge(first, facts).or_else(judge(second, facts)),
    }
}

fn ask(source: Source, facts: Facts<'_>) -> Part {
    match source {
        Source::Control(id) => control::answer(id, facts),
        Source::ConfigRule(name) => config_rule::answer(name, facts),
        Source::Agreement => agreement::answer(facts),
        Source::RetentionPolicies => organization::retention(facts),
        Source::GlobalProfilePolicies => organization::global_profiles(facts),
        Source::ModelAccess => models::access(facts),
        Source::FirstTimeUse => models::first_time_use(facts),
        Source::ModelModes => models::modes(facts),
        Source::Canary => canary::answer(facts),
        Source::LogReaders => log_readers::answer(facts),
        Source::Attestation(id) => attestation::answer(id, facts),
    }
}
