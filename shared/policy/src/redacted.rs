//! The type that keeps what may be PHI out of logs, errors, metrics and events.

use std::fmt;

use serde::{Deserialize, Deserializer, Serializer};

/// Something that may be PHI or name a patient: an object key, a tag value, a policy written by others.
///
/// It prints as `[redacted]` and is deliberately not `Serialize`: whoever writes it out must say so with
/// `#[serde(serialize_with = "Redacted::reveal")]`, which only the evidence's types do.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for an AWS request or a comparison; never for a message.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl Redacted<String> {
    /// Writes the value out; for fields that go to the encrypted evidence bucket and nowhere else.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn reveal<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }

    /// As [`Redacted::reveal`], for a field that may be absent.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn reveal_option<S: Serializer>(value: &Option<Self>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.serialize_some(&value.0),
            None => serializer.serialize_none(),
        }
    }

    /// Reads back what [`Redacted::reveal`] wrote: an undo takes it from the evidence.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn conceal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }

    /// As [`Redacted::conceal`], for a field that may be absent.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn conceal_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(Self))
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> From<T> for Redacted<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nothing_of_its_value() {
        let key = Redacted::new("jane-doe-mrn-4711.pdf".to_owned());
        assert_eq!(format!("{key} {key:?} {:?}", Some(&key)), "[redacted] [redacted] Some([redacted])");
    }
}
