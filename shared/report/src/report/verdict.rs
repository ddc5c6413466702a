//! The verdict.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::boxes::Group;
use crate::answers::Word;
use crate::findings::{Findings, Said};

/// Whether the account is ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Verdict {
    /// Whether every box is passed, attested or not applicable.
    pub ready: bool,
    /// The same in a sentence.
    pub says: String,
    /// How many boxes have which answer.
    pub counts: Counts,
    /// Whether Bedrock is used here; `null`: nobody can tell.
    pub bedrock_used: Option<bool>,
}

/// How many boxes have which answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Counts {
    /// All of them.
    pub boxes: u64,
    /// It is so.
    pub pass: u64,
    /// A person says that it is so.
    pub attested: u64,
    /// There is nothing of which it could be so.
    pub not_applicable: u64,
    /// It is not so.
    pub fail: u64,
    /// Nobody can tell.
    pub unknown: u64,
}

pub(super) fn of(groups: &[Group], findings: &Findings) -> Verdict {
    let mut counts = Counts::default();
    for answered in groups.iter().flat_map(|group| &group.boxes) {
        counts.boxes += 1;
        *match answered.answer {
            Word::Pass => &mut counts.pass,
            Word::Attested => &mut counts.attested,
            Word::NotApplicable => &mut counts.not_applicable,
            Word::Fail => &mut counts.fail,
            Word::Unknown => &mut counts.unknown,
        } += 1;
    }
    let ready = counts.fail == 0 && counts.unknown == 0;
    let bedrock_used = match findings.bedrock_used.said {
        Said::Known(used) => Some(used),
        Said::Unknown(_) => None,
    };
    Verdict { ready, says: says(counts, bedrock_used), counts, bedrock_used }
}

fn says(counts: Counts, bedrock_used: Option<bool>) -> String {
    let boxes = |count: u64| if count == 1 { "1 box".to_owned() } else { format!("{count} boxes") };
    let verdict = match (counts.fail, counts.unknown) {
        (0, 0) => format!("Every one of {} holds.", boxes(counts.boxes)),
        (fail, 0) => format!("Of {}, {fail} {}.", boxes(counts.boxes), if fail == 1 { "fails" } else { "fail" }),
        (0, unknown) => format!("Of {}, {unknown} can't be answered.", boxes(counts.boxes)),
        (fail, unknown) => format!(
            "Of {}, {fail} {} and {unknown} can't be answered.",
            boxes(counts.boxes),
            if fail == 1 { "fails" } else { "fail" }
        ),
    };
    match bedrock_used {
        Some(true) => verdict,
        Some(false) => format!(
            "{verdict} Amazon Bedrock is not used in this account and Region: no model was invoked in the last two weeks, and no \
             resource of Bedrock is there that Phiward lists."
        ),
        None => format!("{verdict} Whether Amazon Bedrock is used here could not be told."),
    }
}
