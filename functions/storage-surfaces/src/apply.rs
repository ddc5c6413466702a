//! Writing a resource whole. Bedrock has no compare-and-swap, so what a change was planned for is read again right before it.

use std::time::Duration;

use inventory::Address;
use policy::storage_surfaces::{Preparation, Rest, Surface, Writable, is_settled, request};
use remediation::raw::replace_body;
use remediation::{AwsError, WriteError};
use serde_json::Value;

use crate::StorageSurfaces;
use crate::resource::Resource;

/// How often a resource is looked at that something is still going on with, a second apart at most.
const LOOKS: u32 = 15;

/// Writes a body instead of the one that the SDK would make.
macro_rules! update {
    ($operation:literal, $request:expr, $body:expr) => {{
        let sent = $request.customize().mutate_request(move |request| replace_body(request, &$body)).send().await;
        sent.map(drop).map_err(|error| AwsError::new($operation, &error))
    }};
}

impl StorageSurfaces {
    /// Writes the resource again with the key.
    pub(crate) async fn give_key(&self, at: &Resource, key_arn: &str, rest_sha256: &str) -> Result<(), WriteError> {
        let Resource::One(surface, address) = at else { return Err(never()) };
        let (answer, now) = self.settled(*surface, address).await?;
        if now.key_arn.is_some() || now.rest != Rest::Sha256(rest_sha256.to_owned()) {
            return Err(WriteError::Changed("the resource"));
        }
        let body = request(*surface, &answer, key_arn).map_err(|_| WriteError::Changed("the resource"))?;
        self.notes.writing(&at.to_string(), rest_sha256, now.preparation == Some(Preparation::Done));
        self.update(*surface, address, body).await.map_err(|error| match error.code.as_str() {
            "ValidationException" => WriteError::Refused {
                advice: format!(
                    "Bedrock does not take the {surface} as it shows it with the key added: update it by hand with the key {key_arn}"
                ),
            },
            _ => error.into(),
        })
    }

    /// Makes what was written the draft that runs.
    pub(crate) async fn prepare(&self, at: &Resource) -> Result<(), WriteError> {
        let Resource::One(surface, address) = at else { return Err(never()) };
        let (_, now) = self.settled(*surface, address).await?;
        if now.preparation == Some(Preparation::Done) {
            return Ok(());
        }
        let (agents, id) = (&self.inventory.agents, id_of(address));
        let sent = match surface {
            Surface::Agent => {
                let sent = agents.prepare_agent().agent_id(id).send().await;
                sent.map(drop).map_err(|error| AwsError::new("bedrock:PrepareAgent", &error))
            }
            Surface::Flow => {
                let sent = agents.prepare_flow().flow_identifier(id).send().await;
                sent.map(drop).map_err(|error| AwsError::new("bedrock:PrepareFlow", &error))
            }
            _ => return Err(never()),
        };
        sent.map_err(|error| match error.code.as_str() {
            "ValidationException" => WriteError::Refused {
                advice: format!("the {surface} has the key, but Bedrock does not prepare it again: prepare it by hand"),
            },
            _ => error.into(),
        })
    }

    /// The resource as soon as nothing is going on with it that keeps Bedrock from taking an update.
    async fn settled(&self, surface: Surface, address: &Address) -> Result<(Value, Writable), WriteError> {
        for look in 1..=LOOKS {
            let gone = || WriteError::Changed("the resource");
            let answer = self.get(surface, address).await?.ok_or_else(gone)?;
            let seen = Writable::read(surface, &answer).ok().flatten().ok_or_else(gone)?;
            if is_settled(surface, &answer) {
                return Ok((answer, seen));
            }
            tokio::time::sleep(Duration::from_millis(100 * u64::from(look)).min(Duration::from_secs(1))).await;
        }
        Err(WriteError::Changed("the resource's status"))
    }

    async fn update(&self, surface: Surface, address: &Address, body: Value) -> Result<(), AwsError> {
        let (agents, id) = (&self.inventory.agents, id_of(address));
        match surface {
            Surface::Agent => update!("bedrock:UpdateAgent", agents.update_agent().agent_id(id), body),
            Surface::DataSource => {
                let parent = address.parent().unwrap_or_default();
                let request = agents.update_data_source().knowledge_base_id(parent).data_source_id(id);
                update!("bedrock:UpdateDataSource", request, body)
            }
            Surface::Flow => update!("bedrock:UpdateFlow", agents.update_flow().flow_identifier(id), body),
            Surface::Guardrail => {
                let request = self.inventory.bedrock.update_guardrail().guardrail_identifier(id);
                update!("bedrock:UpdateGuardrail", request, body)
            }
            _ => update!("bedrock:UpdatePrompt", agents.update_prompt().prompt_identifier(id), body),
        }
    }
}

/// What follows the last slash.
fn id_of(address: &Address) -> &str {
    address.own_part().rsplit('/').next().unwrap_or_default()
}

fn never() -> WriteError {
    WriteError::Refused { advice: "such a resource is never changed".to_owned() }
}
