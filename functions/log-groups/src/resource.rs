//! What is looked after: log groups, and who sees what they mask.

use std::fmt;

use policy::globs::Glob;

const PREFIX: &str = "log-group:";
const UNMASK: &str = "unmask";

/// The name of a log group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupName(String);

impl GroupName {
    /// Takes a name, or the ARN of a group, unless no group can have it (CreateLogGroup, API reference).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let name = match text.split_once(":log-group:") {
            Some((_, name)) => name.strip_suffix(":*").unwrap_or(name),
            None => text,
        };
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/' | b'#');
        ((1..=512).contains(&name.len()) && name.bytes().all(allowed)).then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One thing that is looked after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A log group. Its id is `log-group:NAME`, as at the end of its ARN, so that no name can be taken for the other id.
    Group(GroupName),
    /// The account's users and roles that may unmask.
    Unmask,
}

impl Subject {
    /// The one of that id, as [`Display`](fmt::Display) writes it.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        match id.strip_prefix(PREFIX) {
            Some(name) if !name.contains(':') => GroupName::parse(name).map(Self::Group),
            _ => (id == UNMASK).then_some(Self::Unmask),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(name) => write!(f, "{PREFIX}{}", name.0),
            Self::Unmask => f.write_str(UNMASK),
        }
    }
}

/// Which groups the deployment names.
#[derive(Clone, Debug, Default)]
pub struct Governed {
    /// Names or globs.
    pub groups: Vec<Glob>,
    /// Phiward's own, which the template protects: never matched by a glob.
    pub own: Vec<Glob>,
}

impl Governed {
    /// Whether the group is named in full, so that it must be there.
    #[must_use]
    pub fn in_full(&self, name: &GroupName) -> bool {
        self.groups.iter().any(|glob| glob.as_str() == name.0)
    }

    /// Whether the group is looked after.
    #[must_use]
    pub fn contains(&self, name: &GroupName) -> bool {
        let matched = |globs: &[Glob]| globs.iter().any(|glob| glob.matches(&name.0));
        self.in_full(name) || (matched(&self.groups) && !matched(&self.own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::globs::LOG_GROUP;

    fn name(text: &str) -> Option<String> {
        GroupName::parse(text).map(|name| name.0)
    }

    #[test]
    fn a_group_is_named_by_name_or_arn() {
        let arn = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/bedrock/a";
        for text in ["/aws/bedrock/a", arn, &format!("{arn}:*")] {
            assert_eq!(name(text).as_deref(), Some("/aws/bedrock/a"), "{text}");
        }
        for text in ["", "a b", "a:b", &format!("{arn}:log-stream:x"), "arn:aws:logs:us-east-1:0:query-result:*"] {
            assert_eq!(name(text), None, "{text}");
        }
        assert_eq!(name(&"a".repeat(513)), None);
    }

    #[test]
    fn ids_are_read_back_and_no_group_is_taken_for_the_account() {
        for subject in [Subject::Unmask, Subject::Group(GroupName("unmask".to_owned()))] {
            assert_eq!(Subject::parse(&subject.to_string()), Some(subject));
        }
        for id in ["", "log-group:", "/aws/bedrock/a", "log-group:a:log-group:b", "unmask "] {
            assert_eq!(Subject::parse(id), None, "{id}");
        }
    }

    #[test]
    fn a_glob_never_takes_what_is_phiward_s_own() {
        let list = |text| Glob::list_of(&LOG_GROUP, text).unwrap();
        let governed = Governed { groups: list("*,phiward-B"), own: list("phiward-*") };
        let is = |text: &str| {
            let name = GroupName::parse(text).unwrap();
            (governed.contains(&name), governed.in_full(&name))
        };
        assert_eq!((is("other"), is("phiward-A"), is("phiward-B")), ((true, false), (false, false), (true, true)));
    }
}
