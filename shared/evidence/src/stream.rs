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
/// The chains of a journal.
const JOURNAL: &str = "journal";

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

    /// The chain of one decision about what the evidence itself depends on. It is no key in the bucket: its records are lines
    /// of a log, an intent and its outcome, and nothing ties them to the chain before.
    #[must_use]
    pub fn journal(decision: &str) -> Self {
        Self::of(JOURNAL, decision)
    }

    /// Where the record of that number lies: the key of an object, and a path in a bundle.
    #[must_use]
    pub fn key(&self, sequence: u64) -> String {
        key(&self.0, sequence)
    }

    /// The chain and the number that a key names; nothing for what is no record's key. A record has one key only, so a
    /// second spelling of it (more zeros, capital digits) names nothing.
    #[must_use]
    pub fn parse_key(key: &str) -> Option<(Self, u64)> {
        let (stream, file) = key.strip_prefix("evidence/")?.rsplit_once('/')?;
        let (control, hash) = stream.split_once('/')?;
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if control.is_empty() || hash.len() != DIGITS || !hash.bytes().all(is_hex) {
            return None;
        }
        let sequence: u64 = file.strip_suffix(".json")?.parse().ok()?;
        let stream = Self(stream.to_owned());
        let named = (1..u64::MAX).contains(&sequence) && stream.key(sequence) == key;
        named.then_some((stream, sequence))
    }

    /// The stream as it stands in keys.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key of a record by the name of its chain, whatever that is.
pub(crate) fn key(stream: &str, sequence: u64) -> String {
    format!("evidence/{stream}/{sequence:08}.json")
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
        assert_eq!(Stream::parse_key(&key), Some((stream.clone(), 7)));
        let long = stream.key(123_456_789);
        assert_eq!(Stream::parse_key(&long), Some((stream.clone(), 123_456_789)));
        for other in ["x", "evidence/a/b.json", "evidence/a/00000001.json", "heads.json", &key.replace(".json", "")] {
            assert_eq!(Stream::parse_key(other), None, "{other}");
        }
        let twice = [key.replace("0007", "00007"), key.replace("00000007", "7"), key.replace("00000007", "+0000007")];
        let (none, most) = (stream.key(0), stream.key(u64::MAX));
        for other in twice.iter().chain([
            &none,
            &most,
            &key.to_uppercase().replace("EVIDENCE", "evidence").replace("JSON", "json"),
        ]) {
            assert_eq!(Stream::parse_key(other), None, "{other}");
        }
    }

    /// `xtask/python/operators/heads.py` makes the same.
    #[test]
    fn the_chain_of_the_operators_has_a_name_that_stays() {
        assert_eq!(Stream::operations().as_str(), "operate/74de07c4e919534b1b460e3465bb216c");
    }
}
