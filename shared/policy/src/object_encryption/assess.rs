//! The rule: an object of the sets is encrypted with the customer's key (45 CFR 164.312(a)(2)(iv)).

use super::advice;
use super::observation::{Facts, ObjectObservation, State};
use super::step::Step;
use crate::control::OBJECT_ENCRYPTION_KMS_KEY;
use crate::data_key::is_key;
use crate::decision::Violation;

const SSE_S3: &str = "AES256";
const KMS: &str = "aws:kms";
/// Dual-layer encryption: stricter than the baseline, so it stays.
const DSSE: &str = "aws:kms:dsse";
/// What S3 copies in one request; API reference, `CopyObject`.
pub const MAX_WHOLE_COPY: u64 = 5 * 1024 * 1024 * 1024;

/// What the baseline and the deployment ask for.
#[derive(Clone, Copy, Debug)]
pub struct Desired<'a> {
    /// The data key.
    pub key_arn: &'a str,
    /// The bucket's account.
    pub account: &'a str,
    /// The bucket's Region.
    pub region: &'a str,
}

/// How an object comes to be encrypted with the data key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// S3 re-encrypts it where it lies.
    Update,
    /// A copy of the current version onto itself.
    Copy,
    /// A person: why.
    Person(&'static str),
}

/// The way, by what a head request tells; `None`: it is encrypted as it must be.
///
/// User guide, "Updating server-side encryption for existing data": no source under DSSE-KMS or without encryption, no key
/// of another account, nothing under Object Lock; any size, version and storage class.
#[must_use]
pub fn way(desired: &Desired<'_>, facts: &Facts) -> Option<Way> {
    let algorithm = facts.encryption.algorithm.as_deref();
    let right_key = facts.encryption.key.as_deref().is_some_and(|key| is_key(key, desired.key_arn));
    let own_key = desired.key_arn.split(':').nth(4) == Some(desired.account);
    Some(match algorithm {
        Some(KMS | DSSE) if right_key => return None,
        Some(SSE_S3 | KMS | DSSE) | None if facts.locked => Way::Person(advice::LOCKED),
        Some(SSE_S3 | KMS) if own_key => Way::Update,
        Some(SSE_S3 | KMS | DSSE) | None if facts.archived => Way::Person(advice::ARCHIVED),
        Some(SSE_S3 | KMS | DSSE) | None if facts.size > MAX_WHOLE_COPY => Way::Person(advice::TOO_LARGE),
        Some(SSE_S3 | KMS | DSSE) | None => Way::Copy,
        Some(_) => Way::Person(advice::UNKNOWN),
    })
}

/// The violation, if there is one.
#[must_use]
pub fn assess(desired: &Desired<'_>, seen: &ObjectObservation) -> Option<Violation<Step>> {
    let repair = match &seen.state {
        State::Sealed => Err(advice::SEALED.to_owned()),
        State::Shown(facts) => repair(desired, facts, way(desired, facts)?),
    };
    Some(match repair {
        Ok(step) => Violation::steps(&OBJECT_ENCRYPTION_KMS_KEY, vec![step]),
        Err(advice) => Violation::person(&OBJECT_ENCRYPTION_KMS_KEY, advice),
    })
}

fn repair(desired: &Desired<'_>, facts: &Facts, way: Way) -> Result<Step, String> {
    if let Way::Person(advice) = way {
        return Err(advice.to_owned());
    }
    let key = facts.data_key.as_ref().ok_or(advice::UNREAD)?;
    if let Some(problem) = key.problem(desired.key_arn, desired.region) {
        return Err(problem);
    }
    let (version_id, to) = (facts.version_id.clone(), desired.key_arn.to_owned());
    if way == Way::Update {
        return Ok(Step::UpdateEncryption { version_id, from: facts.encryption.key.clone(), to });
    }
    if !facts.current.ok_or(advice::UNREAD)? {
        return Err(advice::BENEATH.to_owned());
    }
    let layered = facts.encryption.algorithm.as_deref() == Some(DSSE);
    Ok(Step::CopyInPlace {
        version_id,
        etag: facts.etag.clone(),
        algorithm: if layered { DSSE } else { KMS }.to_owned(),
        to,
        storage_class: facts.storage_class.clone(),
        redirect: facts.redirect.clone(),
    })
}
