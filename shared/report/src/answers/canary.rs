//! What the canary answers: the guardrail intervened in a real inference with synthetic PHI (guide step S6).

use super::{Facts, Part, Word};
use crate::findings::Said;

pub(super) fn answer(facts: Facts<'_>) -> Part {
    let part = Part::new("Canary", "converse", "The guardrail intervenes in an inference with synthetic PHI");
    let Some(asked) = &facts.findings.canary else {
        return part.say(Word::NotApplicable, "The canary is off.");
    };
    let part = part.asked(Some(asked.at));
    match &asked.said {
        Said::Unknown(why) => part.say(Word::Unknown, why.as_str()),
        Said::Known(canary) => {
            let way = format!(
                "{} with guardrail {} ({} tokens in, {} out)",
                canary.model, canary.guardrail, canary.input_tokens, canary.output_tokens
            );
            if canary.intervened {
                part.say(Word::Pass, format!("It intervened: {way}."))
            } else {
                let todo = "Look at the guardrail's sensitive-information filter and at its version.";
                part.say(Word::Fail, format!("It let synthetic PHI through: {way}. {todo}"))
            }
        }
    }
}
