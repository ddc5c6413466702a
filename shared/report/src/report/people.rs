//! What people attest, and who may read.

use policy::baseline::Attestation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Section;
use crate::answers::{self, Facts};
use crate::moment::Date;

/// How many days before its end an attestation is said to run out.
const RUNNING_OUT_DAYS: i64 = 30;

/// What a person attests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Attested {
    /// Its id in the baseline.
    pub id: String,
    /// What is attested.
    pub statement: String,
    /// Who answers for it.
    pub by: String,
    /// When it was attested.
    pub on: Date,
    /// From this day on it counts no more.
    pub expires: Date,
    /// In how many days that is; negative: it was so many days ago.
    pub days_left: i64,
    /// Whether it counts.
    pub standing: Standing,
}

/// Whether an attestation counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It does.
    Stands,
    /// It does, for 30 days at most.
    RunningOut,
    /// It does not any more.
    Expired,
    /// It does not yet.
    NotYet,
}

impl Standing {
    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Stands => "Stands",
            Self::RunningOut => "Running out",
            Self::Expired => "Expired",
            Self::NotYet => "Not yet",
        }
    }
}

/// Somebody who may read what invocation logs hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Reader {
    /// The ARN.
    pub principal: String,
    /// Whether it may see what is masked (`logs:Unmask`).
    pub unmask: bool,
    /// Whether it may decrypt with the data key (`kms:Decrypt`).
    pub decrypt: bool,
}

pub(super) fn attested(facts: Facts<'_>) -> Vec<Attested> {
    let mut found: Vec<_> = facts.baseline.readiness.attestations().map(|each| one(each, facts)).collect();
    found.sort_by(|one, other| (one.expires, &one.id).cmp(&(other.expires, &other.id)));
    found
}

fn one(attestation: &Attestation, facts: Facts<'_>) -> Attested {
    let expires = Date::of(attestation.expires);
    let days_left = (expires.0 - facts.now.date_naive()).num_days();
    let standing = match answers::standing(attestation, facts) {
        answers::Standing::NotYet => Standing::NotYet,
        answers::Standing::Expired => Standing::Expired,
        answers::Standing::Stands if days_left <= RUNNING_OUT_DAYS => Standing::RunningOut,
        answers::Standing::Stands => Standing::Stands,
    };
    Attested {
        id: attestation.id.clone(),
        statement: attestation.statement.clone(),
        by: attestation.by.clone(),
        on: Date::of(attestation.on),
        expires,
        days_left,
        standing,
    }
}

pub(super) fn readers(facts: Facts<'_>) -> Section<Vec<Reader>> {
    Section::of(&facts.findings.log_readers, |readers| {
        let reader = |each: &crate::findings::LogReader| Reader {
            principal: each.principal.clone(),
            unmask: each.unmask,
            decrypt: each.decrypt,
        };
        readers.iter().map(reader).collect()
    })
}
