//! S3 as far as this duty changes it: the versions of one key.

use proptest::prelude::*;

use super::*;
use crate::data_key::DataKey;
use crate::redacted::Redacted;

pub(super) const ACCOUNT: &str = "000000000000";
pub(super) const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/1234";
pub(super) const FOREIGN: &str = "arn:aws:kms:us-east-1:000000000000:key/5678";

pub(super) fn desired() -> Desired<'static> {
    Desired { key_arn: KEY, account: ACCOUNT, region: "us-east-1" }
}

pub(super) fn usable() -> DataKey {
    crate::data_key::usable("").described
}

/// A version of a versioned bucket, under SSE-S3, with all read that could be needed.
pub(super) fn facts() -> Facts {
    Facts {
        version_id: Some("v1".to_owned()),
        etag: "e1".to_owned(),
        size: 5,
        encryption: Encryption { algorithm: Some("AES256".to_owned()), key: None },
        storage_class: None,
        archived: false,
        locked: false,
        redirect: None,
        data_key: Some(usable()),
        current: Some(true),
    }
}

pub(super) fn observation(facts: Facts) -> ObjectObservation {
    ObjectObservation {
        bucket: "phi-a".to_owned(),
        key: Redacted::new("jane-doe.pdf".to_owned()),
        version: facts.version_id.clone(),
        state: State::Shown(Box::new(facts)),
    }
}

/// The versions of a key, oldest first; a bucket that keeps none has one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Model {
    pub(super) keeps_versions: bool,
    pub(super) versions: Vec<Facts>,
}

impl Model {
    /// What is read of one version; in a bucket that keeps none, of what lies there.
    pub(super) fn observe(&self, at: usize, key: &DataKey) -> ObjectObservation {
        let facts = Facts {
            data_key: Some(key.clone()),
            current: Some(at + 1 == self.versions.len()),
            ..self.versions[at].clone()
        };
        observation(facts)
    }

    /// What S3 does with a step on that version, and what it refuses.
    pub(super) fn apply(&mut self, at: usize, step: &Step) {
        let last = self.versions.len() - 1;
        match step {
            Step::UpdateEncryption { version_id, from, to } => {
                let version = &mut self.versions[at];
                assert_eq!((&version.version_id, &version.encryption.key), (version_id, from));
                let algorithm = version.encryption.algorithm.as_deref();
                assert!(!version.locked && matches!(algorithm, Some("AES256" | "aws:kms")), "S3 refuses {version:?}");
                version.encryption = Encryption { algorithm: Some("aws:kms".to_owned()), key: Some(to.clone()) };
            }
            Step::CopyInPlace { version_id, etag, algorithm, to, storage_class, redirect } => {
                let source = self.versions[last].clone();
                assert_eq!((&source.version_id, &source.etag), (version_id, etag), "S3 refuses: another is current");
                assert!(!source.archived && !source.locked && source.size <= MAX_WHOLE_COPY, "S3 refuses {source:?}");
                let version_id = self.keeps_versions.then(|| format!("v{}", last + 2));
                let copy = Facts {
                    version_id,
                    encryption: Encryption { algorithm: Some(algorithm.clone()), key: Some(to.clone()) },
                    storage_class: storage_class.clone(),
                    redirect: redirect.clone(),
                    ..source
                };
                if self.keeps_versions { self.versions.push(copy) } else { self.versions = vec![copy] }
            }
        }
    }
}

prop_compose! {
    fn some_facts()(
        algorithm in prop_oneof![Just(None), Just(Some("AES256")), Just(Some("aws:kms")), Just(Some("aws:kms:dsse")), Just(Some("aws:brand-new"))],
        key in prop_oneof![Just(KEY), Just(FOREIGN), Just("arn:aws:kms:us-east-1:111122223333:key/1234")],
        size in prop_oneof![Just(0), Just(5), Just(MAX_WHOLE_COPY), Just(MAX_WHOLE_COPY + 1)],
        storage_class in prop_oneof![Just(None), Just(Some("STANDARD_IA")), Just(Some("GLACIER"))],
        archived in any::<bool>(),
        locked in any::<bool>(),
        redirect in any::<bool>(),
    ) -> Facts {
        Facts {
            size,
            encryption: Encryption {
                algorithm: algorithm.map(str::to_owned),
                key: algorithm.filter(|name| name.starts_with("aws:kms")).map(|_| key.to_owned()),
            },
            storage_class: storage_class.map(str::to_owned),
            archived,
            locked,
            redirect: redirect.then(|| Redacted::new("/elsewhere".to_owned())),
            ..facts()
        }
    }
}

prop_compose! {
    /// A key's history, and the version that an event names.
    pub(super) fn models()(
        keeps_versions in any::<bool>(),
        mut versions in proptest::collection::vec(some_facts(), 1..4),
        at in any::<proptest::sample::Index>(),
    ) -> (Model, usize) {
        if !keeps_versions {
            versions.truncate(1);
        }
        for (index, each) in versions.iter_mut().enumerate() {
            each.version_id = keeps_versions.then(|| format!("v{}", index + 1));
            each.etag = format!("e{index}");
        }
        let at = at.index(versions.len());
        (Model { keeps_versions, versions }, at)
    }
}
