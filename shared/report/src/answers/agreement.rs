//! What AWS Artifact answers of the Business Associate Addendum (guide step S1).

use super::{Facts, Part, Word};
use crate::findings::{Agreement, Said};
use crate::moment::Moment;

const ACTIVE: &str = "ACTIVE";
const ENDED: [&str; 2] = ["CUSTOMER_TERMINATED", "AWS_TERMINATED"];

pub(super) fn answer(facts: Facts<'_>) -> Part {
    let asked = &facts.findings.agreements;
    let wanted = facts.baseline.readiness.baa_name.as_str();
    let asks = format!("An agreement whose name holds \"{wanted}\" is active");
    let part = Part::new("AWS Artifact", "customer agreements", asks).asked(Some(asked.at));
    let agreements = match &asked.said {
        Said::Unknown(why) => return part.say(Word::Unknown, why.as_str()),
        Said::Known(agreements) => agreements,
    };
    let wanted = wanted.to_lowercase();
    let named: Vec<_> = agreements.iter().filter(|each| each.name.to_lowercase().contains(&wanted)).collect();
    if let Some(active) = named.iter().find(|each| is_active(each, facts)) {
        let scope = if active.organization { "for the whole organization" } else { "for this account" };
        let since = active.effective.map(|since| format!(", since {}", Moment(since))).unwrap_or_default();
        return part.say(Word::Pass, format!("\"{}\" is active {scope}{since}.", active.name));
    }
    if let Some(odd) = named.iter().find(|each| each.state != ACTIVE && !ENDED.contains(&each.state.as_str())) {
        let says = format!(
            "\"{}\" has the state `{}`, which is not known here. Look at it in AWS Artifact.",
            odd.name, odd.state
        );
        return part.say(Word::Unknown, says);
    }
    match named.first() {
        Some(ended) => part.say(Word::Fail, why_not(ended)),
        None => part.say(
            Word::Fail,
            format!(
                "None of {} agreements has such a name. Accept the addendum in AWS Artifact, or name it as it is called there \
                 (readiness.baa_name).",
                agreements.len()
            ),
        ),
    }
}

fn is_active(agreement: &Agreement, facts: Facts<'_>) -> bool {
    agreement.state == ACTIVE
        && agreement.effective.is_none_or(|since| since <= facts.now)
        && agreement.ended.is_none_or(|ended| ended > facts.now)
}

fn why_not(agreement: &Agreement) -> String {
    let Agreement { name, state, effective, ended, .. } = agreement;
    let todo = "No PHI may be sent until an addendum is active: accept it in AWS Artifact.";
    match (ended, effective) {
        (Some(ended), _) => format!("\"{name}\" ended {} ({state}). {todo}", Moment(*ended)),
        (None, _) if state != ACTIVE => format!("\"{name}\" was terminated ({state}). {todo}"),
        (None, Some(since)) => format!("\"{name}\" counts only from {}. {todo}", Moment(*since)),
        (None, None) => format!("\"{name}\" is not active ({state}). {todo}"),
    }
}
