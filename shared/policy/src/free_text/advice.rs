//! What a person is told: which resource, where, and what it looks like; never the text.

use super::{Finding, Place, Sign, Suspect};

/// What is told of one list is cut off here: the sweep tells of every resource by itself.
const MOST: usize = 20;

pub(super) const UNREACHABLE: &str = "this part of Amazon Bedrock can't be reached in this Region: if it is offered here, give the \
                                      function a way to its endpoint; if not, exempt this control";

/// One advice for each resource.
pub(super) fn of(suspects: &[Suspect]) -> Vec<String> {
    let mut advice: Vec<String> = suspects.iter().take(MOST).map(of_one).collect();
    if let Some(more) = suspects.len().checked_sub(MOST).filter(|more| *more > 0) {
        advice.push(format!("{more} more of this list have texts that look like PHI: the next sweep tells of each"));
    }
    advice
}

fn of_one(suspect: &Suspect) -> String {
    let Suspect { resource, findings } = suspect;
    let said: Vec<String> = findings.iter().map(of_finding).collect();
    let said = said.join("; ");
    let place = |wanted: &[Place]| findings.iter().any(|finding| wanted.contains(&finding.place));
    let mut advice = format!("{resource}: {said}.");
    if place(&[Place::Arn]) {
        advice.push_str(
            " It is named by a hash, as its ARN looks like PHI too: docs/operations.md, \"What is named by a hash\", finds it.",
        );
    }
    if place(&[Place::TagKey, Place::TagValue]) {
        advice.push_str(" Take the tag away, or give it a value that tells nothing of a patient.");
    }
    if place(&[Place::Name, Place::ModelName, Place::Description]) {
        advice.push_str(" Rename the resource, or make it anew under another name if it can't be renamed.");
    }
    advice.push_str(
        " If it is PHI, treat it as disclosed: names and tags stand in CloudTrail, bills and the lists of everybody who may \
         look. If it is none, sharpen the baseline's patterns or exempt the resource.",
    );
    advice
}

fn of_finding(finding: &Finding) -> String {
    let place = match finding.place {
        Place::Name => "the name",
        Place::ModelName => "the name of the model that it makes",
        Place::Description => "the description",
        Place::TagKey => "the key of a tag",
        Place::TagValue => "the value of a tag",
        Place::Arn => "the ARN",
    };
    match &finding.sign {
        Sign::Pattern(name) => format!("{place} looks like {name}"),
        Sign::Announced(key) => format!("a tag with the key `{key}`, in whatever spelling, has a value"),
    }
}
