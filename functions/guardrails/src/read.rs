//! Reading one guardrail, as Bedrock's JSON says it, and its versions.

use std::time::Duration;

use aws_sdk_bedrock::error::ProvideErrorMetadata;
use policy::Redacted;
use policy::guardrails::{Text, Version};
use remediation::raw::Answer;
use remediation::{AwsError, ReadError, WriteError};
use serde_json::Value;
use tokio::time::Instant;

use crate::Guardrails;
use crate::resource::GuardrailId;

pub(crate) const DRAFT: &str = "DRAFT";
pub(crate) const READY: &str = "READY";
const READ: &str = "bedrock:GetGuardrail";
const LIST: &str = "bedrock:ListGuardrails";
/// How long Bedrock may be at work on a guardrail.
const PATIENCE: Duration = Duration::from_secs(20);
const FIRST_WAIT: Duration = Duration::from_millis(200);

impl Guardrails {
    /// A version, or the draft; `None` when it is not there.
    pub(crate) async fn read(&self, at: &GuardrailId, version: &str) -> Result<Option<Text>, ReadError> {
        let answer = Answer::default();
        let request = self.bedrock.get_guardrail().guardrail_identifier(at.as_str()).guardrail_version(version);
        match request.customize().interceptor(answer.clone()).send().await {
            Ok(_) => {}
            Err(error) if error.code() == Some("ResourceNotFoundException") => return Ok(None),
            Err(error) => return Err(AwsError::new(READ, &error).into()),
        }
        let document = answer.json(READ)?;
        let status = document.get("status").and_then(Value::as_str);
        let status = status.ok_or(ReadError::Answer { operation: READ, what: "it has no status" })?.to_owned();
        Ok((status != "DELETING").then(|| Text { status, document: Redacted::new(document.to_string()) }))
    }

    /// The same when Bedrock has done its work on it.
    pub(crate) async fn ready(&self, at: &GuardrailId, version: &str) -> Result<Value, WriteError> {
        let (started, mut wait) = (Instant::now(), FIRST_WAIT);
        loop {
            let text = self.read(at, version).await?;
            match text.as_ref().map(|text| text.status.as_str()) {
                Some(READY) => {
                    let document = text.and_then(|text| serde_json::from_str(text.document.expose()).ok());
                    return document.ok_or(ReadError::Answer { operation: READ, what: "it is no JSON" }.into());
                }
                Some("FAILED") => {
                    let advice =
                        "Bedrock could not make the guardrail as it was written (FAILED): look at its status reasons";
                    return Err(WriteError::Refused { advice: advice.to_owned() });
                }
                _ if started.elapsed() + wait > PATIENCE => {
                    let code = "NotReady".to_owned();
                    return Err(AwsError { operation: READ, code, status: None, request_id: None }.into());
                }
                _ => tokio::time::sleep(wait).await,
            }
            wait *= 2;
        }
    }

    /// All numbered versions, the oldest first.
    pub(crate) async fn versions(&self, at: &GuardrailId) -> Result<Vec<Version>, ReadError> {
        let mut found = Vec::new();
        let mut pages = self.bedrock.list_guardrails().guardrail_identifier(at.as_str()).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| AwsError::new(LIST, &error))?;
            let numbered = page.guardrails().iter().filter(|each| each.version() != DRAFT);
            for each in numbered {
                let number = each.version().parse();
                let number =
                    number.map_err(|_| ReadError::Answer { operation: LIST, what: "a version is no number" })?;
                found.push(Version::of(number, each.description()));
            }
        }
        found.sort_by_key(|version| version.number);
        Ok(found)
    }

    /// The id of the guardrail of that name.
    pub(crate) async fn named(&self, name: &str) -> Result<Option<String>, ReadError> {
        let mut pages = self.bedrock.list_guardrails().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| AwsError::new(LIST, &error))?;
            if let Some(found) = page.guardrails().iter().find(|each| each.name() == name) {
                return Ok(Some(found.id().to_owned()));
            }
        }
        Ok(None)
    }
}
