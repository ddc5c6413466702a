//! The account's enforced configuration of this Region.

use policy::Redacted;
use policy::guardrails::{Configured, Enforcement, Target, enforcement};
use remediation::raw::{Answer, replace_body};
use remediation::{AwsError, ReadError, WriteError};
use serde_json::Value;

use crate::Guardrails;
use crate::apply::refusal;
use crate::resource::GuardrailId;

const LIST: &str = "bedrock:ListEnforcedGuardrailsConfiguration";
const PUT: &str = "bedrock:PutEnforcedGuardrailConfiguration";

impl Guardrails {
    /// Whether this guardrail is enforced. There is one configuration at most (API reference), so one page.
    pub(crate) async fn enforcement(&self, at: &GuardrailId) -> Result<Enforcement, ReadError> {
        let answer = Answer::default();
        let request = self.bedrock.list_enforced_guardrails_configuration().customize().interceptor(answer.clone());
        request.send().await.map_err(|error| AwsError::new(LIST, &error))?;
        let document = answer.json(LIST)?;
        let all = document.get("guardrailsConfig").and_then(Value::as_array);
        let all = all.ok_or(ReadError::Answer { operation: LIST, what: "it has no list" })?;
        let text = |each: &Value, member: &str| each.get(member).and_then(Value::as_str).map(str::to_owned);
        let is_this = |each: &&Value| {
            let named = text(each, "guardrailId").or_else(|| text(each, "guardrailArn"));
            named.as_deref().and_then(GuardrailId::parse).as_ref() == Some(at)
        };
        let Some(this) = all.iter().find(is_this) else {
            return Ok(if all.is_empty() { Enforcement::None } else { Enforcement::Another });
        };
        let version = text(this, "guardrailVersion");
        Ok(Enforcement::This(Configured {
            id: text(this, "configId"),
            version: version.ok_or(ReadError::Answer { operation: LIST, what: "it names no version" })?,
            document: Redacted::new(this.to_string()),
        }))
    }

    /// Points the configuration to a version. A wrong one would stop all inference, so it is read right before.
    pub(crate) async fn enforce(
        &self,
        at: &GuardrailId,
        arn: &str,
        version: &Target,
        expected: Option<&Configured>,
    ) -> Result<(), WriteError> {
        let version = self.number(at, version)?;
        self.ready(at, &version).await?;
        let live = match self.enforcement(at).await? {
            Enforcement::This(live) if live.version == version => return Ok(()),
            Enforcement::This(live) => Some(live),
            Enforcement::None => None,
            Enforcement::Another => return Err(WriteError::Changed(CONFIGURATION)),
        };
        if live.as_ref() != expected {
            return Err(WriteError::Changed(CONFIGURATION));
        }
        let body = enforcement(expected, arn, &version).map_err(|problem| WriteError::Refused {
            advice: format!(
                "the account's enforced configuration was not changed, as something might be lost: {problem}. Point it to \
                 version {version} yourself, and update Phiward"
            ),
        })?;
        let request = self.bedrock.put_enforced_guardrail_configuration().customize();
        let sent = request.mutate_request(move |request| replace_body(request, &body)).send().await;
        sent.map(drop).map_err(|error| refusal(PUT, &error, "enforce the guardrail"))
    }
}

const CONFIGURATION: &str = "the account's enforced configuration";
