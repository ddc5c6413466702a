//! The canary: one Converse call with synthetic PHI, which proves identity, model access and the guardrail end to end. It costs a
//! few tokens, so it is off unless the deployment names a model and a guardrail.

mod next_step;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::error::ProvideErrorMetadata;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, GuardrailConfiguration, GuardrailTrace, InferenceConfiguration, Message, StopReason,
};
use remediation::engine::now;
use remediation::metrics::Metrics;
use remediation::{AwsError, Parts};
use report::findings::{self, Answer, Said};

use crate::settings::Asked;
use next_step::next_step;

const CONVERSE: &str = "bedrock:Converse";
/// Made up; of every kind that a guardrail of this baseline must find.
const PROMPT: &str = "This is a test with made-up data. Patient Jane Roe, MRN 00471123, date of birth is 1980-01-02, \
                    social security number 536-90-4399.";

/// Who can ask.
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

    /// Asks once; only a model that the baseline approves, if it approves any.
    pub(crate) async fn ask(&self, approved: &[String], metrics: &Metrics) -> Answer<findings::Canary> {
        let at = now();
        let model = &self.asked.model;
        if !approved.is_empty() && !approved.iter().any(|id| model == id || model.ends_with(&format!(".{id}"))) {
            let why = format!("the baseline does not approve {model}: name one of its approved_models in CanaryModel");
            return Answer { at, said: Said::Unknown(why) };
        }
        let said = match self.converse().await {
            Ok(seen) => {
                metrics.canary(seen.input_tokens.into(), seen.output_tokens.into());
                Said::Known(seen)
            }
            Err(why) => Said::Unknown(why),
        };
        Answer { at, said }
    }

    async fn converse(&self) -> Result<findings::Canary, String> {
        let Asked { model, guardrail, version } = &self.asked;
        let text =
            Message::builder().role(ConversationRole::User).content(ContentBlock::Text(PROMPT.to_owned())).build();
        let text = text.map_err(|_| "the question could not be put".to_owned())?;
        // The trace would repeat what was found.
        let guard = GuardrailConfiguration::builder()
            .guardrail_identifier(guardrail)
            .guardrail_version(version)
            .trace(GuardrailTrace::Disabled);
        let asked = self.bedrock.converse().model_id(model).messages(text).guardrail_config(guard.build());
        let asked = asked.inference_config(InferenceConfiguration::builder().max_tokens(16).build());
        let answer = asked.send().await.map_err(|error| {
            let failed = AwsError::new(CONVERSE, &error);
            tracing::warn!("{failed}");
            format!("{CONVERSE}: {}: {}", failed.code, next_step(&failed.code, error.message().unwrap_or_default()))
        })?;
        let tokens = |count: Option<i32>| count.and_then(|count| u32::try_from(count).ok()).unwrap_or_default();
        let usage = answer.usage();
        Ok(findings::Canary {
            model: model.clone(),
            guardrail: format!("{guardrail}:{version}"),
            intervened: *answer.stop_reason() == StopReason::GuardrailIntervened,
            input_tokens: tokens(usage.map(|usage| usage.input_tokens())),
            output_tokens: tokens(usage.map(|usage| usage.output_tokens())),
        })
    }
}
