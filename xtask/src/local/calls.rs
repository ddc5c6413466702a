//! `local calls`: the API calls made.

use serde::Deserialize;
use serde_json::Value;

use super::Controls;
use super::controls::encode;
use crate::console;
use crate::failure::Failure;

#[derive(Debug, Deserialize)]
struct Calls {
    calls: Vec<Value>,
}

pub(crate) fn run(controls: &Controls, since: Option<&str>) -> Result<(), Failure> {
    let what = match since {
        Some(time) => format!("calls?since={}", encode(time)),
        None => "calls".to_owned(),
    };
    let listed: Calls = controls.get(&what).map_err(|failure| match (failure, since) {
        (Failure::Refused { .. }, Some(time)) => Failure::Other(format!(
            "`{time}` is not a time: give RFC 3339, as 2026-01-02T03:04:05Z, or seconds since 1970"
        )),
        (other, _) => other,
    })?;
    for call in listed.calls {
        console::result(&call.to_string());
    }
    Ok(())
}
