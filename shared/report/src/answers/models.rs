//! What Bedrock and bedrock-mantle answer of the approved models (guide steps S2 and S3).

use policy::baseline::Attestation;
use policy::residency::is_same;

use super::attestation::judged;
use super::{Facts, Part, Word, control};
use crate::findings::{Access, Model, Said, Violating};

const ZERO_RETENTION: &str = "residency.zero-retention-models";
/// How the duty `residency` names a model.
const MODEL: &str = "model/";

pub(super) fn access(facts: Facts<'_>) -> Part {
    let asked = &facts.findings.models;
    let part = Part::new("Amazon Bedrock", "model access", "Every approved model may be invoked here");
    let part = part.asked(Some(asked.at));
    let models = match &asked.said {
        Said::Unknown(why) => return part.say(Word::Unknown, why.as_str()),
        Said::Known(models) => models,
    };
    if models.is_empty() {
        let says =
            "The baseline approves no model (residency.approved_models), so it is not known which access is needed.";
        return part.say(Word::Unknown, says);
    }
    let (mut missing, mut unknown) = (Vec::new(), Vec::new());
    for Model { id, access, .. } in models {
        match access {
            Said::Known(access) => match lacks(access) {
                Ok(None) => {}
                Ok(Some(says)) => missing.push(Violating { resource: id.clone(), says: says.to_owned() }),
                Err(why) => unknown.push(format!("`{id}`: {why}")),
            },
            Said::Unknown(why) => unknown.push(format!("`{id}`: {why}")),
        }
    }
    conclude(part, models.len(), missing, unknown, "may not be invoked", "may be invoked here")
}

/// What a model lacks; an error for a word that is not known here.
fn lacks(access: &Access) -> Result<Option<&'static str>, String> {
    let Access { agreement, authorization, entitlement, region } = access;
    let found = match (region.as_str(), agreement.as_str(), entitlement.as_str(), authorization.as_str()) {
        ("NOT_AVAILABLE", ..) => "Not offered in this Region: approve one that is, or use another Region.",
        (_, "PENDING", ..) => "The subscription of AWS Marketplace is being made: look again in 15 minutes.",
        (_, "NOT_AVAILABLE", ..) => "No agreement: accept the model's offer on the Model access page.",
        (_, _, "NOT_AVAILABLE", _) => "Not entitled: request access on the Model access page.",
        (_, _, _, "NOT_AUTHORIZED") => "Not authorized: is the account verified, and does a policy deny it?",
        ("AVAILABLE", "AVAILABLE", "AVAILABLE", "AUTHORIZED") => return Ok(None),
        _ => {
            return Err(format!(
                "agreement {agreement}, authorization {authorization}, entitlement {entitlement}, Region {region}"
            ));
        }
    };
    Ok(Some(found))
}

fn conclude(part: Part, of: usize, missing: Vec<Violating>, unknown: Vec<String>, not: &str, all: &str) -> Part {
    if !missing.is_empty() {
        let says = format!("{} of {of} approved models {not}.", missing.len());
        let count = u64::try_from(missing.len()).unwrap_or(u64::MAX);
        return part.say(Word::Fail, says).violated(count, missing);
    }
    if !unknown.is_empty() {
        return part.say(Word::Unknown, format!("Not known of {} of {of}: {}", unknown.len(), unknown.join(" ")));
    }
    part.say(Word::Pass, format!("{of} approved models {all}."))
}

pub(super) fn first_time_use(facts: Facts<'_>) -> Part {
    let asked = &facts.findings.use_case_form;
    let part = Part::new("Amazon Bedrock", "first-time-use form", "Anthropic's first-time-use form was filled in");
    let part = part.asked(Some(asked.at));
    let anthropic = facts.baseline.residency.approved_models.iter().any(|id| id.starts_with("anthropic."));
    match (facts.baseline.readiness.first_time_use_form, anthropic) {
        (Some(false), _) => {
            return part
                .say(Word::NotApplicable, "The baseline says that it is not needed (readiness.first_time_use_form).");
        }
        (None, false) => return part.say(Word::NotApplicable, "No approved model is Anthropic's."),
        _ => {}
    }
    match &asked.said {
        Said::Known(true) => part.say(Word::Pass, "It was filled in."),
        Said::Known(false) => {
            part.say(Word::Fail, "It was not filled in: choose an Anthropic model in the Bedrock console.")
        }
        Said::Unknown(why) => part.say(Word::Unknown, why.as_str()),
    }
}

/// The duty looks at the models in use and at the approved ones; an arrangement answers for those that keep something.
pub(super) fn modes(facts: Facts<'_>) -> Part {
    let asks = "Every model in use or approved allows retention mode none, or zero retention is arranged for it";
    let duty = Part { asks: asks.to_owned(), ..control::answer(ZERO_RETENTION, facts) };
    if duty.answer != Word::Fail {
        return duty;
    }
    let (open, arranged) = arrange(duty.violations.clone(), facts);
    // What is not named can't be arranged.
    let unnamed = duty.violating.saturating_sub(u64::try_from(duty.violations.len()).unwrap_or(u64::MAX));
    let count = u64::try_from(open.len()).unwrap_or(u64::MAX).saturating_add(unnamed);
    if count > 0 {
        let says =
            format!("{count} without mode none and without an arrangement: use others, or arrange zero retention.");
        return duty.say(Word::Fail, says).violated(count, open);
    }
    if let Some(gap) = control::gap_of(ZERO_RETENTION, facts) {
        return duty.say(Word::Unknown, gap).violated(0, Vec::new());
    }
    let first = arranged.first().map_or("", String::as_str);
    let says = format!("Zero retention is arranged for {} that lack mode none: {first}", arranged.len());
    duty.say(Word::Attested, says).violated(0, Vec::new())
}

fn model_of(violating: &Violating) -> &str {
    violating.resource.strip_prefix(MODEL).unwrap_or(&violating.resource)
}

/// Those for which nothing is arranged, and what arranges the others.
fn arrange(keeping: Vec<Violating>, facts: Facts<'_>) -> (Vec<Violating>, Vec<String>) {
    let (mut open, mut arranged) = (Vec::new(), Vec::new());
    let about = |attestation: &&Attestation, model: &str| attestation.models.iter().any(|id| is_same(id, model));
    for each in keeping {
        let of_it: Vec<_> =
            facts.baseline.readiness.attestations().filter(|found| about(found, model_of(&each))).collect();
        let said = of_it.into_iter().map(|found| judged(Part::new("", "", ""), found, facts));
        match said.max_by_key(|part| part.answer == Word::Attested) {
            Some(part) if part.answer == Word::Attested => arranged.push(part.says),
            Some(part) => open.push(Violating { says: part.says, ..each }),
            None => open.push(each),
        }
    }
    (open, arranged)
}
