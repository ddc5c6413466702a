//! Bucket names and globs, as the deployment's parameters name them.

use std::fmt;

/// A bucket name, or a pattern in which `*` stands for any run of characters and `?` for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

/// A pattern that can match no bucket.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is not a bucket name or glob: use a-z, 0-9, `.`, `-`, and the wildcards `*` and `?`")]
pub struct GlobError {
    pattern: String,
}

impl Glob {
    /// Reads one pattern.
    ///
    /// # Errors
    /// When it is empty or holds a character that no bucket name has.
    pub fn new(pattern: &str) -> Result<Self, GlobError> {
        let allowed =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '*' | '?');
        if pattern.is_empty() || !pattern.chars().all(allowed) {
            return Err(GlobError { pattern: pattern.to_owned() });
        }
        Ok(Self(pattern.to_owned()))
    }

    /// Reads a comma-separated list, as a CloudFormation `CommaDelimitedList` arrives; blanks around items and an
    /// empty list are fine.
    ///
    /// # Errors
    /// That of the first bad item.
    pub fn list(patterns: &str) -> Result<Vec<Self>, GlobError> {
        patterns.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Self::new).collect()
    }

    /// Whether the whole of `name` matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        matches(self.0.as_bytes(), name.as_bytes())
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Matches `*` and `?` as IAM and EventBridge do. Linear in practice: on a mismatch only the last `*` is taken up again.
#[must_use]
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match (pattern.get(p), text.get(t)) {
            (Some(b'*'), _) => {
                star = Some((p, t));
                p += 1;
            }
            (Some(b'?'), Some(_)) => {
                p += 1;
                t += 1;
            }
            (Some(a), Some(b)) if a == b => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    p = at + 1;
                    t = from + 1;
                    star = Some((at, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == b'*')
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
}
