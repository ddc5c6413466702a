//! The trail, as the deployment names it.

use std::fmt;

use remediation::Settings;

/// A trail by name, or by ARN as an organization's is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    named: String,
    arn: String,
}

impl Trail {
    /// Takes a name or an ARN, unless no trail can have it (API reference, CreateTrail: letters, digits, `.`, `_`, `-`).
    /// A name stands for the trail of this account and Region.
    #[must_use]
    pub fn parse(named: &str, settings: &Settings) -> Option<Self> {
        let (name, arn) = if named.starts_with("arn:") {
            let (place, name) = named.split_once(":trail/")?;
            let service = place.split(':').nth(2)? == "cloudtrail" && place.split(':').count() == 5;
            (service.then_some(name)?, named.to_owned())
        } else {
            let Settings { partition, region, account, .. } = settings;
            (named, format!("arn:{partition}:cloudtrail:{region}:{account}:trail/{named}"))
        };
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let valid = (3..=128).contains(&name.len()) && name.bytes().all(allowed);
        valid.then(|| Self { named: named.to_owned(), arn })
    }

    /// Its ARN; by name it is this account's and Region's.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.arn.rsplit_once('/').map_or(self.named.as_str(), |(_, name)| name)
    }

    /// Whether the deployment names its ARN.
    #[must_use]
    pub fn is_named_by_arn(&self) -> bool {
        self.named == self.arn
    }

    /// Whether a name or an ARN may mean it; a name alone does not tell the Region.
    #[must_use]
    pub fn may_be(&self, named: &str) -> bool {
        named.rsplit_once('/').map_or(named, |(_, name)| name) == self.name()
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.named)
    }
}
