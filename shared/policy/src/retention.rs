//! Data retention: Bedrock keeps and shares nothing (guide step S3).
//!
//! Only mode `none` is zero data retention. Every other word is drift, also one that AWS adds later: a fifth mode came
//! after the guide was written. The account setting exists on two planes, and a bedrock-mantle project overrides its
//! account, so each is looked at by itself.

use serde::Serialize;

use crate::control::{self, Control};
use crate::decision::Violation;

/// The mode that the baseline asks for.
pub const NONE: &str = "none";

/// Which of the retention settings is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The account setting of the Bedrock control plane.
    ControlPlane,
    /// The account setting of the bedrock-mantle plane.
    MantleAccount,
    /// The setting of a bedrock-mantle project.
    MantleProject,
}

impl Scope {
    const fn control(self) -> &'static Control {
        match self {
            Self::ControlPlane => &control::RETENTION_CONTROL_PLANE,
            Self::MantleAccount => &control::RETENTION_MANTLE_ACCOUNT,
            Self::MantleProject => &control::RETENTION_MANTLE_PROJECTS,
        }
    }
}

/// What AWS says the setting is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Observation {
    /// A mode is set, in AWS's own word.
    Set {
        /// `none`, `default`, `inherit`, `aws_review`, `provider_data_share`, or one not known yet.
        mode: String,
    },
    /// The answer names no mode.
    Unset,
    /// The plane has no endpoint here.
    Unreachable,
}

/// The one repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Sets mode `none`.
    PutNone,
}

/// The violations of one setting.
#[must_use]
pub fn assess(scope: Scope, seen: &Observation) -> Vec<Violation<Step>> {
    match seen {
        Observation::Set { mode } if mode == NONE => Vec::new(),
        Observation::Set { .. } | Observation::Unset => vec![Violation::steps(scope.control(), vec![Step::PutNone])],
        Observation::Unreachable => vec![Violation::person(
            scope.control(),
            "bedrock-mantle can't be reached in this Region: if it is offered here, give the function a way to its \
             endpoint; if not, exempt this control",
        )],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Remedy;

    #[test]
    fn only_none_is_compliant() {
        let set = |mode: &str| Observation::Set { mode: mode.to_owned() };
        assert!(assess(Scope::ControlPlane, &set("none")).is_empty());
        for seen in [
            set("default"),
            set("inherit"),
            set("aws_review"),
            set("provider_data_share"),
            set("None"),
            set("brand_new"),
            Observation::Unset,
        ] {
            for scope in [Scope::ControlPlane, Scope::MantleAccount, Scope::MantleProject] {
                let found = assess(scope, &seen);
                assert_eq!(found, [Violation::steps(scope.control(), vec![Step::PutNone])], "{seen:?}");
            }
        }
    }

    #[test]
    fn an_unreachable_plane_needs_a_person_and_is_never_a_pass() {
        let found = assess(Scope::MantleAccount, &Observation::Unreachable);
        assert!(matches!(found.as_slice(), [Violation { remedy: Remedy::Person(_), .. }]));
    }
}
