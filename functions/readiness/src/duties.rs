//! Asks the duties' functions what they see.

use std::time::{Duration, Instant};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use remediation::survey::Page;
use remediation::{AwsError, Parts};
use serde_json::{Value, json};

const INVOKE: &str = "lambda:Invoke";
/// What is kept of an invocation's time for its end.
const END: Duration = Duration::from_secs(30);

/// The duties and who can ask them.
pub(crate) struct Duties {
    lambda: Client,
    aliases: Vec<(String, String)>,
    account: String,
    region: String,
}

impl Duties {
    /// Of the deployment's aliases.
    pub(crate) fn new(parts: &Parts<'_>, aliases: Vec<(String, String)>) -> Self {
        // A duty that is asked again after a lost answer would look at everything twice; one that is throttled is asked again.
        let config = aws_sdk_lambda::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        let config = config.retry_config(RetryConfig::standard().with_max_attempts(3)).build();
        Self::with(Client::from_conf(config), aliases, &parts.settings.account, &parts.settings.region)
    }

    /// Of a client that is there already.
    pub(crate) fn with(lambda: Client, aliases: Vec<(String, String)>, account: &str, region: &str) -> Self {
        Self { lambda, aliases, account: account.to_owned(), region: region.to_owned() }
    }

    /// Their names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().map(|(name, _)| name.as_str())
    }

    /// One page of what a duty sees, or why it could not be asked.
    pub(crate) async fn ask(&self, duty: &str, after: Option<&str>, deadline: Instant) -> Result<Page, String> {
        let Some((_, alias)) = self.aliases.iter().find(|(name, _)| name == duty) else {
            return Err("the deployment does not name its function; deploy with the project's template".to_owned());
        };
        let question = Blob::new(self.question(duty, after).to_string());
        let patience = deadline.saturating_duration_since(Instant::now()).saturating_sub(END).max(END);
        // An answer comes when the duty has looked, which takes longer than a call of AWS's.
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(patience).operation_timeout(patience).build();
        let own = aws_sdk_lambda::config::Builder::new().timeout_config(timeouts);
        let asked = self.lambda.invoke().function_name(alias).payload(question).customize().config_override(own);
        let answer = asked.send().await.map_err(|error| {
            let error = AwsError::new(INVOKE, &error);
            format!(
                "{}: {}; look at the function's log and at the permissions of `readiness`",
                error.operation, error.code
            )
        })?;
        let said = answer.payload().map(Blob::as_ref).unwrap_or_default();
        if answer.function_error().is_some() {
            return Err(failure_of(said));
        }
        let page: Page = serde_json::from_slice(said).map_err(|_| {
            "its function answers what this version doesn't understand; deploy both from the same version".to_owned()
        })?;
        if page.duty == duty {
            Ok(page)
        } else {
            Err("another duty's function answers for it; deploy again".to_owned())
        }
    }

    /// An event in EventBridge's envelope, as everything that a duty is sent.
    fn question(&self, duty: &str, after: Option<&str>) -> Value {
        let now = remediation::engine::now().to_rfc3339();
        json!({"version": "0", "id": format!("survey-{duty}"), "detail-type": "Survey", "source": "phiward",
            "account": self.account, "time": now, "region": self.region, "resources": [],
            "detail": {"duty": duty, "after": after}})
    }
}

/// The kind of the error alone: its message is for the function's own log.
fn failure_of(said: &[u8]) -> String {
    let said: Value = serde_json::from_slice(said).unwrap_or_default();
    let kind =
        said.get("errorType").and_then(Value::as_str).filter(|kind| kind.chars().all(|c| c.is_ascii_alphanumeric()));
    format!("its function failed ({}); look at its log", kind.unwrap_or("an error without a kind"))
}

#[cfg(test)]
mod tests {
    use super::failure_of;

    #[test]
    fn a_failure_is_told_by_its_kind_alone() {
        let told = |text: &str| failure_of(text.as_bytes());
        assert!(told(r#"{"errorType":"StartError","errorMessage":"secret"}"#).contains("(StartError)"));
        for odd in ["", "{}", r#"{"errorType":"a b"}"#, r#"{"errorType":7}"#] {
            assert!(told(odd).contains("without a kind"), "{odd}");
        }
    }
}
