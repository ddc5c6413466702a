//! Event patterns that hear of a trail that is stopped.

use serde_json::{Map, Value};

/// The call that stops one.
pub(super) const CALL: &str = "StopLogging";

/// What a rule for it lets through.
pub(super) const PATTERN: &str =
    r#"{"source":["aws.cloudtrail"],"detail":{"eventName":["StopLogging","DeleteTrail"]}}"#;

/// Members of the event that are known here, with what they are in the event of that call.
const EVENT: [(&str, &str); 2] = [("source", "aws.cloudtrail"), ("detail-type", "AWS API Call via CloudTrail")];
const DETAIL: [(&str, &str); 2] = [("eventSource", "cloudtrail.amazonaws.com"), ("eventName", CALL)];

/// Whether a pattern lets the call through, whoever makes it for whichever trail. A member that is not known here may narrow it, so
/// such a pattern counts for nothing; nor does one that is for no service and no call.
pub(super) fn hears(pattern: &str) -> bool {
    let Ok(Value::Object(event)) = serde_json::from_str(pattern) else { return false };
    let none = Map::new();
    let detail = match event.get("detail") {
        None => &none,
        Some(Value::Object(detail)) => detail,
        Some(_) => return false,
    };
    let mut rest = event.iter().filter(|(name, _)| *name != "detail");
    let aimed =
        detail.keys().chain(event.keys()).any(|name| matches!(name.as_str(), "source" | "eventSource" | "eventName"));
    aimed && rest.all(|member| lets(member, &EVENT)) && detail.iter().all(|member| lets(member, &DETAIL))
}

/// Whether a member of the pattern has the event's own word among its words.
fn lets((name, words): (&String, &Value), known: &[(&str, &str)]) -> bool {
    let word = known.iter().find(|(member, _)| member == name);
    let words = words.as_array().map(Vec::as_slice).unwrap_or_default();
    word.is_some_and(|(_, word)| words.iter().any(|each| each == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_hears_the_call_by_its_name_or_by_its_source() {
        for (pattern, expected) in [
            (PATTERN, true),
            (r#"{"source":["aws.cloudtrail"]}"#, true),
            (r#"{"source":["aws.cloudtrail"],"detail":{"eventName":["StopLogging"]}}"#, true),
            (r#"{"source":["aws.cloudtrail"],"detail-type":["AWS API Call via CloudTrail"]}"#, true),
            (r#"{"detail":{"eventName":["DeleteTrail","StopLogging"]}}"#, true),
            (r#"{"detail":{"eventSource":["cloudtrail.amazonaws.com"]}}"#, true),
            (r#"{"source":["aws.cloudtrail"],"detail":{"eventName":["DeleteTrail"]}}"#, false),
            (r#"{"source":["aws.s3"],"detail":{"eventName":["StopLogging"]}}"#, false),
            (r#"{"source":["aws.s3"]}"#, false),
            (r#"{"source":["aws.cloudtrail"],"detail":{"eventName":[{"prefix":"Delete"}]}}"#, false),
            (r#"{"source":"aws.cloudtrail"}"#, false),
            ("{}", false),
            ("[]", false),
            ("?", false),
        ] {
            assert_eq!(hears(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_is_narrowed_hears_nothing_for_certain() {
        for more in [
            r#""detail-type":["AWS Service Event via CloudTrail"]"#,
            r#""account":["444455556666"]"#,
            r#""resources":["arn:aws:cloudtrail:us-east-1:111122223333:trail/other"]"#,
            r#""detail":{"eventName":["StopLogging"],"requestParameters":{"name":["other"]}}"#,
            r#""detail":{"eventName":["StopLogging"],"userIdentity":{"type":["Root"]}}"#,
            r#""detail":["StopLogging"]"#,
            r#""$or":[{"source":["aws.s3"]}]"#,
        ] {
            let pattern = format!(r#"{{"source":["aws.cloudtrail"],{more}}}"#);
            assert!(serde_json::from_str::<Value>(&pattern).is_ok(), "{pattern}");
            assert!(!hears(&pattern), "{pattern}");
        }
    }
}
