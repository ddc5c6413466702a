//! Ids as they stand in the plane's URLs: taken from an answer or an event, unless they could be anything else.

/// A project's id: `default` or `proj_` and letters or digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectId(String);

impl ProjectId {
    /// Takes an id, unless it could be anything but one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("proj_").unwrap_or(if text == "default" { "d" } else { "" });
        let plain = !rest.is_empty() && rest.len() <= 64 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then(|| Self(text.to_owned()))
    }

    /// The id as it stands in a URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A model's id: `provider.model`, and perhaps a version: letters, digits, `.`, `-`, `_` and `:`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModelId(String);

impl ModelId {
    const LONGEST: usize = 128;

    /// Takes an id, unless it could be anything but one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte));
        let named = text.split_once('.').is_some_and(|(provider, model)| !provider.is_empty() && !model.is_empty());
        (plain && named && text.len() <= Self::LONGEST && !text.contains("..")).then(|| Self(text.to_owned()))
    }

    /// The id as it stands in a URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
