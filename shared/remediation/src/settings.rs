//! What the deployment says, read from the environment once, at the start.

use policy::Mode;
use policy::globs::Glob;
use policy::sets::BucketSets;

/// A missing or malformed variable; the function does not start.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Not set, or empty.
    #[error("the environment variable {0} is not set; deploy with the project's template, which sets it")]
    Missing(&'static str),
    /// Set to something else.
    #[error("the environment variable {name} is malformed: {what}")]
    Malformed {
        /// The variable.
        name: &'static str,
        /// What is wrong.
        what: String,
    },
}

/// The environment; a function, so that tests need not touch the process's own.
pub struct Environment<'a>(pub &'a dyn Fn(&str) -> Option<String>);

impl Environment<'_> {
    /// A text that must be there.
    ///
    /// # Errors
    /// When it is not set or empty.
    pub fn required(&self, name: &'static str) -> Result<String, SettingError> {
        self.optional(name).ok_or(SettingError::Missing(name))
    }

    /// A text that may be absent or empty.
    #[must_use]
    pub fn optional(&self, name: &'static str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// A number that must be there, at least 1.
    ///
    /// # Errors
    /// When it is not set, or no such number.
    pub fn count(&self, name: &'static str) -> Result<u32, SettingError> {
        let malformed = || SettingError::Malformed { name, what: "it must be a whole number, at least 1".to_owned() };
        self.required(name)?.parse().ok().filter(|count| *count > 0).ok_or_else(malformed)
    }

    /// A list of bucket names or globs; absent is empty.
    ///
    /// # Errors
    /// When an item is not a name or glob.
    pub fn globs(&self, name: &'static str) -> Result<Vec<Glob>, SettingError> {
        Glob::list(&self.optional(name).unwrap_or_default())
            .map_err(|error| SettingError::Malformed { name, what: error.to_string() })
    }

    /// The deployment's bucket sets.
    ///
    /// # Errors
    /// When an item of a list is not a name or glob.
    pub fn bucket_sets(&self) -> Result<BucketSets, SettingError> {
        Ok(BucketSets {
            log_destinations: self.globs("PHIWARD_LOG_DESTINATIONS")?,
            phi_buckets: self.globs("PHIWARD_PHI_BUCKETS")?,
            own: self.globs("PHIWARD_OWN_BUCKETS")?,
        })
    }
}

/// What every duty needs to know of its deployment.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The mode of every control that the baseline doesn't hold back.
    pub mode: Mode,
    /// Twelve digits.
    pub account: String,
    /// `us-east-1`.
    pub region: String,
    /// `aws`, `aws-us-gov`, `aws-cn`.
    pub partition: String,
    /// The name of the evidence bucket.
    pub evidence_bucket: String,
    /// The name of the ledger's table.
    pub ledger_table: String,
    /// How many resources one control may change within an hour.
    pub max_resources_per_hour: u32,
    /// The name of the event bus that outcomes are sent to.
    pub event_bus: String,
    /// An S3 object that replaces the compiled baseline.
    pub baseline: Option<BaselineUri>,
    /// The function's name.
    pub function_name: String,
    /// The function's published version.
    pub function_version: String,
}

