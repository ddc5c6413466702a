//! One immutable record of one decision, or of one action of an operator.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::{self, DIGEST};
use crate::decided::Decided;
use crate::operation::Operation;
use crate::stream::Stream;
pub use crate::time::{parse_time, timestamp};

/// The form of the records; a change that readers must know of gets a new number.
pub const SCHEMA: &str = "phiward-evidence/1";

/// A record.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// The form of this record: `phiward-evidence/1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// Unique.
    pub record_id: String,
    /// Its place in its chain.
    pub chain: Link,
    /// What it says.
    #[serde(flatten)]
    pub body: Body,
    /// By which code.
    pub function: Function,
}

/// The place of a record in its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// The chain: `<control>/<32 hexadecimal digits of the SHA-256 of the resource's id>`.
    pub stream: String,
    /// Counted from 1, without gaps.
    #[schemars(range(min = 1))]
    pub sequence: u64,
    /// The SHA-256 of the record before this one; `null` in the first.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub previous: Option<String>,
}

/// What a record says.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Body {
    /// Written before the first change; without it nothing is changed.
    Intent(Decided),
    /// Written when the decision has ended.
    Outcome(Decided),
    /// Written when a person has told Phiward something.
    Operation(Operation),
}

/// The code that decided.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Function {
    /// The Lambda function's name.
    pub name: String,
    /// Its published version.
    pub version: String,
    /// The invocation.
    pub request_id: String,
}

/// A record as it is written: its bytes and what the next one must know of it.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The canonical form, with the digest.
    pub bytes: Vec<u8>,
    /// The digest.
    pub sha256: String,
}

impl Record {
    /// A record at its place in its chain.
    #[must_use]
    pub fn new(stream: &Stream, sequence: u64, previous: Option<String>, body: Body, function: Function) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            record_id: uuid::Uuid::new_v4().to_string(),
            chain: Link { stream: stream.as_str().to_owned(), sequence, previous },
            body,
            function,
        }
    }

    /// The record's bytes: its canonical form, with its digest in it.
    ///
    /// # Errors
    /// When something in it has no JSON form.
    pub fn seal(&self) -> Result<Sealed, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        let sha256 = canonical::digest(&value)?;
        if let Some(members) = value.as_object_mut() {
            members.insert(DIGEST.to_owned(), Value::String(sha256.clone()));
        }
        Ok(Sealed { bytes: canonical::canonical(&value)?, sha256 })
    }
}
