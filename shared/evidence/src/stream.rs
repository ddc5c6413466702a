//! Chains and the places of their records.

use std::fmt;

use crate::canonical::sha256;

/// The chain of one control for one resource, or of the operators' actions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream(String);

/// How many hexadecimal digits of the resource's SHA-256 stand in a key: 128 bits.
const DIGITS: usize = 32;
/// The chain of what operators do.
const OPERATIONS: &str = "operate";

impl Stream {
    /// The chain of a control for a resource. The resource's id stands in it as a hash, as ids hold what keys may not.
    #[must_use]
    pub fn of(control: &str, resource: &str) -> Self {
        let hash: String = sha256(resource.as_bytes()).chars().take(DIGITS).collect();
        Self(format!("{control}/{hash}"))
    }

    /// The chain of what operators do.
    #[must_use]
    pub fn operations() -> Self {
        Self::of(OPERATIONS, "operations")
    }

    /// Where the record of that number lies: the key of an object, and a path in a bundle.
    #[must_use]
    pub fn key(&self, sequence: u64) -> String {
        format!("evidence/{}/{sequence:08}.json", self.0)
    }

    /// The chain and the number that a key names; nothing for what is no record's key.
    #[must_use]
    pub fn parse_key(key: &str) -> Option<(Self, u64)> {
        let (stream, file) = key.strip_prefix("evidence/")?.rsplit_once('/')?;
        let digits = file.strip_suffix(".json")?;
        let (control, hash) = stream.split_once('/')?;
        let named = !control.is_empty() && hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let counted = digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !named || !counted {
            return None;
        }
        Some((Self(stream.to_owned()), digits.parse().ok()?))
    }

    /// The stream as it stands in keys.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_which_link_of_which_chain_it_is() {
        let stream = Stream::of("buckets.tls-only", "logs-a");
        let key = stream.key(7);
        assert!(key.starts_with("evidence/buckets.tls-only/") && key.ends_with("/00000007.json"), "{key}");
        assert_eq!(Stream::parse_key(&key), Some((stream, 7)));
        for other in ["x", "evidence/a/b.json", "evidence/a/00000001.json", "heads.json", &key.replace(".json", "")] {
            assert_eq!(Stream::parse_key(other), None, "{other}");
        }
    }
}
