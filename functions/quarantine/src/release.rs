//! Release: a quarantined copy goes back to where it came from, where nothing lies by now. The copy stays.

use aws_sdk_s3::types::TaggingDirective;
use policy::quarantine::{Home, NULL_VERSION, Place, Tag, Versioning, without_isolation};
use remediation::{AwsError, WriteError};

use crate::copy::{Target, tagging};
use crate::multipart::Checksum;
use crate::store::{CHANGED, Store, is_no_object, patient, status};

impl Store {
    /// Copies it back in one request, with its metadata, content headers, tags and annotations.
    pub(crate) async fn bring_back(&self, copy: &Place, home: &Home, algorithm: &str) -> Result<(), WriteError> {
        self.is_free(home).await?;
        let tags = self.tags(copy).await?;
        let request = self.copy_whole(copy, Target::home(home), algorithm);
        let request = match without_isolation(&tags) {
            None => request.tagging_directive(TaggingDirective::Copy),
            Some(left) => request.tagging_directive(TaggingDirective::Replace).set_tagging(tagging(&left)),
        };
        match request.customize().config_override(patient()).send().await {
            Ok(_) => Ok(()),
            // Something lies there by now, or the copy is another. What is read back tells whether it is what was meant.
            Err(error) if status(&error) == Some(412) || is_no_object(&error) => Err(CHANGED),
            Err(error) => Err(AwsError::new("s3:CopyObject (release)", &error).into()),
        }
    }

    /// Copies it back in parts, with its metadata, content headers and tags.
    pub(crate) async fn bring_back_in_parts(
        &self,
        copy: &Place,
        home: &Home,
        ranges: Vec<String>,
        checksum: Checksum<'_>,
    ) -> Result<(), WriteError> {
        self.is_free(home).await?;
        let tags: Vec<Tag> = self.tags(copy).await?;
        let tags = without_isolation(&tags).unwrap_or(tags);
        if self.upload(copy, Target::home(home), &tags, ranges, checksum).await? { Ok(()) } else { Err(CHANGED) }
    }

    /// Nothing is hidden or replaced. S3 itself refuses the write where the key has a current version (`If-None-Match`),
    /// but it would replace a null version further down.
    async fn is_free(&self, home: &Home) -> Result<(), WriteError> {
        let listing = self.listing(&home.bucket, &home.key).await?.ok_or(CHANGED)?;
        let null = listing.versions.iter().any(|version| version.id == NULL_VERSION);
        let replaces = null && listing.versioning != Versioning::Enabled;
        if listing.versioning != home.versioning || listing.latest().is_some() || replaces {
            return Err(CHANGED);
        }
        Ok(())
    }
}
