//! What AWS Organizations answers of service control policies (guide steps S3 and S7).

use super::{Facts, Part, Word};
use crate::findings::{Organization, Said};

pub(super) fn retention(facts: Facts<'_>) -> Part {
    policies(
        facts,
        "Service control policies deny every retention mode but none, in both namespaces",
        &[
            ("bedrock:PutAccountDataRetention", |organization| &organization.denies_retention_control_plane),
            ("bedrock-mantle retention actions", |organization| &organization.denies_retention_mantle),
        ],
    )
}

pub(super) fn global_profiles(facts: Facts<'_>) -> Part {
    policies(
        facts,
        "Service control policies deny Global inference profiles",
        &[("inference through Global profiles", |organization| &organization.denies_global_profiles)],
    )
}

type Question = (&'static str, fn(&Organization) -> &Said<bool>);

fn policies(facts: Facts<'_>, asks: &str, questions: &[Question]) -> Part {
    let asked = &facts.findings.organization;
    let part = Part::new("AWS Organizations", "service control policies", asks).asked(Some(asked.at));
    let organization = match &asked.said {
        Said::Unknown(why) => return part.say(Word::Unknown, why.as_str()),
        Said::Known(None) => {
            let says = "The account is in no organization, so no service control policy can bind it.";
            return part.say(Word::NotApplicable, says);
        }
        Said::Known(Some(organization)) => organization,
    };
    let id = &organization.id;
    if organization.management_account {
        let says = format!(
            "This is the management account of {id}, which service control policies do not bind. Use Bedrock in a member \
             account, or deny it by IAM and attest that."
        );
        return part.say(Word::Fail, says);
    }
    let (mut missing, mut unknown) = (Vec::new(), Vec::new());
    for (what, question) in questions {
        match question(organization) {
            Said::Known(true) => {}
            Said::Known(false) => missing.push(*what),
            Said::Unknown(why) => unknown.push(why.as_str()),
        }
    }
    match (missing.is_empty(), unknown.is_empty()) {
        (true, true) => part.say(Word::Pass, format!("Policies of {id} above this account deny it.")),
        (true, false) => part.say(Word::Unknown, unknown.join(" ")),
        (false, _) => part.say(
            Word::Fail,
            format!(
                "No policy of {id} above this account denies {}. Attach one, or deny it by IAM and attest that.",
                missing.join(" and ")
            ),
        ),
    }
}
