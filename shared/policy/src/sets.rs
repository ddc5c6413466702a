//! Which buckets Phiward looks after: the deployment's named sets.
//!
//! Membership comes from the deployment's parameters alone. A tag never makes a bucket a member, else whoever may tag
//! could make Phiward rewrite a bucket, and whoever may untag could escape it.

use serde::{Deserialize, Serialize};

use crate::globs::Glob;

/// The set that a bucket is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BucketSet {
    /// Where invocation logs and the trail go: the full recipe.
    LogDestination,
    /// Where PHI belongs: the recipe without a lifecycle, as records are never deleted by Phiward.
    Phi,
    /// In neither set: PHI is forbidden there.
    Undeclared,
}

/// The deployment's bucket sets.
#[derive(Clone, Debug, Default)]
pub struct BucketSets {
    /// Names or globs of the log destinations.
    pub log_destinations: Vec<Glob>,
    /// Names or globs of the PHI buckets.
    pub phi_buckets: Vec<Glob>,
    /// Phiward's own buckets: protected by the template, in no set, never watched.
    pub own: Vec<Glob>,
}

impl BucketSets {
    /// The set that `bucket` is in. A bucket that both sets name counts as PHI, whose recipe never deletes anything.
    #[must_use]
    pub fn of(&self, bucket: &str) -> BucketSet {
        let named = |globs: &[Glob]| globs.iter().any(|glob| glob.matches(bucket));
        if self.is_own(bucket) {
            BucketSet::Undeclared
        } else if named(&self.phi_buckets) {
            BucketSet::Phi
        } else if named(&self.log_destinations) {
            BucketSet::LogDestination
        } else {
            BucketSet::Undeclared
        }
    }

    /// Whether the bucket is one of Phiward's own.
    #[must_use]
    pub fn is_own(&self, bucket: &str) -> bool {
        self.own.iter().any(|glob| glob.matches(bucket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_buckets_are_in_no_set_and_phi_wins_over_logs() {
        let sets = BucketSets {
            log_destinations: Glob::list("logs-*,both").unwrap(),
            phi_buckets: Glob::list("phi-*,both").unwrap(),
            own: Glob::list("logs-evidence").unwrap(),
        };
        assert_eq!(sets.of("logs-a"), BucketSet::LogDestination);
        assert_eq!(sets.of("phi-a"), BucketSet::Phi);
        assert_eq!(sets.of("both"), BucketSet::Phi);
        assert_eq!(sets.of("logs-evidence"), BucketSet::Undeclared);
        assert_eq!(sets.of("other"), BucketSet::Undeclared);
    }
}
