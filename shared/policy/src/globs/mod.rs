//! Names and globs, as the deployment's parameters and the baseline give them.

mod patterns;

use std::fmt;

pub use patterns::{covers, matches, overlap};

/// A name, or a pattern in which `*` stands for any run of characters and `?` for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

/// What a pattern is to match.
#[derive(Debug)]
pub struct Form {
    what: &'static str,
    characters: &'static str,
    allowed: fn(char) -> bool,
}

/// Names of buckets.
pub static BUCKET: Form = Form {
    what: "a bucket name or glob",
    characters: "a-z, 0-9, `.`, `-`",
    allowed: |c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'),
};

/// Names of CloudWatch log groups (`LogGroupName`, CloudWatch Logs API reference).
pub static LOG_GROUP: Form = Form {
    what: "the name or glob of a log group",
    characters: "a-z, A-Z, 0-9, `.`, `-`, `_`, `/`, `#`",
    allowed: |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '#'),
};

/// ARNs of IAM users and roles (IAM User Guide, "IAM and AWS STS quotas": names and paths).
pub static PRINCIPAL: Form = Form {
    what: "the ARN or glob of a principal",
    characters: "a-z, A-Z, 0-9, `:`, `/`, `+`, `=`, `,`, `.`, `@`, `_`, `-`",
    allowed: |c| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '+' | '=' | ',' | '.' | '@' | '_' | '-'),
};

/// ARNs and endpoints of vector stores.
pub static STORE: Form = Form {
    what: "the ARN, endpoint or glob of a vector store",
    characters: "a-z, A-Z, 0-9, `:`, `/`, `.`, `_`, `-`",
    allowed: |c| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '_' | '-'),
};

/// A pattern that can match nothing of its form.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is not {what}: use {characters}, and the wildcards `*` and `?`")]
pub struct GlobError {
    pattern: String,
    what: &'static str,
    characters: &'static str,
}

impl Glob {
    /// Reads one pattern for buckets.
    ///
    /// # Errors
    /// When it is empty or holds a character that no bucket name has.
    pub fn new(pattern: &str) -> Result<Self, GlobError> {
        Self::of(&BUCKET, pattern)
    }

    /// Reads one pattern.
    ///
    /// # Errors
    /// When it is empty or holds a character that nothing of the form has.
    pub fn of(form: &'static Form, pattern: &str) -> Result<Self, GlobError> {
        let allowed = |c| (form.allowed)(c) || matches!(c, '*' | '?');
        if pattern.is_empty() || !pattern.chars().all(allowed) {
            return Err(GlobError { pattern: pattern.to_owned(), what: form.what, characters: form.characters });
        }
        Ok(Self(pattern.to_owned()))
    }

    /// Reads a comma-separated list for buckets.
    ///
    /// # Errors
    /// That of the first bad item.
    pub fn list(patterns: &str) -> Result<Vec<Self>, GlobError> {
        Self::list_of(&BUCKET, patterns)
    }

    /// Reads a comma-separated list, as a CloudFormation `CommaDelimitedList` arrives; blanks around items and an
    /// empty list are fine.
    ///
    /// # Errors
    /// That of the first bad item.
    pub fn list_of(form: &'static Form, patterns: &str) -> Result<Vec<Self>, GlobError> {
        let items = patterns.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(|item| Self::of(form, item)).collect()
    }

    /// Whether the whole of `name` matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        matches(self.0.as_bytes(), name.as_bytes())
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What every name that matches begins with.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.0.split(['*', '?']).next().unwrap_or_default()
    }

    /// Whether it is a whole name, which only that name matches.
    #[must_use]
    pub fn is_name(&self) -> bool {
        self.prefix().len() == self.0.len()
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        let cases = [
            ("logs-*", "logs-eu", true),
            ("logs-*", "my-logs-eu", false),
            ("logs", "logs-eu", false),
            ("*", "anything", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*-phi-*", "x-phi-y-phi-z", true),
            ("*a*b", "aab", true),
            ("*a*b", "aac", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(Glob::new(pattern).unwrap().matches(name), expected, "{pattern} on {name}");
        }
    }

    #[test]
    fn lists_are_forgiving_about_blanks_and_strict_about_characters() {
        assert_eq!(Glob::list(" a , b*,, ").unwrap().len(), 2);
        assert!(Glob::list("").unwrap().is_empty());
        assert_eq!(
            Glob::list("ok,Bad Name").unwrap_err().to_string().split(':').next(),
            Some("`Bad Name` is not a bucket name or glob")
        );
    }

    #[test]
    fn each_form_takes_its_own_characters() {
        assert!(Glob::of(&LOG_GROUP, "/aws/bedrock/Logs_#1-*").is_ok());
        assert!(Glob::of(&LOG_GROUP, "a:b").is_err() && Glob::of(&LOG_GROUP, "").is_err());
        assert!(Glob::of(&PRINCIPAL, "arn:aws:iam::000000000000:role/a/B+c=d,e@f_g.h-?*").is_ok());
        assert!(Glob::of(&PRINCIPAL, "arn:aws:iam::000000000000:role/a b").is_err());
    }

    #[test]
    fn a_name_is_told_from_a_pattern() {
        let glob = |text| Glob::of(&LOG_GROUP, text).unwrap();
        assert_eq!((glob("/a/b-*x?").prefix(), glob("/a/b-*x?").is_name()), ("/a/b-", false));
        assert_eq!((glob("/a/b").prefix(), glob("/a/b").is_name()), ("/a/b", true));
    }
}