/// `s3://bucket/key`, and a version of it if one is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineUri {
    /// The bucket.
    pub bucket: String,
    /// The object's key; a deployment's setting, no PHI.
    pub key: String,
    /// The object's version.
    pub version_id: Option<String>,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// That of the first variable that is missing or malformed.
    pub fn read(environment: &Environment<'_>) -> Result<Self, SettingError> {
        let mode = environment.required("PHIWARD_MODE")?;
        let account = environment.required("PHIWARD_ACCOUNT_ID")?;
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SettingError::Malformed {
                name: "PHIWARD_ACCOUNT_ID",
                what: "it must be 12 digits".to_owned(),
            });
        }
        let local = |name| environment.optional(name).unwrap_or_else(|| "local".to_owned());
        Ok(Self {
            mode: mode.parse().map_err(|error: policy::control::UnknownMode| SettingError::Malformed {
                name: "PHIWARD_MODE",
                what: error.to_string(),
            })?,
            account,
            region: environment.required("AWS_REGION")?,
            partition: environment.required("PHIWARD_PARTITION")?,
            evidence_bucket: environment.required("PHIWARD_EVIDENCE_BUCKET")?,
            ledger_table: environment.required("PHIWARD_LEDGER_TABLE")?,
            max_resources_per_hour: environment.count("PHIWARD_MAX_RESOURCES_PER_HOUR")?,
            event_bus: environment.required("PHIWARD_EVENT_BUS")?,
            baseline: environment.optional("PHIWARD_BASELINE_URI").map(|uri| baseline_uri(&uri)).transpose()?,
            function_name: local("AWS_LAMBDA_FUNCTION_NAME"),
            function_version: local("AWS_LAMBDA_FUNCTION_VERSION"),
        })
    }
}

fn baseline_uri(uri: &str) -> Result<BaselineUri, SettingError> {
    let malformed = || SettingError::Malformed {
        name: "PHIWARD_BASELINE_URI",
        what: "it must be s3://bucket/key or s3://bucket/key?versionId=id".to_owned(),
    };
    let (bucket, rest) = uri.strip_prefix("s3://").and_then(|rest| rest.split_once('/')).ok_or_else(malformed)?;
    let (key, version_id) = match rest.split_once("?versionId=") {
        Some((key, version)) => (key, Some(version.to_owned())),
        None => (rest, None),
    };
    if bucket.is_empty() || key.is_empty() || version_id.as_deref() == Some("") {
        return Err(malformed());
    }
    Ok(BaselineUri { bucket: bucket.to_owned(), key: key.to_owned(), version_id })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &[(&str, &str)] = &[
        ("PHIWARD_MODE", "enforce"),
        ("PHIWARD_ACCOUNT_ID", "000000000000"),
        ("PHIWARD_PARTITION", "aws"),
        ("PHIWARD_EVIDENCE_BUCKET", "evidence"),
        ("PHIWARD_LEDGER_TABLE", "ledger"),
        ("PHIWARD_MAX_RESOURCES_PER_HOUR", "20"),
        ("PHIWARD_EVENT_BUS", "default"),
        ("AWS_REGION", "us-east-1"),
    ];

    fn read_with(changes: &[(&str, &str)]) -> Result<Settings, SettingError> {
        let lookup = |name: &str| {
            let all = changes.iter().chain(GOOD);
            all.clone().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        Settings::read(&Environment(&lookup))
    }

    #[test]
    fn every_missing_variable_is_named() {
        assert!(read_with(&[]).is_ok());
        for (name, _) in GOOD {
            assert!(read_with(&[(name, "")]).unwrap_err().to_string().contains(name));
        }
    }

    #[test]
    fn malformed_variables_are_named_with_what_is_allowed() {
        let mode = read_with(&[("PHIWARD_MODE", "Enforce")]).unwrap_err().to_string();
        assert!(mode.contains("PHIWARD_MODE") && mode.contains("off, detect or enforce"), "{mode}");
        assert!(read_with(&[("PHIWARD_ACCOUNT_ID", "12")]).is_err());
        for count in ["0", "-1", "x", "1.5"] {
            assert!(read_with(&[("PHIWARD_MAX_RESOURCES_PER_HOUR", count)]).is_err(), "{count}");
        }
        for uri in ["https://x/y", "s3://bucket", "s3://bucket/", "s3:///key", "s3://b/k?versionId="] {
            assert!(read_with(&[("PHIWARD_BASELINE_URI", uri)]).is_err(), "{uri}");
        }
        let uri = read_with(&[("PHIWARD_BASELINE_URI", "s3://b/a/k.toml?versionId=v1")]).unwrap().baseline.unwrap();
        assert_eq!((uri.bucket.as_str(), uri.key.as_str(), uri.version_id.as_deref()), ("b", "a/k.toml", Some("v1")));
    }
}
