//! What is looked after: the keys that the deployment names, by their ARNs.

use std::fmt;

use remediation::{Environment, SettingError, Settings};

const DATA: &str = "PHIWARD_DATA_KEY_ARN";
const OWN: &str = "PHIWARD_OWN_KEY_ARN";
const FURTHER: &str = "PHIWARD_KEY_ARNS";

/// A named key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    arn: String,
}

impl Key {
    /// Takes the ARN of a key of that account and Region; not of an alias, which can be pointed elsewhere.
    fn parse(arn: &str, home: &Settings) -> Option<Self> {
        let prefix = format!("arn:{}:kms:{}:{}:key/", home.partition, home.region, home.account);
        let id = arn.strip_prefix(&prefix)?;
        let plain =
            !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        plain.then(|| Self { arn: arn.to_owned() })
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.arn)
    }
}

/// All named keys.
pub(crate) struct Keys {
    sorted: Vec<Key>,
    /// Phiward's own.
    own: Key,
}

impl Keys {
    pub(crate) fn read(environment: &Environment<'_>, home: &Settings) -> Result<Self, SettingError> {
        let parse = |name: &'static str, arn: &str| {
            Key::parse(arn, home).ok_or_else(|| SettingError::Malformed {
                name,
                what: format!(
                    "it must name keys of account {} in {} by their ARNs (not aliases), separated by commas",
                    home.account, home.region
                ),
            })
        };
        let own = parse(OWN, &environment.required(OWN)?)?;
        let mut sorted = vec![own.clone(), parse(DATA, &environment.required(DATA)?)?];
        let further = environment.optional(FURTHER).unwrap_or_default();
        for arn in further.split(',').map(str::trim).filter(|arn| !arn.is_empty()) {
            sorted.push(parse(FURTHER, arn)?);
        }
        sorted.sort();
        sorted.dedup();
        Ok(Self { sorted, own })
    }

    /// In ascending order.
    pub(crate) fn all(&self) -> &[Key] {
        &self.sorted
    }

    /// The named key with this ARN, or this id: CloudTrail writes either.
    pub(crate) fn find(&self, named: &str) -> Option<&Key> {
        self.sorted.iter().find(|key| key.arn == named || key.id() == named)
    }

    /// Whether it is Phiward's own.
    pub(crate) fn is_own(&self, key: &Key) -> bool {
        self.own == *key
    }
}
