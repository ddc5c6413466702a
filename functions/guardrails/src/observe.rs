//! Reading a guardrail: the draft and the enforcement at once, then the version in force, then only what matters.

use policy::guardrails::{
    Enforcement, GuardrailObservation, Numbered, Observation, Text, apply_question, invoke_question, made_again_name,
    needs, stopped,
};
use remediation::ReadError;
use serde_json::Value;

use crate::Guardrails;
use crate::read::DRAFT;
use crate::resource::GuardrailId;

impl Guardrails {
    /// The live state of a guardrail that the deployment names.
    pub(crate) async fn observe_guardrail(&self, at: &GuardrailId) -> Result<Observation, ReadError> {
        let (draft, enforcement) = tokio::join!(self.read(at, DRAFT), self.enforcement(at));
        let Some(draft) = draft? else {
            return Ok(Observation::Absent { made_again: self.named(&made_again_name(at.as_str())).await? });
        };
        let mut seen = GuardrailObservation {
            arn: arn(&draft)?,
            draft,
            enforcement: enforcement?,
            in_force: None,
            newest: None,
            versions: None,
            callers: None,
            unproven: self.progress(at, |progress| progress.unproven),
        };
        if let Enforcement::This(configured) = &seen.enforcement {
            seen.in_force = self.numbered(at, &configured.version).await?;
        } else {
            seen.in_force = self.newest(at, &mut seen).await?;
        }
        let needs = needs(&self.desired(at), &seen);
        if needs.versions && seen.versions.is_none() {
            seen.newest = self.newest(at, &mut seen).await?;
        }
        if needs.callers {
            let invoke = invoke_question(&self.partition, &self.region, &self.account);
            let [invoking, applying] = self.principals.who([&invoke, &apply_question(&seen.arn)]).await?;
            seen.callers = Some(stopped(&invoking, &applying));
        }
        Ok(Observation::Guardrail(Box::new(seen)))
    }

    /// Lists the versions and reads the newest, unless that is the one in force.
    async fn newest(&self, at: &GuardrailId, seen: &mut GuardrailObservation) -> Result<Option<Numbered>, ReadError> {
        let versions = self.versions(at).await?;
        let newest = versions.last().map(|version| version.number.to_string());
        seen.versions = Some(versions);
        let in_force = seen.in_force.as_ref().map(|version| version.version.as_str());
        match newest {
            Some(newest) if in_force != Some(&newest) => self.numbered(at, &newest).await,
            _ => Ok(None),
        }
    }

    async fn numbered(&self, at: &GuardrailId, version: &str) -> Result<Option<Numbered>, ReadError> {
        let text = self.read(at, version).await?;
        Ok(text.map(|text| Numbered { version: version.to_owned(), text }))
    }
}

fn arn(draft: &Text) -> Result<String, ReadError> {
    let document: Value = serde_json::from_str(draft.document.expose()).unwrap_or_default();
    let arn = document.get("guardrailArn").and_then(Value::as_str).map(str::to_owned);
    arn.ok_or(ReadError::Answer { operation: "bedrock:GetGuardrail", what: "it has no ARN" })
}
