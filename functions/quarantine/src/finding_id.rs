//! What is looked after: Macie's findings, each of which points at one version of one object.

use std::fmt;

/// A finding's id: letters, digits and hyphens, so free of PHI.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingId(String);

impl FindingId {
    /// Takes an id from an answer or an event, unless it could be anything but an id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (!text.is_empty() && text.len() <= 64 && plain).then(|| Self(text.to_owned()))
    }

    /// The id as Macie knows it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "finding/{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_are_ids() {
        for good in ["50de3137806df43cf08dff6f00000000", "64b917aa-3843-014c-91d8-937ffe3d6dcb"] {
            assert_eq!(FindingId::parse(good).unwrap().to_string(), format!("finding/{good}"));
        }
        for bad in ["", "a b", "a/b", "jane_doe.pdf", &"a".repeat(65)] {
            assert_eq!(FindingId::parse(bad), None, "{bad}");
        }
    }
}
