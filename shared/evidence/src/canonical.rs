//! The canonical form of a record, and its digest.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The member that holds a record's own digest; the digest is over the record without it.
pub const DIGEST: &str = "sha256";

/// The canonical form (RFC 8785, JSON Canonicalization Scheme): the one way to write these members and values.
///
/// # Errors
/// When the value has no JSON form (a map whose keys are no text, say).
pub fn canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    serde_json_canonicalizer::to_vec(value)
}

/// The SHA-256, in hexadecimal, of the canonical form of a record without its member [`DIGEST`].
///
/// # Errors
/// As [`canonical`].
pub fn digest(record: &Value) -> Result<String, serde_json::Error> {
    let mut bare = record.clone();
    if let Some(members) = bare.as_object_mut() {
        members.remove(DIGEST);
    }
    Ok(sha256(&canonical(&bare)?))
}

/// The SHA-256 of some bytes, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_members_and_the_digest_itself_do_not_count_and_all_else_does() {
        let record: Value = serde_json::from_str(r#"{"b": [1, "ü"], "a": null, "sha256": "x"}"#).unwrap();
        let turned: Value = serde_json::from_str(r#"{"sha256": "y", "a": null, "b": [1, "ü"]}"#).unwrap();
        assert_eq!(digest(&record).unwrap(), digest(&turned).unwrap());
        assert_eq!(digest(&record).unwrap(), sha256("{\"a\":null,\"b\":[1,\"ü\"]}".as_bytes()));
        assert_ne!(digest(&record).unwrap(), digest(&json!({"a": null, "b": [1, "u"]})).unwrap());
    }
}
