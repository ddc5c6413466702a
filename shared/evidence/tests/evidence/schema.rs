//! The committed schema is the one of the types, and real records are valid by it.

use std::path::Path;

use crate::bundles::{self, Writer, operation};
use boon::{Compiler, SchemaIndex, Schemas};
use evidence::{Body, Cut, Held};
use policy::Outcome;
use serde_json::{Value, json};

fn made() -> Value {
    evidence::schema::schema().to_value()
}

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/evidence.schema.json");
    let text = serde_json::to_string_pretty(&made()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "docs/evidence.schema.json is not the schema of the types: UPDATE_SCHEMA=1 cargo test -p evidence"
    );
}

/// Whether records are valid by the schema.
struct Validator(Schemas, SchemaIndex);

impl Validator {
    fn new() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        compiler.add_resource("record.json", made()).unwrap();
        let index = compiler.compile("record.json", &mut schemas).unwrap();
        Self(schemas, index)
    }

    fn takes(&self, record: &Value) -> bool {
        self.0.validate(record, self.1).is_ok()
    }
}

fn kinds() -> Vec<Value> {
    let chain = Writer::of("buckets.tls-only", "phi-a").lived();
    let held = [
        Held::Pause { actor: "arn".into() },
        Held::Budget { repairs: 5, actors: vec!["arn".into()], until: "2026-03-04T12:00:00Z".into() },
        Held::Breaker { resources: 20, until: "2026-03-04T12:00:00Z".into() },
    ];
    let chain = held
        .into_iter()
        .fold(chain, |chain, held| chain.outcome(Outcome::Escalated, |decided| decided.held = Some(held)));
    let chain = chain.outcome(Outcome::Failed, |decided| {
        decided.error = Some(Cut { code: "Unverified".into(), message: "no effect".into() });
        decided.after = Some(json!({"policy": null}));
        decided.event.actor = Some("arn".into());
        decided.losses = vec!["the earlier logs".into()];
        (decided.undo_of, decided.recovered) = (Some("evidence/x".into()), Some("request-0".into()));
    });
    let operations = Writer::operations().append(operation(bundles::long_ago()));
    let all = chain.sealed.iter().chain(&operations.sealed);
    all.map(|(_, bytes)| serde_json::from_slice(bytes).unwrap()).collect()
}

#[test]
fn a_sealed_record_of_each_kind_is_valid() {
    let kinds = kinds();
    for kind in ["intent", "outcome", "operation"] {
        assert!(kinds.iter().any(|record| record["kind"] == kind), "{kind}");
    }
    let validator = Validator::new();
    for record in kinds {
        assert!(validator.takes(&record), "{record}");
    }
}

#[test]
fn every_member_that_is_written_must_be_there_and_no_other() {
    let validator = Validator::new();
    for record in kinds() {
        for member in record.as_object().unwrap().keys().filter(|member| *member != "losses") {
            let mut other = record.clone();
            other.as_object_mut().unwrap().remove(member);
            assert!(!validator.takes(&other), "without {member}");
        }
        let mut other = record.clone();
        other["more"] = json!(1);
        assert!(!validator.takes(&other));
        for (member, wrong) in
            [("kind", json!("guess")), ("schema", json!("phiward-evidence/0")), ("sha256", json!("x"))]
        {
            let mut other = record.clone();
            other[member] = wrong;
            assert!(!validator.takes(&other), "{member}");
        }
    }
}

#[test]
fn a_record_reads_back_as_what_was_written() {
    for written in kinds() {
        let record: evidence::Record = serde_json::from_value(written.clone()).unwrap();
        assert!(matches!(&record.body, Body::Operation(_)) == (written["kind"] == "operation"));
        let again: Value = serde_json::from_slice(&record.seal().unwrap().bytes).unwrap();
        assert_eq!(again, written);
    }
}
