//! The deployed functions' own reading halves, used here with the caller's credentials: what they would see is what is told.

use policy::{Baseline, Mode};
use remediation::clients::{CallCounter, s3};
use remediation::{Environment, SettingError, Settings};
use residency::Residency;
use retention::Retention;

use crate::caller::Caller;

/// The baseline of this clone.
const BASELINE: &str = include_str!("../../../baseline.toml");
/// 30 days, the longest that a baseline may ask for.
const IN_USE_HOURS: u32 = 24 * 30;

/// The duties that are asked.
pub(crate) struct Parts {
    /// Models in use, and what they allow.
    pub(crate) residency: Result<Residency, String>,
    /// Data retention, on both planes.
    pub(crate) retention: Result<Retention, String>,
}

impl Parts {
    /// Of the caller's configuration. What a deploy would make, and reading does not need, is empty.
    pub(crate) fn of(caller: &Caller, mantle_signing_name: &str) -> Self {
        let environment = |name: &str| match name {
            "PHIWARD_INFERENCE_REGIONS" => Some(caller.region.clone()),
            "PHIWARD_MANTLE_SIGNING_NAME" => Some(mantle_signing_name.to_owned()),
            // The configuration file may name it, as well as the environment.
            "AWS_ENDPOINT_URL" => caller.sdk.endpoint_url().map(str::to_owned),
            other => std::env::var(other).ok(),
        };
        let made = made(caller, &Environment(&environment));
        match made {
            Ok((residency, retention)) => Self { residency: Ok(residency), retention: Ok(retention) },
            Err(error) => Self { residency: Err(error.clone()), retention: Err(error) },
        }
    }
}

fn made(caller: &Caller, environment: &Environment<'_>) -> Result<(Residency, Retention), String> {
    let mut baseline = Baseline::parse(BASELINE).map_err(|error| format!("baseline.toml: {error}"))?;
    baseline.residency.in_use_hours = IN_USE_HOURS;
    let settings = Settings {
        mode: Mode::Detect,
        account: caller.account.clone(),
        region: caller.region.clone(),
        partition: caller.partition().to_owned(),
        evidence_bucket: String::new(),
        ledger_table: String::new(),
        max_resources_per_hour: 1,
        event_bus: String::new(),
        baseline: None,
        function_name: "preflight".to_owned(),
        function_version: String::new(),
    };
    let calls = CallCounter::default();
    let parts = remediation::Parts {
        sdk: &caller.sdk,
        environment,
        settings: &settings,
        baseline: &baseline,
        s3: s3(&caller.sdk, &calls),
        calls,
    };
    let said = |error: SettingError| error.to_string();
    Ok((Residency::new(&parts).map_err(said)?, Retention::new(&parts).map_err(said)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::caller;

    #[test]
    fn the_duties_are_made_without_a_deployment() {
        let parts = Parts::of(&caller("arn:aws:iam::111122223333:user/jane"), "bedrock-mantle");
        assert!(parts.residency.is_ok(), "{:?}", parts.residency.err());
        assert!(parts.retention.is_ok(), "{:?}", parts.retention.err());
    }
}
