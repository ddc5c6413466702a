//! What is looked after, under ids that are free of PHI.

use std::fmt;

use policy::baseline::FreeText as Patterns;
use sha2::{Digest, Sha256};

use inventory::{Address, Home, Kind, Labels};

/// Between the kind and the hash in the id of a resource whose ARN looks like PHI.
const HASHED: &str = "/sha256:";
/// Before the kind in the id of a list.
const LIST: &str = "list/";
/// Of a hash's hexadecimal digits so many stand in an id.
const DIGITS: usize = 16;

/// A resource, or all of a kind.
#[derive(Clone, Debug)]
pub struct Resource {
    id: String,
    pub(crate) target: Target,
}

/// What there is to look at.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// A resource, and what its list has shown of it just now.
    One(Address, Option<Labels>),
    /// A resource that is known by the hash of its ARN alone.
    Hashed(Kind, String),
    /// Every resource of a kind: an event told of one of them, but not which.
    List(Kind),
}

impl Resource {
    /// The resource at an address, under its ARN, or under a hash of it when the ARN itself looks like PHI.
    pub(crate) fn at(address: Address, labels: Option<Labels>, patterns: &Patterns) -> Self {
        let id = id_of(&address, patterns);
        Self { id, target: Target::One(address, labels) }
    }

    /// Every resource of a kind.
    pub(crate) fn list(kind: Kind) -> Self {
        Self { id: format!("{LIST}{kind}"), target: Target::List(kind) }
    }

    /// The resource of that id, as [`Display`](fmt::Display) writes it.
    pub(crate) fn parse(id: &str, home: &Home, patterns: &Patterns) -> Option<Self> {
        if let Some(kind) = id.strip_prefix(LIST) {
            return Kind::named(kind).map(Self::list);
        }
        if let Some((kind, hash)) = id.split_once(HASHED) {
            let plain = hash.len() == DIGITS && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            let target = Target::Hashed(Kind::named(kind).filter(|_| plain)?, hash.to_owned());
            return Some(Self { id: id.to_owned(), target });
        }
        home.address(id).map(|address| Self::at(address, None, patterns))
    }
}

/// An id without PHI.
pub(crate) fn id_of(address: &Address, patterns: &Patterns) -> String {
    if is_clean(address, patterns) {
        address.text.expose().clone()
    } else {
        format!("{}{HASHED}{}", address.kind, hash_of(address))
    }
}

/// Whether nothing in the ARN looks like PHI.
pub(crate) fn is_clean(address: &Address, patterns: &Patterns) -> bool {
    patterns.is_clean(address.own_part())
}

/// What stands for an ARN that may not be named.
pub(crate) fn hash_of(address: &Address) -> String {
    let digest = Sha256::digest(address.text.expose().as_bytes());
    digest.iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}
