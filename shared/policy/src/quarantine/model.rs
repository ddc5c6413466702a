//! A tiny S3, to see what plans do: one key of one bucket, and the quarantine bucket.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::step::copy as copying;
use super::*;
use crate::globs::Glob;
use crate::sets::BucketSets;
use crate::{Baseline, Redacted, baseline};

pub(super) const BUCKET: &str = "shared-files";
pub(super) const KEY: &str = "jane doe/mrn+4711?.pdf";
const DEFAULT: &str = include_str!("../../../../baseline.toml");

/// The deployment of the tests.
pub(super) fn rules() -> Rules {
    static PHI: LazyLock<baseline::Quarantine> = LazyLock::new(|| Baseline::parse(DEFAULT).unwrap().quarantine);
    Rules {
        account: "111122223333".to_owned(),
        partition: "aws".to_owned(),
        role_arn: "arn:aws:iam::111122223333:role/phiward-quarantine".to_owned(),
        quarantine_bucket: "phiward-quarantine".to_owned(),
        sets: BucketSets {
            log_destinations: Glob::list("logs-*").unwrap(),
            phi_buckets: Glob::list("phi-*").unwrap(),
            own: Glob::list("phiward-*").unwrap(),
        },
        watch: Glob::list("shared-*,logs-*,phi-*,phiward-*").unwrap(),
        phi: PHI.clone(),
    }
}

/// A finding about bytes of that kind.
pub(super) fn finding(bytes: u8, version_id: Option<&str>, last_modified_ms: Option<i64>) -> Finding {
    Finding {
        account: Some("111122223333".to_owned()),
        sensitive_data: true,
        dismissed: false,
        managed: BTreeSet::from(["USA_NATIONAL_PROVIDER_IDENTIFIER".to_owned()]),
        custom: BTreeSet::new(),
        object: Some(Located {
            bucket: BUCKET.to_owned(),
            key: Redacted::new(KEY.to_owned()),
            version_id: version_id.map(str::to_owned),
            etag: etag(bytes),
            last_modified_ms,
        }),
    }
}

pub(super) fn etag(bytes: u8) -> String {
    format!("etag-{bytes}")
}

/// A version or, without bytes, a delete marker.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) id: String,
    pub(super) bytes: Option<u8>,
    pub(super) written_ms: i64,
    pub(super) size: u64,
    pub(super) whole_checksum: bool,
    pub(super) locked: bool,
    pub(super) archived: bool,
    pub(super) readable: bool,
    pub(super) tags: Vec<Tag>,
}

impl Stored {
    pub(super) fn new(id: &str, bytes: u8, written_ms: i64) -> Self {
        let (size, bytes) = (100 + u64::from(bytes), Some(bytes));
        let (whole_checksum, locked, archived, readable) = (true, false, false, true);
        Self {
            id: id.to_owned(),
            bytes,
            written_ms,
            size,
            whole_checksum,
            locked,
            archived,
            readable,
            tags: Vec::new(),
        }
    }

    pub(super) fn marker(id: &str) -> Self {
        Self { bytes: None, ..Self::new(id, 0, 0) }
    }

    fn facts(&self) -> Facts {
        let bytes = self.bytes.unwrap();
        let checksums = BTreeMap::from([("CRC64NVME".to_owned(), format!("crc-{bytes}"))]);
        let checksums = if self.whole_checksum { checksums } else { BTreeMap::new() };
        Facts { etag: etag(bytes), size: self.size, checksums, locked: self.locked, archived: self.archived }
    }
}

/// The world.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct World {
    pub(super) versioning: Versioning,
    pub(super) mfa_delete: bool,
    /// The newest first.
    pub(super) stack: Vec<Stored>,
    pub(super) policy: Option<String>,
    pub(super) quarantine: BTreeMap<String, Facts>,
}

/// S3 refused, or what the plan was made for has changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused;

impl World {
    pub(super) fn new(versioning: Versioning, stack: Vec<Stored>) -> Self {
        Self { versioning, mfa_delete: false, stack, policy: None, quarantine: BTreeMap::new() }
    }

    fn listing(&self) -> Listing {
        let entry = |(at, stored): (usize, &Stored)| {
            let etag = etag(stored.bytes?);
            Some(Version { id: stored.id.clone(), etag, latest: at == 0, last_modified_ms: Some(stored.written_ms) })
        };
        let versions = self.stack.iter().enumerate().filter_map(entry).collect();
        Listing { versioning: self.versioning, mfa_delete: self.mfa_delete, versions }
    }

    /// What the function would read.
    pub(super) fn observe(&self, rules: &Rules, finding: &Finding) -> Observation {
        let state = match rules.place(finding) {
            Placement::Unconcerned => State::Unconcerned,
            Placement::Inside => State::Inside,
            Placement::Unlocated => State::Unlocated,
            Placement::Outside(located) => State::Outside(Box::new(self.object(rules, located))),
        };
        Observation { finding: finding.clone(), state }
    }

