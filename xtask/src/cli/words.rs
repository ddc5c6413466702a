//! What operators write, checked before anything is asked of AWS. The function checks all of it again.

use chrono::{DateTime, Utc};
use clap::builder::PossibleValuesParser;
use evidence::Stream;
use evidence::record::parse_time;
use policy::control;

const LONGEST_RESOURCE: usize = 256;
const LONGEST_TEXT: usize = 500;

/// A record that an operator has named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordName {
    /// The bucket, if a URI named one: it must be the stack's.
    pub(crate) bucket: Option<String>,
    pub(crate) key: String,
}

pub(crate) fn control() -> PossibleValuesParser {
    PossibleValuesParser::new(control::ALL.iter().map(|control| control.id))
}

fn written(text: &str, longest: usize) -> Result<String, String> {
    let length = text.chars().count();
    if text.trim().is_empty() || length > longest {
        return Err(format!("it must have 1 to {longest} characters"));
    }
    Ok(text.to_owned())
}

pub(crate) fn resource(text: &str) -> Result<String, String> {
    written(text, LONGEST_RESOURCE)
}

pub(crate) fn text(text: &str) -> Result<String, String> {
    written(text, LONGEST_TEXT)
}

pub(crate) fn future(text: &str) -> Result<DateTime<Utc>, String> {
    let time = parse_time(text).ok_or("not a time of RFC 3339, as 2026-01-02T00:00:00Z")?;
    if time <= DateTime::<Utc>::from(std::time::SystemTime::now()) {
        return Err("it is in the past".to_owned());
    }
    Ok(time)
}

pub(crate) fn record(text: &str) -> Result<RecordName, String> {
    let (bucket, key) = match text.strip_prefix("s3://").map(|uri| uri.split_once('/')) {
        None => (None, text),
        Some(Some((bucket, key))) if !bucket.is_empty() => (Some(bucket.to_owned()), key),
        Some(_) => return Err("it names no object: s3://BUCKET/KEY".to_owned()),
    };
    if Stream::parse_key(key).is_none() {
        return Err("not the key of a record: evidence/<control>/<32 digits>/<number>.json".to_owned());
    }
    Ok(RecordName { bucket, key: key.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{future, record, resource, text};

    #[test]
    fn a_record_is_named_by_key_or_uri() {
        let key = format!("evidence/buckets.tls-only/{}/00000002.json", "ab".repeat(16));
        let named = record(&key).unwrap();
        assert_eq!((named.bucket, named.key), (None, key.clone()));
        let named = record(&format!("s3://bucket-a/{key}")).unwrap();
        assert_eq!((named.bucket.as_deref(), named.key), (Some("bucket-a"), key.clone()));
        for wrong in
            ["", "x", "s3://", "s3://bucket", "s3:///evidence/x", &format!("/{key}"), &format!("s3://b/p/{key}")]
        {
            assert!(record(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn texts_have_something_to_say_and_an_end() {
        assert!(text("why").is_ok() && text("  ").is_err() && text(&"x".repeat(501)).is_err());
        assert!(resource("phi-*").is_ok() && resource("").is_err() && resource(&"x".repeat(257)).is_err());
    }

    #[test]
    fn nothing_ends_in_the_past() {
        assert!(future("2999-01-01T00:00:00+01:00").is_ok());
        assert!(future("2020-01-01T00:00:00Z").is_err() && future("tomorrow").is_err());
    }
}
