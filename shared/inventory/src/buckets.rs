//! The buckets of the deployment's sets.

use policy::free_text::Place;
use policy::sets::BucketSet;
use remediation::ReadError;

use super::{Inventory, Kind, Listed, pages};

impl Inventory {
    /// Whether a bucket is in one of the sets.
    #[must_use]
    pub fn is_declared(&self, bucket: &str) -> bool {
        self.sets.of(bucket) != BucketSet::Undeclared
    }

    pub(crate) async fn buckets(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "s3:ListBuckets";
        const PAGE: i32 = 1000;
        let found = pages!(LIST, self.s3.list_buckets().bucket_region(&self.home.region).max_buckets(PAGE));
        let names = found.iter().filter_map(|bucket| bucket.name()).filter(|name| self.is_declared(name));
        names.map(|name| self.by_id(LIST, Kind::Bucket, name, [(Place::Name, Some(name))])).collect()
    }
}
