//! What AWS Config answers of a managed rule.

use super::{Facts, Part, Word};
use crate::checklist::rule;
use crate::findings::{RuleResult, Said};

pub(super) fn answer(name: &'static str, facts: Facts<'_>) -> Part {
    let part = Part::new("AWS Config", name, "");
    let Some(rule) = rule(name) else { return part.say(Word::Unknown, "No such rule is known here.") };
    let asked = &facts.findings.config_rules;
    let part = Part { name: format!("{name} ({})", rule.identifier), asks: rule.says.to_owned(), ..part };
    let part = part.asked(Some(asked.at));
    let results = match &asked.said {
        Said::Unknown(why) => return part.say(Word::Unknown, why.as_str()),
        Said::Known(None) => {
            let says = "The conformance pack is not deployed, so nobody looks. Deploy it with the stack; AWS Config must record.";
            return part.say(Word::Unknown, says);
        }
        Said::Known(Some(results)) => results,
    };
    match results.get(name) {
        Some(RuleResult::Compliant) => part.say(Word::Pass, "COMPLIANT"),
        Some(RuleResult::NonCompliant) => {
            part.say(Word::Fail, format!("NON_COMPLIANT: {}. AWS Config names the resources.", rule.remedy))
        }
        Some(RuleResult::NothingThere) if rule.may_be_empty => {
            part.say(Word::NotApplicable, "Evaluated: nothing is there that the rule looks at.")
        }
        Some(RuleResult::NothingThere) => {
            part.say(Word::Unknown, format!("Evaluated, but nothing is there that the rule looks at: {}.", rule.remedy))
        }
        Some(RuleResult::NoData) => part.say(
            Word::Unknown,
            "INSUFFICIENT_DATA: the rule has not been evaluated yet. Is AWS Config recording? Evaluate the rule, then run the sweep again.",
        ),
        Some(RuleResult::NotRecording) => part.say(
            Word::Unknown,
            "AWS Config does not record, so what it says is of an earlier time. Start its recorder, then run the sweep again.",
        ),
        None => part.say(Word::Unknown, "The deployed conformance pack lacks this rule. Deploy the same version of all."),
    }
}
