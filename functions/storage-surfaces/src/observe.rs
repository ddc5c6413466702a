//! Reading resources.

use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use futures_util::stream::{self, StreamExt};
use inventory::{Address, is_not_offered};
use policy::storage_surfaces::{Observation, Surface, Writable};
use remediation::raw::Answer;
use remediation::{AwsError, ReadError};
use serde_json::Value;

use crate::StorageSurfaces;
use crate::resource::{Resource, kind};

/// How many lists are read at once.
const CONCURRENCY: usize = 4;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What Bedrock answers to a read, as JSON.
macro_rules! answer {
    ($operation:expr, $request:expr) => {{
        let answer = Answer::default();
        match $request.customize().interceptor(answer.clone()).send().await {
            Ok(_) => answer.json($operation),
            Err(error) => Err(AwsError::new($operation, &error).into()),
        }
    }};
}

impl StorageSurfaces {
    /// All resources of all kinds, in the order of their ids.
    pub(crate) async fn everything(&self) -> Vec<Result<Resource, ReadError>> {
        let lists = stream::iter(Surface::ALL).map(async |surface| (surface, self.all_of(surface).await));
        let mut lists = lists.buffer_unordered(CONCURRENCY);
        let (mut found, mut failed) = (Vec::new(), Vec::new());
        while let Some((surface, list)) = lists.next().await {
            match list {
                Ok(list) => found.extend(list.into_iter().map(|address| Resource::One(surface, address))),
                Err(error) if is_not_offered(&error) => found.push(Resource::List(surface)),
                Err(error) => failed.push(Err(error)),
            }
        }
        found.sort_by_cached_key(ToString::to_string);
        failed.into_iter().chain(found.into_iter().map(Ok)).collect()
    }

    async fn all_of(&self, surface: Surface) -> Result<Vec<Address>, ReadError> {
        let since = DateTime::from(self.since());
        match surface {
            Surface::EvaluationJob => {
                const LIST: &str = "bedrock:ListEvaluationJobs";
                let jobs = self.inventory.bedrock.list_evaluation_jobs().creation_time_after(since);
                let jobs = jobs.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
                let jobs = jobs.map_err(|error| AwsError::new(LIST, &error))?;
                self.addresses(LIST, jobs.iter().map(|job| job.job_arn()))
            }
            Surface::InvocationJob => {
                const LIST: &str = "bedrock:ListModelInvocationJobs";
                let jobs = self.inventory.bedrock.list_model_invocation_jobs().submit_time_after(since);
                let jobs = jobs.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
                let jobs = jobs.map_err(|error| AwsError::new(LIST, &error))?;
                self.addresses(LIST, jobs.iter().map(|job| job.job_arn()))
            }
            _ => Ok(self.inventory.of(kind(surface)).await?.into_iter().map(|listed| listed.address).collect()),
        }
    }

    fn addresses<'a>(
        &self,
        operation: &'static str,
        arns: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<Address>, ReadError> {
        let unknown = || ReadError::Answer { operation, what: "an ARN is not of the known form" };
        arns.map(|arn| self.inventory.home.address(arn).ok_or_else(unknown)).collect()
    }

    /// Jobs that were made before are no concern.
    fn since(&self) -> SystemTime {
        SystemTime::now() - DAY * self.baseline.job_days
    }

    /// The live state; `None` when it is gone, or no concern any more.
    pub(crate) async fn look(&self, at: &Resource) -> Result<Option<Observation>, ReadError> {
        let (surface, address) = match at {
            Resource::One(surface, address) => (*surface, address),
            Resource::List(surface) => {
                return match self.all_of(*surface).await {
                    // Each is a resource by itself.
                    Ok(_) => Ok(None),
                    Err(error) if is_not_offered(&error) => Ok(Some(Observation::Unlisted)),
                    Err(error) => Err(error),
                };
            }
        };
        let Some(answer) = self.get(surface, address).await? else { return Ok(None) };
        match surface {
            Surface::Agent | Surface::DataSource | Surface::Flow | Surface::Guardrail | Surface::Prompt => {
                self.writable(at, surface, address, &answer).await
            }
            Surface::EvaluationJob | Surface::InvocationJob if self.is_past(&answer) => Ok(None),
            _ => Ok(Some(Observation::fixed(surface, &answer))),
        }
    }

