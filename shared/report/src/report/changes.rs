//! What is another since the last report.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::boxes::Group;
use crate::answers::Word;
use crate::findings::{Answer, Previous, Said};
use crate::moment::Moment;

/// What is another since the last report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Changes {
    /// The last report's run; `null`: this is the first, or the last can't be read.
    pub since: Option<String>,
    /// When that began.
    pub began: Option<Moment>,
    /// Why the last report is not known, and what to do.
    pub unknown: Option<String>,
    /// Whether that one said that the account was ready.
    pub was_ready: Option<bool>,
    /// Whether this one says another thing.
    pub verdict_changed: bool,
    /// The boxes whose answer is another, in the order of the checklist.
    pub boxes: Vec<Change>,
}

/// A box whose answer is another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Change {
    /// The box's id.
    pub id: String,
    /// Its title, or its id if the box is no more.
    pub title: String,
    /// The word that it had; `null`: there was no such box.
    pub was: Option<String>,
    /// The word that it has; `null`: the box is no more.
    pub is: Option<Word>,
}

pub(super) fn since(previous: &Answer<Option<Previous>>, groups: &[Group], ready: bool) -> Changes {
    let mut changes =
        Changes { since: None, began: None, unknown: None, was_ready: None, verdict_changed: false, boxes: Vec::new() };
    match &previous.said {
        Said::Unknown(why) => changes.unknown = Some(why.clone()),
        Said::Known(None) => {}
        Said::Known(Some(previous)) => {
            changes.since = Some(previous.id.clone());
            changes.began = Some(Moment(previous.began));
            changes.was_ready = Some(previous.ready);
            changes.verdict_changed = previous.ready != ready;
            changes.boxes = boxes(previous, groups);
        }
    }
    changes
}

fn boxes(previous: &Previous, groups: &[Group]) -> Vec<Change> {
    let now: Vec<_> = groups.iter().flat_map(|group| &group.boxes).collect();
    let other = now.iter().filter_map(|answered| {
        let was = previous.boxes.get(&answered.id);
        let is_other = was.is_none_or(|was| was != answered.answer.as_str());
        is_other.then(|| Change {
            id: answered.id.clone(),
            title: answered.title.clone(),
            was: was.cloned(),
            is: Some(answered.answer),
        })
    });
    let gone = previous.boxes.iter().filter(|(id, _)| now.iter().all(|answered| answered.id != **id));
    let gone = gone.map(|(id, was)| Change { id: id.clone(), title: id.clone(), was: Some(was.clone()), is: None });
    other.chain(gone).collect()
}
