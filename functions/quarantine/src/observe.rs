//! What has become of a finding's object.

use futures_util::future::try_join;
use policy::quarantine::{
    CopyPlace, Current, Finding, Flagged, Head, Isolation, Listing, Located, Object, Observation, Place, Placement,
    Rules, State, needs_current, needs_isolation,
};
use remediation::ReadError;

use crate::store::Store;

impl Store {
    /// Reads of S3 no more than the finding makes necessary; `None` when the bucket is gone.
    pub(crate) async fn observe(&self, rules: &Rules, finding: Finding) -> Result<Option<Observation>, ReadError> {
        let state = match rules.place(&finding) {
            Placement::Unconcerned => State::Unconcerned,
            Placement::Inside => State::Inside,
            Placement::Unlocated => State::Unlocated,
            Placement::Outside(located) => match self.listing(&located.bucket, &located.key).await? {
                Some(listing) => State::Outside(Box::new(self.object(rules, located, &listing).await?)),
                None => return Ok(None),
            },
        };
        Ok(Some(Observation { finding, state }))
    }

    async fn object(&self, rules: &Rules, located: &Located, listing: &Listing) -> Result<Object, ReadError> {
        let flagged = listing.flagged(located);
        let place = flagged.version().map(|version| Place::of(located, version, listing.versioning));
        let copy_place = CopyPlace::for_version(located, flagged.version(), &rules.quarantine_bucket);
        let source = async {
            match (&flagged, &place) {
                (Flagged::Unchanged(_), Some(place)) => self.head(place).await?.into_head(),
                _ => Ok(Head::Absent),
            }
        };
        let (source, copy) = try_join(source, self.head_copy(&copy_place)).await?;
        let mut object = Object {
            versioning: listing.versioning,
            mfa_delete: listing.mfa_delete,
            older_versions: listing.older_than(located, &flagged),
            null_beneath: listing.null_beneath(),
            flagged,
            copy_place,
            source,
            copy,
            isolation: None,
            current: None,
        };
        if let (true, Some(version)) = (needs_current(&object), listing.latest()) {
            let head = self.head(&Place::of(located, version, listing.versioning)).await?.into_head()?;
            object.current = Some(Current { version: version.clone(), head });
        }
        if let (true, Some(place)) = (needs_isolation(&object), place) {
            object.isolation = Some(self.isolation(&place).await?);
        }
        Ok(object)
    }

    async fn isolation(&self, place: &Place) -> Result<Isolation, ReadError> {
        match try_join(self.tags(place), self.policy(&place.bucket)).await {
            Ok((tags, policy)) => Ok(Isolation::Read { tags, policy }),
            Err(ReadError::Aws(error)) if error.status == Some(403) => Ok(Isolation::Unreadable),
            Err(error) => Err(error),
        }
    }
}
