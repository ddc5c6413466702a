//! What IAM answers of who may read the invocation logs (guide step S4). Whether they should, the reviewer says, who finds them listed;
//! that only the right ones may unmask is a control of the duty `log-groups`, whom the key's own policy admits one of `encryption-keys`.

use super::{Facts, Part, Word};
use crate::findings::Said;

pub(super) fn answer(facts: Facts<'_>) -> Part {
    let asked = &facts.findings.log_readers;
    let asks = "It is known who may unmask the invocation logs, or decrypt with the data key, by IAM policies";
    let part = Part::new("IAM", "logs:Unmask, kms:Decrypt", asks).asked(Some(asked.at));
    match &asked.said {
        Said::Known(readers) => part.say(Word::Pass, format!("{} may; the report lists them.", readers.len())),
        Said::Unknown(why) => part.say(Word::Unknown, why.as_str()),
    }
}
