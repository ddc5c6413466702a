//! The canary: one Converse call with synthetic PHI, which proves identity, model access and the guardrail end to end. It costs a
//! few tokens, so it is off unless the deployment names a model and a guardrail.

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::error::ProvideErrorMetadata;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, GuardrailConfiguration, GuardrailTrace, InferenceConfiguration, Message, StopReason,
};
use remediation::engine::now;
use remediation::metrics::Metrics;
use remediation::{AwsError, Parts};
use report::findings::{Answer, Canary as Sung, Said};

use crate::settings::Asked;

const CONVERSE: &str = "bedrock:Converse";
/// Made up; of every kind that a guardrail of this baseline must find.
const SONG: &str = "This is a test with made-up data. Patient Jane Roe, MRN 00471123, date of birth is 1980-01-02, \
                    social security number 536-90-4399.";

/// Who can sing.
pub(crate) struct Canary {
    bedrock: Client,
    asked: Asked,
}

impl Canary {
    /// With a model and a guardrail.
    pub(crate) fn new(parts: &Parts<'_>, asked: Asked) -> Self {
        let config = aws_sdk_bedrockruntime::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        Self { bedrock: Client::from_conf(config.build()), asked }
    }

    /// Sings once.
    pub(crate) async fn sing(&self, metrics: &Metrics) -> Answer<Sung> {
        let at = now();
        let said = match self.converse().await {
            Ok(sung) => {
                metrics.canary(sung.input_tokens.into(), sung.output_tokens.into());
                Said::Known(sung)
            }
            Err(why) => Said::Unknown(why),
        };
        Answer { at, said }
    }

    async fn converse(&self) -> Result<Sung, String> {
        let Asked { model, guardrail, version } = &self.asked;
        let text = Message::builder().role(ConversationRole::User).content(ContentBlock::Text(SONG.to_owned())).build();
        let text = text.map_err(|_| "the question could not be put".to_owned())?;
        // The trace would repeat what was found.
        let guard = GuardrailConfiguration::builder()
            .guardrail_identifier(guardrail)
            .guardrail_version(version)
            .trace(GuardrailTrace::Disabled);
        let asked = self.bedrock.converse().model_id(model).messages(text).guardrail_config(guard.build());
        let asked = asked.inference_config(InferenceConfiguration::builder().max_tokens(16).build());
        let answer = asked.send().await.map_err(|error| {
            tracing::warn!("{}", AwsError::new(CONVERSE, &error));
            format!("{CONVERSE}: {}: {}", error.code().unwrap_or("Unreachable"), next_step(error.code()))
        })?;
        let tokens = |count: Option<i32>| count.and_then(|count| u32::try_from(count).ok()).unwrap_or_default();
        let usage = answer.usage();
        Ok(Sung {
            model: model.clone(),
            guardrail: format!("{guardrail}:{version}"),
            intervened: *answer.stop_reason() == StopReason::GuardrailIntervened,
            input_tokens: tokens(usage.map(|usage| usage.input_tokens())),
            output_tokens: tokens(usage.map(|usage| usage.output_tokens())),
        })
    }
}

/// What to do, by AWS's code ("Troubleshooting Amazon Bedrock API error codes", Amazon Bedrock User Guide).
fn next_step(code: Option<&str>) -> &'static str {
    match code {
        Some("AccessDeniedException") => {
            "the role of `readiness` lacks bedrock:InvokeModel on this model or profile, or bedrock:ApplyGuardrail on this or an \
             enforced guardrail, or the account has no access to the model: look at CanaryModel, at the model's access, and at \
             service control policies"
        }
        Some("ResourceNotFoundException") => {
            "there is no such model, inference profile, guardrail or version in this Region: look at CanaryModel and CanaryGuardrail"
        }
        Some("ValidationException") => {
            "the model can't be used so: not in this Region, only through an inference profile, or not under the account's \
             retention mode (its allowed modes lack `none`)"
        }
        Some("ThrottlingException" | "ServiceQuotaExceededException") => {
            "the account's quota for this model is used up: ask again later, or raise it in Service Quotas"
        }
        Some(
            "ModelNotReadyException"
            | "ServiceUnavailableException"
            | "InternalServerException"
            | "ModelTimeoutException",
        ) => "Bedrock, or this model, can't answer now: ask again later; the AWS Health Dashboard tells more",
        Some("ModelErrorException") => "the model failed: ask again, or name another one in CanaryModel",
        Some("ExpiredTokenException" | "UnrecognizedClientException" | "InvalidSignatureException") => {
            "AWS does not know the caller: look at the function's role"
        }
        None => "no answer came: look at the function's network, its VPC endpoints and their policies",
        Some(_) => "look the code up in the Amazon Bedrock API reference",
    }
}

#[cfg(test)]
mod tests {
    use super::next_step;

    #[test]
    fn every_class_of_error_has_a_next_step_of_its_own() {
        let codes = [
            Some("AccessDeniedException"),
            Some("ResourceNotFoundException"),
            Some("ValidationException"),
            Some("ThrottlingException"),
            Some("ServiceUnavailableException"),
            Some("ModelErrorException"),
            Some("ExpiredTokenException"),
            Some("SomethingNew"),
            None,
        ];
        let steps: std::collections::BTreeSet<_> = codes.into_iter().map(next_step).collect();
        assert_eq!(steps.len(), codes.len());
    }
}
