//! The five words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The word of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// It is so.
    Pass,
    /// It is not so.
    Fail,
    /// A person says that it is so.
    Attested,
    /// There is nothing of which it could be so.
    NotApplicable,
    /// Nobody can tell.
    Unknown,
}

impl Word {
    /// Every word.
    pub const ALL: [Self; 5] = [Self::Fail, Self::Unknown, Self::Attested, Self::Pass, Self::NotApplicable];

    /// As the JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Attested => "attested",
            Self::NotApplicable => "not-applicable",
            Self::Unknown => "unknown",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::Fail => "Fail",
            Self::Attested => "Attested",
            Self::NotApplicable => "Not applicable",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether a box with this answer is ready.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Pass | Self::Attested | Self::NotApplicable)
    }

    /// Of several answers that must all hold, the one with the highest rank is the answer.
    pub(super) const fn rank(self) -> u8 {
        match self {
            Self::NotApplicable => 0,
            Self::Pass => 1,
            Self::Attested => 2,
            Self::Unknown => 3,
            Self::Fail => 4,
        }
    }
}
