//! What a Macie finding says, and whether it concerns Phiward.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Redacted;
use crate::baseline;
use crate::globs::Glob;
use crate::sets::{BucketSet, BucketSets};

/// A finding as Macie's GetFindings returns it; an event is never trusted with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The account whose object it is about; an administrator account also sees its members' findings.
    pub account: Option<String>,
    /// Whether it is about sensitive data, not about a bucket's settings.
    pub sensitive_data: bool,
    /// A sample, or archived: a person's suppression.
    pub dismissed: bool,
    /// The managed data identifiers that matched. Severity is not here, as it never decides.
    pub managed: BTreeSet<String>,
    /// The names of the custom data identifiers that matched.
    pub custom: BTreeSet<String>,
    /// The object; absent when the finding doesn't name one in full.
    pub object: Option<Located>,
}

/// The object that a finding names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Located {
    /// The bucket.
    pub bucket: String,
    /// The key, which may name a patient; a release from quarantine needs it.
    #[serde(serialize_with = "Redacted::reveal", deserialize_with = "Redacted::conceal")]
    pub key: Redacted<String>,
    /// The version, if the bucket had versions when it was scanned.
    pub version_id: Option<String>,
    /// The entity tag of the bytes that were scanned, without quotes.
    pub etag: String,
    /// When those bytes were written, in milliseconds since 1970.
    pub last_modified_ms: Option<i64>,
}

/// What decides about findings: the deployment's parameters and the baseline.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Twelve digits.
    pub account: String,
    /// `aws`, `aws-us-gov`, `aws-cn`.
    pub partition: String,
    /// The function's own role, which an isolation excepts.
    pub role_arn: String,
    /// Where PHI is moved to.
    pub quarantine_bucket: String,
    /// Where PHI belongs.
    pub sets: BucketSets,
    /// Which of the other buckets are looked after.
    pub watch: Vec<Glob>,
    /// What counts as PHI.
    pub phi: baseline::Quarantine,
}

/// What a finding is to Phiward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement<'a> {
    /// Nothing: not PHI, dismissed, another account's, or in a bucket that isn't looked after.
    Unconcerned,
    /// PHI where it belongs.
    Inside,
    /// PHI where it doesn't belong.
    Outside(&'a Located),
    /// PHI, but the finding doesn't say where.
    Unlocated,
}

impl Rules {
    /// What the finding is to Phiward.
    #[must_use]
    pub fn place<'a>(&self, finding: &'a Finding) -> Placement<'a> {
        if finding.dismissed || !finding.sensitive_data || finding.account.as_ref() != Some(&self.account) {
            return Placement::Unconcerned;
        }
        let Some(located) = &finding.object else {
            return if self.is_phi(finding, None) { Placement::Unlocated } else { Placement::Unconcerned };
        };
        let bucket = located.bucket.as_str();
        if self.sets.is_own(bucket) || bucket == self.quarantine_bucket || !self.is_phi(finding, Some(bucket)) {
            return Placement::Unconcerned;
        }
        match self.sets.of(bucket) {
            BucketSet::LogDestination | BucketSet::Phi => Placement::Inside,
            BucketSet::Undeclared if self.watch.iter().any(|glob| glob.matches(bucket)) => Placement::Outside(located),
            BucketSet::Undeclared => Placement::Unconcerned,
        }
    }

    fn is_phi(&self, finding: &Finding, bucket: Option<&str>) -> bool {
        let found = |types: &[String]| types.iter().any(|kind| finding.managed.contains(kind));
        let here = |globs: &[Glob]| bucket.is_some_and(|bucket| globs.iter().any(|glob| glob.matches(bucket)));
        found(&self.phi.phi_types)
            || self.phi.custom_identifiers.iter().any(|name| finding.custom.contains(name))
            || self.phi.personal_data.iter().any(|rule| here(&rule.buckets) && found(&rule.types))
    }
}
