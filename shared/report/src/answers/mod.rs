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
mod judged;
mod log_readers;
mod models;
mod organization;
mod part;
mod word;

use chrono::{DateTime, Utc};
use policy::Baseline;

use crate::checklist::{Item, Need, Source};
use crate::findings::{Findings, Said};

pub(crate) use attestation::{Standing, standing};
use judged::Judged;
use part::ATTESTATION;
pub use part::Part;
pub use word::Word;

/// All that an answer may depend on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) findings: &'a Findings,
    pub(crate) baseline: &'a Baseline,
    pub(crate) now: DateTime<Utc>,
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
