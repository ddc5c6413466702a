//! Removal: nothing is hidden or deleted before source and copy, read again, hold the same bytes.

use aws_sdk_s3::operation::delete_object::builders::DeleteObjectFluentBuilder;
use futures_util::future::try_join3;
use policy::quarantine::{CopyPlace, Head, Place, Version, Versioning};
use remediation::{AwsError, WriteError};

use crate::store::{CHANGED, Store, quoted, status};

impl Store {
    /// Puts a delete marker on top of the version, if it is still the latest.
    pub(crate) async fn hide(
        &self,
        object: &Place,
        copy: &CopyPlace,
        versioning: Versioning,
    ) -> Result<(), WriteError> {
        self.confirm(object, copy, versioning).await?;
        match send("s3:DeleteObject", self.delete(object).if_match(quoted(&object.etag))).await {
            // Hidden by an attempt whose answer was lost, or by a newer version: it may be removed from beneath.
            Err(error) if error == CHANGED && self.is_beneath(object).await? => Ok(()),
            sent => sent,
        }
    }

    async fn is_beneath(&self, object: &Place) -> Result<bool, WriteError> {
        let listing = self.listing(&object.bucket, &object.key).await?;
        let mut versions = listing.iter().flat_map(|listing| &listing.versions);
        let is_it = |version: &&Version| Some(&version.id) == object.version_id.as_ref() && version.etag == object.etag;
        Ok(versions.find(is_it).is_some_and(|version| !version.latest))
    }

    /// Deletes that version and no other; S3 evaluates no `If-Match` for a named version.
    pub(crate) async fn delete_version(
        &self,
        object: &Place,
        copy: &CopyPlace,
        versioning: Versioning,
    ) -> Result<(), WriteError> {
        // Without an id the request would mean the latest version.
        let id = object.version_id.as_ref().ok_or(CHANGED)?;
        self.confirm(object, copy, versioning).await?;
        send("s3:DeleteObjectVersion", self.delete(object).version_id(id)).await
    }

    /// Deletes the object, or the null version of a bucket whose versioning is suspended, if it is still the latest.
    pub(crate) async fn delete_object(
        &self,
        object: &Place,
        copy: &CopyPlace,
        versioning: Versioning,
    ) -> Result<(), WriteError> {
        self.confirm(object, copy, versioning).await?;
        send("s3:DeleteObject", self.delete(object).if_match(quoted(&object.etag))).await
    }

    fn delete(&self, object: &Place) -> DeleteObjectFluentBuilder {
        let request = self.s3.delete_object().bucket(&object.bucket).key(object.key.expose());
        request.expected_bucket_owner(&self.account)
    }

    async fn confirm(&self, object: &Place, copy: &CopyPlace, versioning: Versioning) -> Result<(), WriteError> {
        let (source, copy, (versioning_now, _)) =
            try_join3(self.head(object), self.head_copy(copy), self.versioning(&object.bucket)).await?;
        match (source.into_head()?, copy) {
            (Head::Read(source), Head::Read(copy))
                if source.etag == object.etag && copy.same_bytes(&source) && versioning_now == versioning =>
            {
                Ok(())
            }
            _ => Err(CHANGED),
        }
    }
}

async fn send(operation: &'static str, request: DeleteObjectFluentBuilder) -> Result<(), WriteError> {
    match request.send().await {
        Ok(_) => Ok(()),
        // Another version is the latest by now, or a delete marker is.
        Err(error) if matches!(status(&error), Some(404 | 412)) => Err(CHANGED),
        Err(error) => Err(AwsError::new(operation, &error).into()),
    }
}
