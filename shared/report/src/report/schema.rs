//! The published schema of the report: made from its types.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::json;

use super::{Report, SCHEMA};

/// The JSON Schema of a report: every member stands there, `null` if there is nothing to say.
#[must_use]
pub fn schema() -> Schema {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>();
    schema.insert("title".to_owned(), json!("Phiward readiness report"));
    let description = format!(
        "The readiness of one account and Region ({SCHEMA}): the HIPAA-readiness checklist, filled in from live state. Lies \
         beside its HTML form as readiness/<run.id>/report.json in the evidence bucket."
    );
    schema.insert("description".to_owned(), json!(description));
    schema
}
