//! Where inference may run, and with which models.

use serde::Deserialize;

/// What is asked of inference, besides the Regions, which are the deployment's to name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Residency {
    /// Whether an application inference profile that is copied from a Global one is deleted; else it is reported.
    pub delete_global_profiles: bool,
    /// The ids of the models that may be used, with or without their version; empty: that is not looked at.
    pub approved_models: Vec<String>,
    /// A model that was invoked within so many hours is in use.
    pub in_use_hours: u32,
}

/// CloudWatch keeps values by the hour for longer than anybody would ask for.
const LONGEST_HOURS: u32 = 24 * 30;

impl Residency {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.in_use_hours == 0 || self.in_use_hours > LONGEST_HOURS {
            return Err(format!("in_use_hours must be 1 to {LONGEST_HOURS}"));
        }
        let plain = |id: &str| {
            let letters = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte));
            letters
                && id.len() <= 128
                && id.split_once('.').is_some_and(|(provider, model)| !provider.is_empty() && !model.is_empty())
        };
        match self.approved_models.iter().find(|id| !plain(id)) {
            Some(bad) => Err(format!("`{bad}` is not the id of a model: PROVIDER.MODEL, without Region or ARN")),
            None => Ok(()),
        }
    }
}
