//! The published schema of the records: made from their types, as they are written.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::canonical::DIGEST;
use crate::record::{Record, SCHEMA};

/// The JSON Schema of a record as it lies in the bucket: every member stands there, `null` if there is nothing
/// to say; only `losses` may be absent.
#[must_use]
pub fn schema() -> Schema {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Record>();
    schema.insert("title".to_owned(), json!("Phiward evidence record"));
    let description = format!(
        "One immutable record ({SCHEMA}) of one decision about one control of one resource, or of one action of an \
         operator. Written in canonical form (RFC 8785) below evidence/<chain.stream>/<chain.sequence, 8 digits>.json."
    );
    schema.insert("description".to_owned(), json!(description));
    schema.insert("unevaluatedProperties".to_owned(), json!(false));
    let digest = json!({
        "description": "The SHA-256, in hexadecimal, of the canonical form of this record without this member.",
        "type": "string",
        "pattern": "^[0-9a-f]{64}$",
    });
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(DIGEST.to_owned(), digest);
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.push(json!(DIGEST));
    }
    schema
}