    fn object(&self, rules: &Rules, located: &Located) -> Object {
        let listing = self.listing();
        let flagged = listing.flagged(located);
        let stored = flagged.version().and_then(|version| self.stack.iter().find(|stored| stored.id == version.id));
        let copy_place = CopyPlace::for_version(located, flagged.version(), &rules.quarantine_bucket);
        let source = match (&flagged, stored) {
            (Flagged::Unchanged(_), Some(stored)) if stored.readable => Head::Read(stored.facts()),
            (Flagged::Unchanged(_), Some(_)) => Head::Refused,
            _ => Head::Absent,
        };
        let policy = self.policy.clone().map(Redacted::new);
        let isolation = stored.map(|stored| Isolation::Read { tags: stored.tags.clone(), policy });
        let mut object = Object {
            versioning: self.versioning,
            mfa_delete: self.mfa_delete,
            older_versions: listing.older_than(located, &flagged),
            null_beneath: listing.null_beneath(),
            copy: self.quarantine.get(&copy_place.key).cloned().map_or(Head::Absent, Head::Read),
            flagged,
            copy_place,
            source,
            isolation: None,
            current: None,
        };
        if needs_current(&object) {
            object.current =
                listing.latest().map(|version| Current { version: version.clone(), head: self.head(version) });
        }
        if needs_isolation(&object) {
            object.isolation = isolation;
        }
        object
    }

    fn head(&self, version: &Version) -> Head {
        let stored = self.stack.iter().find(|stored| stored.id == version.id).unwrap();
        if stored.readable { Head::Read(stored.facts()) } else { Head::Refused }
    }

    /// What a step does, by S3's rules.
    pub(super) fn apply(&mut self, step: &Step) -> Result<(), Refused> {
        match step {
            Step::Copy { object, copy, .. } | Step::CopyInParts { object, copy, .. } => {
                let facts = self.at(object)?.facts();
                if self.at(object)?.archived || !self.at(object)?.readable {
                    return Err(Refused);
                }
                self.quarantine.entry(copy.key.clone()).or_insert(facts);
            }
            Step::Hide { object, copy, .. } => {
                self.confirm(object, copy)?;
                self.latest_is(object)?;
                self.put_marker();
            }
            Step::DeleteObject { object, copy, .. } => {
                self.confirm(object, copy)?;
                self.latest_is(object)?;
                if self.versioning == Versioning::Never {
                    self.stack.clear();
                } else {
                    self.put_marker();
                }
            }
            Step::DeleteVersion { object, copy, .. } => {
                self.confirm(object, copy)?;
                if self.at(object)?.locked || self.mfa_delete {
                    return Err(Refused);
                }
                let id = object.version_id.clone();
                self.stack.retain(|stored| Some(&stored.id) != id.as_ref());
            }
            Step::DenyIsolated { before, after, .. } => {
                if self.policy.as_ref() != before.as_ref().map(Redacted::expose) {
                    return Err(Refused);
                }
                self.policy = Some(after.expose().clone());
            }
            Step::BringBack { copy, home, .. } | Step::BringBackInParts { copy, home, .. } => {
                let facts = self.quarantine.get(copy.key.expose()).filter(|facts| facts.etag == copy.etag);
                let facts = facts.cloned().ok_or(Refused)?;
                let there = self.stack.first().is_some_and(|stored| stored.bytes.is_some());
                if there || self.versioning != home.versioning || facts.archived {
                    return Err(Refused);
                }
                let id = if self.versioning == Versioning::Enabled { "released" } else { NULL_VERSION };
                self.stack.retain(|stored| stored.id != id);
                let bytes = facts.etag.strip_prefix("etag-").unwrap().parse().unwrap();
                self.stack.insert(0, Stored { size: facts.size, ..Stored::new(id, bytes, 9000) });
            }
            Step::TagIsolated { object, before, after } | Step::LiftIsolation { object, before, after } => {
                if self.at(object)?.tags != *before || after.len() > 10 {
                    return Err(Refused);
                }
                let id = self.at(object)?.id.clone();
                self.stack.iter_mut().find(|stored| stored.id == id).unwrap().tags = after.clone();
            }
        }
        Ok(())
    }

    fn at(&self, place: &Place) -> Result<&Stored, Refused> {
        let id = place.version_id.as_deref().unwrap_or(NULL_VERSION);
        let is_it = |stored: &&Stored| stored.id == id && stored.bytes.map(etag).as_ref() == Some(&place.etag);
        self.stack.iter().find(is_it).ok_or(Refused)
    }

    fn confirm(&self, object: &Place, copy: &CopyPlace) -> Result<(), Refused> {
        let copied = self.quarantine.get(&copy.key).ok_or(Refused)?;
        if copied.same_bytes(&self.at(object)?.facts()) { Ok(()) } else { Err(Refused) }
    }

    fn latest_is(&self, object: &Place) -> Result<(), Refused> {
        let latest = self.stack.first().and_then(|stored| stored.bytes).map(etag);
        if latest.as_ref() == Some(&object.etag) { Ok(()) } else { Err(Refused) }
    }

    /// With versions suspended a delete marker takes the place of the null version.
    fn put_marker(&mut self) {
        let id = if self.versioning == Versioning::Suspended {
            self.stack.retain(|stored| stored.id != NULL_VERSION);
            NULL_VERSION.to_owned()
        } else {
            format!("marker-{}", self.stack.len())
        };
        self.stack.insert(0, Stored::marker(&id));
    }
}

/// A copy of those bytes, as a copy step would have made it.
pub(super) fn copied(bytes: u8) -> Facts {
    Stored::new("", bytes, 0).facts()
}

/// Which of the two copy steps a size leads to.
pub(super) fn copy_step(size: u64) -> Step {
    let facts = Facts { size, ..copied(1) };
    let located = finding(1, None, None).object.unwrap();
    let place = Place { bucket: BUCKET.to_owned(), key: KEY.to_owned().into(), version_id: None, etag: etag(1) };
    let checksum = (&"CRC64NVME".to_owned(), &"crc-1".to_owned());
    copying(place, CopyPlace::of(&located, NULL_VERSION, "phiward-quarantine"), &facts, checksum)
}
