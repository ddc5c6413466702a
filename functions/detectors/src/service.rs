//! What is looked after: up to three services of one account and Region.

use std::fmt;

use remediation::{Environment, SettingError};

/// A detective service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// The customer-managed recorder of AWS Config.
    ConfigRecorder,
    /// GuardDuty.
    GuardDuty,
    /// Macie.
    Macie,
}

/// In ascending order of ids, each with the variable that opts into it.
const ALL: [(Service, &str); 3] = [
    (Service::ConfigRecorder, "PHIWARD_KEEP_CONFIG_RECORDER_ON"),
    (Service::GuardDuty, "PHIWARD_KEEP_GUARDDUTY_ON"),
    (Service::Macie, "PHIWARD_KEEP_MACIE_ON"),
];

/// What the deployment opted into.
pub(crate) fn opted(environment: &Environment<'_>) -> Result<Vec<Service>, SettingError> {
    let mut services = Vec::new();
    for (service, name) in ALL {
        match environment.required(name)?.as_str() {
            "true" => services.push(service),
            "false" => {}
            _ => return Err(SettingError::Malformed { name, what: "it must be true or false".to_owned() }),
        }
    }
    Ok(services)
}

impl Service {
    /// The service whose calls CloudTrail records with that event source.
    pub(crate) fn of_source(source: &str) -> Option<Self> {
        match source {
            "config.amazonaws.com" => Some(Self::ConfigRecorder),
            "guardduty.amazonaws.com" => Some(Self::GuardDuty),
            "macie2.amazonaws.com" => Some(Self::Macie),
            _ => None,
        }
    }

    /// What it is called in logs, metrics and notices.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ConfigRecorder => "config-recorder",
            Self::GuardDuty => "guardduty",
            Self::Macie => "macie",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: [&str; 3]) -> Result<Vec<Service>, SettingError> {
        let lookup = |name: &str| {
            let at = ALL.iter().position(|(_, known)| *known == name)?;
            Some(values[at].to_owned())
        };
        opted(&Environment(&lookup))
    }

    #[test]
    fn each_service_is_opted_into_by_itself() {
        assert_eq!(with(["false"; 3]), Ok(vec![]));
        assert_eq!(with(["true"; 3]), Ok(vec![Service::ConfigRecorder, Service::GuardDuty, Service::Macie]));
        assert_eq!(with(["false", "true", "false"]), Ok(vec![Service::GuardDuty]));
    }

    #[test]
    fn another_word_is_refused() {
        for word in ["", "yes", "True", "1"] {
            let error = with(["true", "true", word]).unwrap_err().to_string();
            assert!(error.contains("PHIWARD_KEEP_MACIE_ON"), "{error}");
        }
    }
}
