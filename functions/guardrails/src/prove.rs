//! The proof: Bedrock itself is asked what it finds in the baseline's examples. They are made up; no answer is kept.

use std::time::Duration;

use aws_sdk_bedrockruntime::types::{
    GuardrailAssessment, GuardrailContentBlock, GuardrailContentSource, GuardrailSensitiveInformationPolicyAction,
    GuardrailTextBlock,
};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use policy::guardrails::{Direction, Found, Probe, Target, content, misses, probes};
use remediation::{AwsError, WriteError};
use tokio::time::Instant;

use crate::Guardrails;
use crate::resource::GuardrailId;

const APPLY: &str = "bedrock:ApplyGuardrail";
/// How many are asked at once: far below the quota, which callers share.
const AT_ONCE: usize = 4;
/// How long it may take until what was written is in force.
const PATIENCE: Duration = Duration::from_secs(10);
const WAIT: Duration = Duration::from_millis(500);

impl Guardrails {
    fn runtime(&self) -> &aws_sdk_bedrockruntime::Client {
        self.runtime.get_or_init(&self.make_runtime)
    }

    /// Has a version look at all examples, unless it did since it was written.
    pub(crate) async fn prove(&self, at: &GuardrailId, target: &Target) -> Result<(), WriteError> {
        let version = self.number(at, target)?;
        let said = content(&self.ready(at, &version).await?).unwrap_or_default();
        let is_draft = *target == Target::Draft;
        let known = self.progress(at, |progress| {
            if is_draft {
                progress.proven_draft.as_ref() == Some(&said)
            } else {
                progress.proven_version.as_ref() == Some(&version)
            }
        });
        if known {
            return Ok(());
        }
        let (started, mut left) = (Instant::now(), probes(&self.baseline));
        loop {
            let asked = stream::iter(left).map(async |probe| {
                let found = self.found(at, &version, &probe).await?;
                Ok::<_, WriteError>((!probe.is_caught(&found)).then_some(probe))
            });
            let missed: Vec<Option<Probe>> = asked.buffer_unordered(AT_ONCE).try_collect().await?;
            left = missed.into_iter().flatten().collect();
            if left.is_empty() {
                break;
            }
            if started.elapsed() + WAIT > PATIENCE {
                let advice = format!(
                    "the guardrail has all that the baseline asks for, and yet does not catch the baseline's examples of: {}. \
                     Look at its other policies and at the examples",
                    misses(left.iter())
                );
                return Err(WriteError::Refused { advice });
            }
            tokio::time::sleep(WAIT).await;
        }
        self.progress(at, |progress| {
            if is_draft {
                progress.unproven = false;
                progress.proven_draft = Some(said);
            } else {
                progress.proven_version = Some(version.clone());
            }
        });
        Ok(())
    }

    async fn found(&self, at: &GuardrailId, version: &str, probe: &Probe) -> Result<Vec<Found>, WriteError> {
        let unsendable =
            || AwsError { operation: APPLY, code: "InvalidRequest".to_owned(), status: None, request_id: None };
        let text = GuardrailTextBlock::builder().text(&probe.text).build().map_err(|_| unsendable())?;
        let source = match probe.direction {
            Direction::Input => GuardrailContentSource::Input,
            Direction::Output => GuardrailContentSource::Output,
        };
        let request = self.runtime().apply_guardrail().guardrail_identifier(at.as_str()).guardrail_version(version);
        let answer = request.source(source).content(GuardrailContentBlock::Text(text)).send().await;
        let answer = answer.map_err(|error| AwsError::new(APPLY, &error))?;
        Ok(answer.assessments().iter().flat_map(entries).collect())
    }
}

fn entries(assessment: &GuardrailAssessment) -> Vec<Found> {
    let acts = |action: &GuardrailSensitiveInformationPolicyAction| {
        use GuardrailSensitiveInformationPolicyAction::{Anonymized, Blocked};
        matches!(action, Anonymized | Blocked)
    };
    let Some(policy) = assessment.sensitive_information_policy() else { return Vec::new() };
    let types = policy.pii_entities().iter().map(|each| Found {
        what: each.r#type().as_str().to_owned(),
        matched: each.r#match().to_owned(),
        acts: acts(each.action()),
    });
    let regexes = policy.regexes().iter().map(|each| Found {
        what: each.regex().unwrap_or_default().to_owned(),
        matched: each.r#match().unwrap_or_default().to_owned(),
        acts: acts(each.action()),
    });
    types.chain(regexes).collect()
}
