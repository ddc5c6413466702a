//! What a person answers, in the baseline.

use policy::baseline::{ATTESTABLE, Attestation};

use super::{ATTESTATION, Facts, Part, Word};
use crate::moment::{Date, Moment};

/// Whether an attestation counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Its day is still to come.
    NotYet,
    /// It counts.
    Stands,
    /// It counts no more.
    Expired,
}

pub(crate) fn standing(attestation: &Attestation, facts: Facts<'_>) -> Standing {
    let today = facts.now.date_naive();
    if Date::of(attestation.on).0 > today {
        Standing::NotYet
    } else if Date::of(attestation.expires).0 <= today {
        Standing::Expired
    } else {
        Standing::Stands
    }
}

pub(super) fn answer(id: &'static str, facts: Facts<'_>) -> Part {
    let part = Part::new(ATTESTATION, id, sentence(about(id)));
    match facts.baseline.readiness.attestations().find(|each| each.id == id) {
        Some(attestation) => judged(part, attestation, facts),
        None => {
            let about = about(id);
            part.say(
                Word::Unknown,
                format!("Nobody has attested that {about}. Add `{id}` to the baseline's readiness.attestations."),
            )
        }
    }
}

/// What it is about, as a clause.
fn about(id: &str) -> &str {
    ATTESTABLE.iter().find(|(known, _)| *known == id).map_or("", |(_, about)| about)
}

/// What an attestation that is there says.
pub(super) fn judged(part: Part, attestation: &Attestation, facts: Facts<'_>) -> Part {
    let Attestation { id, statement, by, .. } = attestation;
    let (on, expires) = (Date::of(attestation.on), Date::of(attestation.expires));
    let made = on.0.and_hms_opt(0, 0, 0).map(|at| Moment(at.and_utc()));
    let part = Part { at: made, ..part };
    match standing(attestation, facts) {
        Standing::NotYet => {
            part.say(Word::Fail, format!("{by} attests that {} only from {on} on, which is still to come.", about(id)))
        }
        Standing::Expired => part.say(
            Word::Fail,
            format!(
                "{by} attested on {on} that {}; that expired {expires}. Look again, and attest it anew.",
                about(id)
            ),
        ),
        Standing::Stands => match lacks(attestation, facts) {
            Some(why) => part.say(Word::Fail, why),
            None => part.say(Word::Attested, format!("\u{201c}{statement}\u{201d} {by}, {on}; expires {expires}.")),
        },
    }
}

/// What an archived addendum does not cover.
fn lacks(attestation: &Attestation, facts: Facts<'_>) -> Option<String> {
    let effective = Date::of(attestation.effective?);
    let account = &facts.findings.run.account;
    if effective.0 > facts.now.date_naive() {
        return Some(format!("The archived addendum counts only from {effective}."));
    }
    let covered = attestation.covered_accounts.contains(account);
    (!covered).then(|| {
        format!("The archived addendum does not cover account {account}. Have it cover it, or attest what it covers.")
    })
}

fn sentence(about: &str) -> String {
    let mut letters = about.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
