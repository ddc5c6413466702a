//! One version of one object, as an event or a record names it.

use std::fmt;

use policy::Redacted;
use sha2::{Digest, Sha256};

/// The id of the version that S3 keeps of an object that was written while the bucket kept none.
pub(crate) const NULL_VERSION: &str = "null";
/// How many hexadecimal digits of a digest tell two keys of a bucket apart.
const DIGITS: usize = 32;
/// S3's own ids have 32 characters.
const LONGEST_VERSION: usize = 64;

/// One version of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    bucket: String,
    key: Redacted<String>,
    version: Option<String>,
}

impl Object {
    /// The version of that name; none for what is no general purpose bucket's.
    #[must_use]
    pub fn new(bucket: &str, key: Redacted<String>, version: Option<String>) -> Option<Self> {
        is_bucket(bucket).then(|| Self { bucket: bucket.to_owned(), key, version })
    }

    /// Its bucket.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Its key.
    #[must_use]
    pub const fn key(&self) -> &Redacted<String> {
        &self.key
    }

    /// Its version; none: its bucket kept none when it was written.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}

/// Neither the key nor anything that could hold one: the key may name a patient, and whoever may invoke the function can
/// write anything into an event.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.version.as_deref().unwrap_or(NULL_VERSION);
        write!(f, "{}/{}/", self.bucket, digest(self.key.expose()))?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if version.len() <= LONGEST_VERSION && version.bytes().all(plain) {
            f.write_str(version)
        } else {
            write!(f, "digest-{}", digest(version))
        }
    }
}

fn digest(text: &str) -> String {
    let hex: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    hex.chars().take(DIGITS).collect()
}

/// Whether a general purpose bucket can have that name (S3 User Guide, "General purpose bucket naming rules"; a few old
/// ones have capitals or underscores). The suffixes are those of directory and table buckets, which are encrypted otherwise.
fn is_bucket(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (3..=255).contains(&name.len())
        && name.bytes().all(allowed)
        && !["--x-s3", "--table-s3"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(key: &str, version: Option<&str>) -> String {
        Object::new("phi-a", Redacted::new(key.to_owned()), version.map(str::to_owned)).unwrap().to_string()
    }

    #[test]
    fn an_id_shows_neither_the_key_nor_what_an_invoker_makes_up() {
        assert_eq!(id("jane-doe.pdf", Some("v1.a_b-c")), "phi-a/17bc22bcd64f4834d3aa03f2d010047f/v1.a_b-c");
        assert_eq!(id("jane-doe.pdf", None), id("jane-doe.pdf", Some("null")));
        assert_ne!(id("jane-doe.pdf", None), id("jane-doe.pd", None));
        for version in ["jane doe", "a/b", &"x".repeat(65)] {
            let id = id("k", Some(version));
            assert!(!id.contains(version) && id.contains("/digest-"), "{id}");
        }
    }

    #[test]
    fn only_general_purpose_buckets_are_buckets() {
        for (name, expected) in [
            ("phi-a", true),
            ("Old_Bucket", true),
            ("ab", false),
            ("jane doe", false),
            ("a/b", false),
            ("phi--use1-az4--x-s3", false),
            ("phi--table-s3", false),
        ] {
            assert_eq!(is_bucket(name), expected, "{name}");
        }
    }
}
