//! What S3 says of one version of one object. Records hold it, so that the version can be found again from them.

use serde::{Deserialize, Serialize};

use crate::data_key::DataKey;
use crate::redacted::Redacted;

/// One version of one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectObservation {
    /// Its bucket.
    pub bucket: String,
    /// Its key, which may name a patient.
    #[serde(serialize_with = "Redacted::reveal", deserialize_with = "Redacted::conceal")]
    pub key: Redacted<String>,
    /// The version that was looked at; absent: the bucket kept none when the object was written.
    pub version: Option<String>,
    /// What it is like.
    pub state: State,
}

/// What it is like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum State {
    /// S3 answers only who sends the key that it is encrypted with (SSE-C).
    Sealed,
    /// S3 shows it.
    Shown(Box<Facts>),
}

/// What decides about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The version's id as S3 gives it: absent in a bucket that keeps none.
    pub version_id: Option<String>,
    /// Its entity tag, without quotes.
    pub etag: String,
    /// In bytes.
    pub size: u64,
    /// How it is encrypted.
    pub encryption: Encryption,
    /// In AWS's word; absent: STANDARD.
    pub storage_class: Option<String>,
    /// Whether its data has to be restored before it can be read.
    pub archived: bool,
    /// Whether Object Lock protects it now.
    pub locked: bool,
    /// Where a website redirects its readers; S3 doesn't copy it by itself.
    #[serde(serialize_with = "Redacted::reveal_option", deserialize_with = "Redacted::conceal_option")]
    pub redirect: Option<Redacted<String>>,
    /// The baseline's key, read only where the object is to be encrypted with it.
    pub data_key: Option<DataKey>,
    /// Whether readers of the key get this version; read only where it is to be copied.
    pub current: Option<bool>,
}

/// How an object is encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encryption {
    /// `AES256`, `aws:kms`, `aws:kms:dsse`, or one not known yet; absent: it is not encrypted.
    pub algorithm: Option<String>,
    /// The KMS key's ARN.
    pub key: Option<String>,
}
