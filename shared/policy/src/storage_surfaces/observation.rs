//! What AWS says of a resource. Instructions, prompts and filters are texts that others wrote: of them only a digest is kept.

use serde::Serialize;

use crate::data_key::KeyObservation;

/// What is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "form", rename_all = "kebab-case")]
pub enum Observation {
    /// Its key can be changed.
    Writable(Writable),
    /// Its key can't be changed, or is not changed by Phiward.
    Fixed {
        /// What it is encrypted with, as Bedrock names it; absent: AWS's own key.
        key: Option<String>,
    },
    /// A knowledge base, which keeps its vectors elsewhere.
    Store {
        /// `OPENSEARCH_SERVERLESS`, `S3_VECTORS`, or another.
        kind: String,
        /// The ARN or endpoint of the store.
        place: Option<String>,
    },
    /// Resources of this kind can't be listed here.
    Unlisted,
}

/// A resource whose key can be changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Writable {
    /// What it is encrypted with; absent: AWS's own key.
    pub key_arn: Option<String>,
    /// Whether what runs is what was written last; absent: its kind is not prepared, or it is not known.
    pub preparation: Option<Preparation>,
    /// All that an update has to write again.
    pub rest: Rest,
    /// How many versions were published; they keep the key that they were made with. Only looked for where the key is
    /// missing.
    pub versions: usize,
    /// The data key, read only where it is to be given.
    pub key: Option<KeyObservation>,
    /// A repair has written it and not prepared it again yet.
    pub left_unprepared: bool,
    /// What a repair wrote is not what it read before, but for the key.
    pub altered: bool,
}

/// Whether what was written last is what runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preparation {
    /// It is.
    Done,
    /// It is about to be.
    Going,
    /// It isn't.
    No,
}

/// All of a resource but for its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rest {
    /// It can be written again as it is: the digest of that.
    Sha256(String),
    /// It can't: why.
    Unwritable(String),
}
