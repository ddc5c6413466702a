//! Writing a guardrail. Bedrock has no compare-and-swap, so what a change was planned for is read again right before it.

use aws_sdk_bedrock::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use policy::Redacted;
use policy::guardrails::to_update;
use remediation::raw::replace_body;
use remediation::{AwsError, WriteError};
use serde_json::Value;

use crate::Guardrails;
use crate::read::DRAFT;
use crate::resource::GuardrailId;

const UPDATE: &str = "bedrock:UpdateGuardrail";
const CREATE: &str = "bedrock:CreateGuardrail";

impl Guardrails {
    /// Writes the whole draft, unless it says that already.
    pub(crate) async fn update_draft(
        &self,
        at: &GuardrailId,
        expected: &Redacted<String>,
        document: &Redacted<String>,
    ) -> Result<(), WriteError> {
        let body = json(document);
        let live = to_update(&self.ready(at, DRAFT).await?);
        if live.as_ref() == Ok(&body) {
            return Ok(());
        }
        if live != to_update(&json(expected)) {
            return Err(WriteError::Changed("the guardrail's working draft"));
        }
        self.progress(at, |progress| {
            progress.unproven = true;
            progress.proven_draft = None;
        });
        let request = self.bedrock.update_guardrail().guardrail_identifier(at.as_str()).customize();
        let sent = request.mutate_request(move |request| replace_body(request, &body)).send().await;
        sent.map_err(|error| refusal(UPDATE, &error, "take the baseline's filter in this guardrail"))?;
        self.ready(at, DRAFT).await.map(drop)
    }

    /// Makes a guardrail in the place of one that was deleted.
    pub(crate) async fn create(&self, document: &Redacted<String>) -> Result<(), WriteError> {
        let body = json(document);
        let request = self.bedrock.create_guardrail().customize();
        match request.mutate_request(move |request| replace_body(request, &body)).send().await {
            Ok(_) => Ok(()),
            // By a request whose answer was lost: no two guardrails have the same name.
            Err(error) if error.code() == Some("ConflictException") => Ok(()),
            Err(error) => Err(refusal(CREATE, &error, "make the guardrail again")),
        }
    }
}

/// What was made from JSON.
pub(crate) fn json(text: &Redacted<String>) -> Value {
    serde_json::from_str(text.expose()).unwrap_or_default()
}

/// What Bedrock refuses for good, and what may help to try again.
pub(crate) fn refusal<E: ProvideErrorMetadata>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
    what: &str,
) -> WriteError {
    match error.code() {
        Some("ValidationException") => WriteError::Refused {
            advice: format!(
                "Bedrock does not {what}: look for a type of personal data or a pattern in the baseline that this Region does \
                 not have, or a setting that it no longer takes"
            ),
        },
        Some("ServiceQuotaExceededException") => {
            WriteError::Refused { advice: format!("Bedrock does not {what}, as a quota is reached: make room for it") }
        }
        _ => AwsError::new(operation, error).into(),
    }
}
