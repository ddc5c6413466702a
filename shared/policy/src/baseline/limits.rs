//! How far repairs and exemptions may go.

use serde::Deserialize;

/// How often one control of one resource may be repaired, before Phiward stops and asks a person.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repairs {
    /// Verified repairs in the window.
    pub budget: u32,
    /// The window, in minutes.
    pub window_minutes: u32,
}

impl Default for Repairs {
    fn default() -> Self {
        Self { budget: 5, window_minutes: 60 }
    }
}

/// What may be exempt, and for how long.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemptions {
    /// The longest time, in days.
    pub longest_days: u32,
    /// The ids of controls that can't be exempt at all.
    pub never: Vec<String>,
}

impl Default for Exemptions {
    fn default() -> Self {
        Self { longest_days: 90, never: Vec::new() }
    }
}
