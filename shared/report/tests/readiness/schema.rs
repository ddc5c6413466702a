//! The committed schema is the one of the types, and reports are valid by it.

use std::path::Path;

use boon::{Compiler, Schemas};
use serde_json::{Value, json};

use crate::example;
use crate::made_up::{findings, made};

fn schema() -> Value {
    report::schema().to_value()
}

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/readiness.schema.json");
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "docs/readiness.schema.json is not the schema of the types: UPDATE_SCHEMA=1 cargo test -p report"
    );
}

fn reports() -> [Value; 2] {
    [made(&findings()), example::report()].map(|report| serde_json::to_value(report).unwrap())
}

#[test]
fn reports_are_valid_and_nothing_else_is() {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("report.json", schema()).unwrap();
    let index = compiler.compile("report.json", &mut schemas).unwrap();
    let takes = |report: &Value| schemas.validate(report, index).map_err(|error| error.to_string());
    for report in reports() {
        takes(&report).unwrap();
        for member in report.as_object().unwrap().keys() {
            let mut other = report.clone();
            other.as_object_mut().unwrap().remove(member);
            assert!(takes(&other).is_err(), "without {member}");
        }
        let wrong = [
            ("/schema", json!("phiward-readiness/0")),
            ("/run/made", json!("yesterday")),
            ("/run/mode", json!("repair")),
            ("/verdict/counts/pass", json!(-1)),
            ("/groups/0/boxes/0/answer", json!("maybe")),
            ("/groups/0/boxes/0/sources/0/answer", json!("maybe")),
        ];
        for (place, value) in wrong {
            let mut other = report.clone();
            *other.pointer_mut(place).unwrap() = value;
            assert!(takes(&other).is_err(), "{place}");
        }
        for place in
            ["", "/run", "/groups/0", "/groups/0/boxes/0", "/groups/0/boxes/0/sources/0", "/changes", "/repairs"]
        {
            let mut other = report.clone();
            other.pointer_mut(place).unwrap()["more"] = json!(1);
            assert!(takes(&other).is_err(), "more in {place}");
        }
    }
}

#[test]
fn a_report_reads_back_as_what_was_written() {
    for written in reports() {
        let read: report::Report = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), written);
    }
}
