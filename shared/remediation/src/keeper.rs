//! Who keeps the records of a decision.

use evidence::{Body, Function, Stream};

use crate::bus::EvidenceRef;
use crate::error::AwsError;
use crate::journal::Journal;
use crate::store::{EvidenceStore, Head, Stored};

/// The evidence bucket, or, for what the evidence itself depends on, a journal.
#[derive(Clone, Copy)]
pub(crate) enum Keeper<'a> {
    Evidence(&'a EvidenceStore),
    Journal(&'a Journal),
}

impl<'a> Keeper<'a> {
    pub(crate) async fn append(
        self,
        stream: &Stream,
        head: Head,
        body: Body,
        function: &Function,
    ) -> Result<Stored, AwsError> {
        match self {
            Self::Evidence(store) => store.append(stream, head, body, function).await,
            Self::Journal(journal) => journal.append(stream, head, body, function).await,
        }
    }

    /// How a record is named to people.
    pub(crate) fn name(self, key: &'a str) -> EvidenceRef<'a> {
        match self {
            Self::Evidence(store) => EvidenceRef::in_bucket(&store.bucket, key),
            Self::Journal(_) => EvidenceRef { place: key.to_owned(), bucket: None, key: None },
        }
    }
}
