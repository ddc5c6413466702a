//! `local emit`: saved events on the bus.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Controls;
use crate::console;
use crate::failure::Failure;

/// A bad file is named and does not stop the others.
pub(crate) fn run(controls: &Controls, files: &[PathBuf]) -> Result<(), Failure> {
    let mut bad = false;
    for file in files {
        match emit(controls, file) {
            Ok(line) => console::result(&line),
            Err(failure @ (Failure::Unreachable { .. } | Failure::Interrupted)) => {
                return Err(failure);
            }
            Err(failure) => {
                bad = true;
                console::error(&failure);
            }
        }
    }
    if bad { Err(Failure::Reported) } else { Ok(()) }
}

fn emit(controls: &Controls, file: &Path) -> Result<String, Failure> {
    crate::interrupt::check()?;
    let event = std::fs::read(file).map_err(Failure::file("read", file))?;
    let answer: Map<String, Value> = controls.post("emit", event).map_err(|failure| match failure {
        Failure::Refused { body, .. } => {
            Failure::Other(format!("`{}` is not an event: {}", file.display(), reason(&body)))
        }
        other => other,
    })?;
    let mut line = Map::new();
    line.insert("file".into(), Value::String(file.display().to_string()));
    line.extend(answer);
    Ok(Value::Object(line).to_string())
}

/// The text of the local AWS's error answer.
fn reason(body: &str) -> String {
    let text = |value: Value| {
        ["error", "message"].iter().find_map(|name| value.get(*name).and_then(Value::as_str).map(str::to_owned))
    };
    serde_json::from_str(body).ok().and_then(text).unwrap_or_else(|| body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn the_reason_is_the_error_text_or_else_the_whole_answer() {
        assert_eq!(reason(r#"{"error": "no detail"}"#), "no detail");
        assert_eq!(reason("<html>"), "<html>");
    }
}
