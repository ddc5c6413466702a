//! What is looked after: the retention settings of one account and Region.

use std::fmt;

use mantle::ProjectId;
use policy::retention::Scope;

/// One retention setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The account setting of the Bedrock control plane.
    ControlPlane,
    /// The account setting of the bedrock-mantle plane.
    MantleAccount,
    /// The setting of a bedrock-mantle project.
    MantleProject(ProjectId),
}

impl Setting {
    /// The setting of that id, as [`Display`](fmt::Display) writes it.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        match id {
            "control-plane" => Some(Self::ControlPlane),
            "mantle-account" => Some(Self::MantleAccount),
            _ => id.strip_prefix("mantle-project/").and_then(ProjectId::parse).map(Self::MantleProject),
        }
    }

    /// Which rule it falls under.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        match self {
            Self::ControlPlane => Scope::ControlPlane,
            Self::MantleAccount => Scope::MantleAccount,
            Self::MantleProject(_) => Scope::MantleProject,
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ControlPlane => f.write_str("control-plane"),
            Self::MantleAccount => f.write_str("mantle-account"),
            Self::MantleProject(id) => write!(f, "mantle-project/{}", id.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_setting_is_called_leads_back_to_it() {
        let project = ProjectId::parse("proj_a1").unwrap();
        for setting in [Setting::ControlPlane, Setting::MantleAccount, Setting::MantleProject(project)] {
            assert_eq!(Setting::parse(&setting.to_string()), Some(setting));
        }
        assert_eq!(Setting::parse("mantle-project/../x"), None);
    }
}