    async fn writable(
        &self,
        at: &Resource,
        surface: Surface,
        address: &Address,
        answer: &Value,
    ) -> Result<Option<Observation>, ReadError> {
        let unknown = |_| ReadError::Answer { operation: "bedrock:Get", what: "it is not of the known form" };
        let Some(mut seen) = Writable::read(surface, answer).map_err(unknown)? else { return Ok(None) };
        if seen.key_arn.is_none() {
            if surface.repaired_by(&self.baseline) == Some(true) {
                let (versions, key) = tokio::join!(self.versions(surface, address), self.data_key.observe());
                (seen.versions, seen.key) = (versions?, Some(key?));
            }
        } else {
            self.notes.tell(&at.to_string(), &mut seen);
        }
        Ok(Some(Observation::Writable(seen)))
    }

    fn is_past(&self, answer: &Value) -> bool {
        let made = answer.get("creationTime").or_else(|| answer.get("submitTime")).and_then(Value::as_str);
        let made = made.and_then(|text| DateTime::from_str(text, Format::DateTimeWithOffset).ok());
        made.is_some_and(|made| made < DateTime::from(self.since()))
    }

    /// What Bedrock says of a resource; `None` when it is gone.
    pub(crate) async fn get(&self, surface: Surface, address: &Address) -> Result<Option<Value>, ReadError> {
        let (bedrock, agents) = (&self.inventory.bedrock, &self.inventory.agents);
        let arn = address.text.expose();
        let id = address.own_part().rsplit('/').next().unwrap_or_default();
        let got = match surface {
            Surface::Agent => answer!("bedrock:GetAgent", agents.get_agent().agent_id(id)),
            Surface::CustomModel => answer!("bedrock:GetCustomModel", bedrock.get_custom_model().model_identifier(arn)),
            Surface::DataSource => {
                let parent = address.parent().unwrap_or_default();
                answer!("bedrock:GetDataSource", agents.get_data_source().knowledge_base_id(parent).data_source_id(id))
            }
            Surface::EvaluationJob => {
                answer!("bedrock:GetEvaluationJob", bedrock.get_evaluation_job().job_identifier(arn))
            }
            Surface::Flow => answer!("bedrock:GetFlow", agents.get_flow().flow_identifier(id)),
            Surface::Guardrail => answer!("bedrock:GetGuardrail", bedrock.get_guardrail().guardrail_identifier(id)),
            Surface::ImportedModel => {
                answer!("bedrock:GetImportedModel", bedrock.get_imported_model().model_identifier(arn))
            }
            Surface::InvocationJob => {
                answer!("bedrock:GetModelInvocationJob", bedrock.get_model_invocation_job().job_identifier(arn))
            }
            Surface::KnowledgeBase => {
                answer!("bedrock:GetKnowledgeBase", agents.get_knowledge_base().knowledge_base_id(id))
            }
            Surface::Prompt => answer!("bedrock:GetPrompt", agents.get_prompt().prompt_identifier(id)),
        };
        match got {
            Ok(answer) => Ok(Some(answer)),
            Err(ReadError::Aws(error)) if error.code == "ResourceNotFoundException" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How many versions were published.
    async fn versions(&self, surface: Surface, address: &Address) -> Result<usize, ReadError> {
        const DRAFT: &str = "DRAFT";
        let agents = &self.inventory.agents;
        let id = address.own_part().rsplit('/').next().unwrap_or_default();
        match surface {
            Surface::Agent => {
                let listed = agents.list_agent_versions().agent_id(id).into_paginator().items().send();
                let listed = listed.collect::<Result<Vec<_>, _>>().await;
                let listed = listed.map_err(|error| AwsError::new("bedrock:ListAgentVersions", &error))?;
                Ok(listed.iter().filter(|each| each.agent_version() != DRAFT).count())
            }
            Surface::Flow => {
                let listed = agents.list_flow_versions().flow_identifier(id).into_paginator().items().send();
                let listed = listed.collect::<Result<Vec<_>, _>>().await;
                let listed = listed.map_err(|error| AwsError::new("bedrock:ListFlowVersions", &error))?;
                Ok(listed.iter().filter(|each| each.version() != DRAFT).count())
            }
            Surface::Prompt => {
                let listed = agents.list_prompts().prompt_identifier(id).into_paginator().items().send();
                let listed = listed.collect::<Result<Vec<_>, _>>().await;
                let listed = listed.map_err(|error| AwsError::new("bedrock:ListPrompts", &error))?;
                Ok(listed.iter().filter(|each| each.version() != DRAFT).count())
            }
            Surface::Guardrail => {
                let listed = self.inventory.bedrock.list_guardrails().guardrail_identifier(id).into_paginator();
                let listed = listed.items().send().collect::<Result<Vec<_>, _>>().await;
                let listed = listed.map_err(|error| AwsError::new("bedrock:ListGuardrails", &error))?;
                Ok(listed.iter().filter(|each| each.version() != DRAFT).count())
            }
            _ => Ok(0),
        }
    }
}
