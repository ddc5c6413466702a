//! The rules.

use super::key::{self, Holder, holder};
use super::observation::{Observation, Preparation, Rest, Writable};
use super::step::Step;
use super::surface::Surface;
use crate::baseline::StorageSurfaces;
use crate::decision::Violation;

/// What a resource must be like.
#[derive(Clone, Debug)]
pub struct Desired<'a> {
    /// The resource's ARN, or what stands for one.
    pub resource: &'a str,
    /// `aws`, `aws-us-gov`, `aws-cn`.
    pub partition: &'a str,
    /// `us-east-1`.
    pub region: &'a str,
    /// Twelve digits.
    pub account: &'a str,
    /// The ARN of the data key.
    pub key_arn: &'a str,
    /// The baseline's rules.
    pub baseline: &'a StorageSurfaces,
}

/// The violations of a resource that is there.
#[must_use]
pub fn assess(desired: &Desired<'_>, surface: Surface, seen: &Observation) -> Vec<Violation<Step>> {
    let person = |advice: String| Violation::person(surface.control(), advice);
    let found = match seen {
        Observation::Writable(seen) => return writable(desired, surface, seen),
        Observation::Fixed { key: Some(key) } => match holder(key, desired) {
            Holder::Customer => None,
            Holder::Other => Some(person(foreign(surface))),
        },
        Observation::Fixed { key: None } => Some(person(fixed(surface))),
        Observation::Store { kind, place } => store(desired.baseline, kind, place.as_deref()).map(person),
        Observation::Unlisted => Some(person(format!(
            "{surface}s can't be listed here: Bedrock has no such endpoint or operation in this Region, or it can't be reached. If \
             they are not offered here, exempt this"
        ))),
    };
    found.into_iter().collect()
}

fn writable(desired: &Desired<'_>, surface: Surface, seen: &Writable) -> Vec<Violation<Step>> {
    let control = surface.control();
    let mut found = Vec::new();
    if seen.altered {
        found.push(Violation::person(
            control,
            format!(
                "the {surface} was given the key, and what Bedrock shows of it now is not what was written: compare it with its \
                 last version or its source, and mend it"
            ),
        ));
    }
    match &seen.key_arn {
        Some(key) if holder(key, desired) == Holder::Other => found.push(Violation::person(control, foreign(surface))),
        Some(_) if seen.left_unprepared && seen.preparation != Some(Preparation::Done) => {
            found.push(Violation::steps(control, vec![Step::Prepare]));
        }
        Some(_) => {}
        None => found.push(missing(desired, surface, seen)),
    }
    found
}

fn missing(desired: &Desired<'_>, surface: Surface, seen: &Writable) -> Violation<Step> {
    let person = |advice: String| Violation::person(surface.control(), advice);
    if surface.repaired_by(desired.baseline) != Some(true) {
        if surface == Surface::Guardrail {
            return person(fixed(surface));
        }
        return person(format!(
            "the {surface} has no KMS key of the customer's, and the baseline does not say that such ones are given it: update it \
             with the key {}",
            desired.key_arn
        ));
    }
    let Some(key) = &seen.key else {
        return person(format!("the {surface} has no KMS key of the customer's, and the data key was not read"));
    };
    if let Some(problem) = key::problem(desired, surface, key) {
        return person(problem);
    }
    let rest_sha256 = match &seen.rest {
        Rest::Sha256(digest) => digest.clone(),
        Rest::Unwritable(why) => {
            return person(format!(
                "the {surface} has no KMS key of the customer's, and can't be given it without the risk that something of it is \
                 lost: {why}. Update it by hand with the key {}",
                desired.key_arn
            ));
        }
    };
    let mut steps = vec![Step::GiveKey { key_arn: desired.key_arn.to_owned(), rest_sha256 }];
    if matches!(seen.preparation, Some(Preparation::Done | Preparation::Going)) {
        steps.push(Step::Prepare);
    }
    let found = Violation::steps(surface.control(), steps);
    if seen.versions == 0 {
        return found;
    }
    found.losing(format!(
        "{} published before keep the key that they were made with: publish a new version, point the aliases at it, and delete \
         the others",
        if seen.versions == 1 { "one version that was".to_owned() } else { format!("{} versions that were", seen.versions) },
    ))
}

fn foreign(surface: Surface) -> String {
    format!(
        "the {surface} is encrypted with a key that is not known to be one of this account and Region: find out whose it is, and \
         give it a key of this account"
    )
}

/// What it takes to have it encrypted.
fn fixed(surface: Surface) -> String {
    let how = match surface {
        Surface::CustomModel => {
            "a model's key can't be changed: make a copy with CreateModelCopyJob and modelKmsKeyId (or train it again with \
             customModelKmsKeyId), point provisioned throughput and applications at the copy, and delete this one"
        }
        Surface::ImportedModel => {
            "a model's key can't be changed: import it again with CreateModelImportJob and importedModelKmsKeyId, point \
             applications at the new one, and delete this one"
        }
        Surface::EvaluationJob => {
            "a job's key can't be changed: make it again with customerEncryptionKeyId, and delete this one with \
             BatchDeleteEvaluationJob"
        }
        Surface::InvocationJob => {
            "a job's key can't be changed: stop it while it runs (StopModelInvocationJob) and make it again with \
             s3EncryptionKeyId; what it has written is encrypted as its output bucket says"
        }
        _ => {
            "whoever uses it needs kms:Decrypt with its key from then on, and where it is enforced no model can be invoked \
             without: allow that first, then update it with kmsKeyId, and publish a new version"
        }
    };
    format!("the {surface} has no KMS key of the customer's; {how}")
}

fn store(baseline: &StorageSurfaces, kind: &str, place: Option<&str>) -> Option<String> {
    // Bedrock keeps it itself; there is no store of the customer's.
    let attested = |place: &str| baseline.attested_stores.iter().any(|store| store.matches(place));
    if place.is_some_and(attested) {
        return None;
    }
    let known = kind.chars().all(|each| each.is_ascii_uppercase() || each == '_' || each.is_ascii_digit());
    let kind = if known && !kind.is_empty() { kind } else { "of a kind that is not known" };
    let how = match kind {
        "OPENSEARCH_SERVERLESS" => {
            "a collection's key can't be changed: it takes a new one under an encryption policy with the key"
        }
        "S3_VECTORS" => "a vector bucket's or index's key can't be changed: it takes a new one with the key",
        _ => "if it is not, it takes a new store with the key",
    };
    Some(format!(
        "the knowledge base keeps its vectors in a store ({kind}) whose key Bedrock does not tell: look whether it is encrypted \
         with a key of this account, and name the store in the baseline's attested_stores. {how}, a new knowledge base on it, \
         and all data sources ingested again"
    ))
}
