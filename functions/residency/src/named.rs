//! What an inference names as its model: an id, a profile's id, or an ARN of either.

use policy::residency::Route;
use sha2::{Digest, Sha256};

/// Application profiles are known by their ARN alone, which does not say where they lead.
pub(crate) const APPLICATION_PROFILE: &str = "application-inference-profile/";
const GLOBAL: &str = "global.";
/// Of a hash's hexadecimal digits so many stand in an id.
const DIGITS: usize = 16;

/// What was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// An id that is free of what people have chosen.
    pub(crate) id: String,
    /// Which way it takes; nothing: that has to be asked.
    pub(crate) route: Option<Route>,
}

impl Named {
    /// Reads the `modelId` of an inference, which may be missing.
    pub(crate) fn read(model: Option<&str>) -> Self {
        let bounded = |id: String| Self { id, route: Some(Route::Bounded) };
        let Some(model) = model else { return bounded("unknown".to_owned()) };
        let own_part = if model.starts_with("arn:") { model.splitn(6, ':').nth(5).unwrap_or_default() } else { model };
        let id = own_part.strip_prefix("inference-profile/").or_else(|| own_part.strip_prefix("foundation-model/"));
        let id = id.unwrap_or(own_part);
        if let Some(profile) = own_part.strip_prefix(APPLICATION_PROFILE).filter(|profile| is_profile_id(profile)) {
            return Self { id: format!("{APPLICATION_PROFILE}{profile}"), route: None };
        }
        if !is_model_id(id) {
            // Names of endpoints and of custom models are chosen by people.
            return bounded(hashed(own_part));
        }
        let route = if id.starts_with(GLOBAL) { Route::Global } else { Route::Bounded };
        Self { id: id.to_owned(), route: Some(route) }
    }
}

/// Whether it is the id that AWS gives an application profile: letters and digits.
pub(crate) fn is_profile_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether it is an id of AWS's own: `PROVIDER.MODEL`.
fn is_model_id(id: &str) -> bool {
    mantle::ModelId::parse(id).is_some()
}

fn hashed(text: &str) -> String {
    let kind = text.split_once('/').map_or("model", |(kind, _)| kind);
    let kind = if kind.len() <= 40 && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') {
        kind
    } else {
        "model"
    };
    let digest: String =
        Sha256::digest(text.as_bytes()).iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}/sha256:{digest}")
}
