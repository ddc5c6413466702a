//! `local faults`: API calls that are to fail.

use serde_json::{Value, json};

use super::Controls;
use crate::cli::FaultsCommand;
use crate::console;
use crate::failure::Failure;

pub(crate) fn run(controls: &Controls, command: FaultsCommand) -> Result<(), Failure> {
    let answer: Value = match command {
        FaultsCommand::Add { service, operation, error, count } => {
            let fault = json!({"service": service, "operation": operation, "error": error, "count": count});
            controls.post("faults", fault.to_string().into_bytes())?
        }
        FaultsCommand::Clear => controls.delete("faults")?,
        FaultsCommand::List => controls.get("faults")?,
    };
    match answer.get("faults").and_then(Value::as_array) {
        Some(faults) => faults.iter().for_each(|fault| console::result(&fault.to_string())),
        None => console::result(&answer.to_string()),
    }
    Ok(())
}
