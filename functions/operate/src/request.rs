//! What comes in: a person's request, a look by hand, or the schedule.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::Refusal;

/// What the event is.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// The schedule, or the end of a deploy.
    Heartbeat,
    /// A request through the function URL, by a caller whom Lambda has authenticated.
    Url {
        /// The caller's ARN.
        caller: String,
        /// What it asks for.
        action: Action,
    },
    /// An event without `requestContext`: it may look.
    Direct(Show),
}

/// What a person may ask for.
#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Action {
    /// Exempt a resource from a control until a day.
    Exempt(Exempt),
    /// End an exemption.
    Revoke(Revoke),
    /// Restore the before-state of a record.
    Undo(OfRecord),
    /// Bring a quarantined version back.
    Release(OfRecord),
    /// Stop all repairs.
    Pause(Pause),
    /// Let repairs go on.
    Resume(Resume),
    /// Let a spent budget, or an open breaker, begin anew.
    ResetBudget(ResetBudget),
    /// Look.
    Show(Show),
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exempt {
    pub(crate) control: String,
    pub(crate) resource: String,
    pub(crate) reason: String,
    pub(crate) owner: String,
    /// RFC 3339.
    pub(crate) expires: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revoke {
    pub(crate) control: String,
    pub(crate) resource: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfRecord {
    /// The record's key, or its S3 URI.
    pub(crate) evidence: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pause {
    pub(crate) reason: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resume {}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetBudget {
    pub(crate) control: String,
    /// Without it: the control's breaker, and the budgets of all its resources.
    pub(crate) resource: Option<String>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Show {
    pub(crate) control: Option<String>,
    pub(crate) resource: Option<String>,
}

impl Incoming {
    /// Reads an event; a refusal comes with whether it is to be answered over HTTP.
    pub(crate) fn read(payload: &Value) -> Result<Self, (Refusal, bool)> {
        if let Some(context) = payload.get("requestContext") {
            return read_url(payload, context).map_err(|refusal| (refusal, true));
        }
        if payload.get("detail-type").is_some() {
            return Ok(Self::Heartbeat);
        }
        match parse(payload.clone()) {
            Ok(Action::Show(show)) => Ok(Self::Direct(show)),
            Ok(_) => Err((Refusal::forbidden("only `show` may be asked for without the function URL"), false)),
            Err(refusal) => Err((refusal, false)),
        }
    }
}

fn read_url(payload: &Value, context: &Value) -> Result<Incoming, Refusal> {
    let caller = context.pointer("/authorizer/iam/userArn").and_then(Value::as_str);
    let caller = caller.ok_or_else(|| Refusal::forbidden("the request has no authenticated caller"))?;
    let method = context.pointer("/http/method").and_then(Value::as_str);
    if method != Some("POST") {
        return Err(Refusal::bad("use POST with a JSON object as the body"));
    }
    let body = payload.get("body").and_then(Value::as_str).unwrap_or_default();
    let encoded = payload.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or(false);
    let bytes = if encoded {
        BASE64_STANDARD.decode(body).map_err(|_| Refusal::bad("the body is not base64"))?
    } else {
        body.as_bytes().to_vec()
    };
    let body = serde_json::from_slice(&bytes).map_err(|_| Refusal::bad("the body is not JSON"))?;
    Ok(Incoming::Url { caller: caller.to_owned(), action: parse(body)? })
}

const ACTIONS: &str = "exempt, revoke, undo, release, pause, resume, reset-budget, show";

fn parse(request: Value) -> Result<Action, Refusal> {
    if request.get("action").and_then(Value::as_str).is_none() {
        return Err(Refusal::bad(format!("`action` is missing: one of {ACTIONS}")));
    }
    serde_json::from_value(request).map_err(|error| Refusal::bad(format!("the request can't be understood: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn by_url(body: &Value) -> Value {
        json!({"requestContext": {"http": {"method": "POST"}, "authorizer": {"iam": {"userArn": "arn:x"}}},
            "body": body.to_string(), "isBase64Encoded": false})
    }

    #[test]
    fn the_caller_is_whom_lambda_authenticated() {
        let claimed = json!({"action": "pause", "reason": "x"});
        let Ok(Incoming::Url { caller, action: Action::Pause(_) }) = Incoming::read(&by_url(&claimed)) else {
            panic!()
        };
        assert_eq!(caller, "arn:x");
        let mut nobody = by_url(&claimed);
        nobody["requestContext"]["authorizer"] = Value::Null;
        assert_eq!(Incoming::read(&nobody).unwrap_err().0.status, 403);
    }

    #[test]
    fn without_the_url_one_may_only_look() {
        assert!(matches!(Incoming::read(&json!({"action": "show"})), Ok(Incoming::Direct(_))));
        let (refusal, by_url) = Incoming::read(&json!({"action": "pause", "reason": "x"})).unwrap_err();
        assert_eq!((refusal.status, by_url), (403, false));
    }

    #[test]
    fn what_is_wrong_with_a_request_is_said() {
        for (body, expected) in [
            (json!({}), "`action` is missing"),
            (json!({"action": "destroy"}), "unknown variant `destroy`"),
            (json!({"action": "exempt", "control": "c"}), "missing field `resource`"),
            (json!({"action": "pause", "reason": "x", "by": "arn:other"}), "unknown field `by`"),
        ] {
            let (refusal, _) = Incoming::read(&by_url(&body)).unwrap_err();
            assert!(refusal.message.contains(expected), "{}", refusal.message);
            assert_eq!(refusal.status, 400);
        }
    }
}
