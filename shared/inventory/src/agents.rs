//! The lists of Bedrock's plane for agents, which name most things by their ids.

use policy::free_text::Place;
use remediation::ReadError;

use super::{Inventory, Kind, Listed, pages};

impl Inventory {
    pub(crate) async fn agents_plane(&self, kind: Kind) -> Result<Vec<Listed>, ReadError> {
        match kind {
            Kind::Agent => self.agents().await,
            Kind::KnowledgeBase => self.knowledge_bases().await,
            Kind::Flow => self.flows().await,
            Kind::Prompt => self.prompts().await,
            _ => Ok(Vec::new()),
        }
    }

    /// What belongs to one agent, flow or knowledge base.
    pub(crate) async fn children(&self, kind: Kind, parent: &str) -> Result<Vec<Listed>, ReadError> {
        let found = match kind {
            Kind::AgentAlias => self.agent_aliases(parent).await,
            Kind::DataSource => self.data_sources(parent).await,
            Kind::FlowAlias => self.flow_aliases(parent).await,
            _ => Ok(Vec::new()),
        };
        match found {
            // Gone since it was listed, and its children with it.
            Err(ReadError::Aws(error)) if error.code == "ResourceNotFoundException" => Ok(Vec::new()),
            found => found,
        }
    }

    async fn agents(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListAgents";
        let found = pages!(LIST, self.agents.list_agents());
        let texts = |each: &aws_sdk_bedrockagent::types::AgentSummary| {
            let texts = [(Place::Name, Some(each.agent_name())), (Place::Description, each.description())];
            self.by_id(LIST, Kind::Agent, each.agent_id(), texts)
        };
        found.iter().map(texts).collect()
    }

    async fn agent_aliases(&self, agent: &str) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListAgentAliases";
        let found = pages!(LIST, self.agents.list_agent_aliases().agent_id(agent));
        let texts = |each: &aws_sdk_bedrockagent::types::AgentAliasSummary| {
            let texts = [(Place::Name, Some(each.agent_alias_name())), (Place::Description, each.description())];
            self.by_id(LIST, Kind::AgentAlias, &format!("{agent}/{}", each.agent_alias_id()), texts)
        };
        found.iter().map(texts).collect()
    }

    async fn knowledge_bases(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListKnowledgeBases";
        let found = pages!(LIST, self.agents.list_knowledge_bases());
        let texts = |each: &aws_sdk_bedrockagent::types::KnowledgeBaseSummary| {
            let texts = [(Place::Name, Some(each.name())), (Place::Description, each.description())];
            self.by_id(LIST, Kind::KnowledgeBase, each.knowledge_base_id(), texts)
        };
        found.iter().map(texts).collect()
    }

    async fn data_sources(&self, knowledge_base: &str) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListDataSources";
        let found = pages!(LIST, self.agents.list_data_sources().knowledge_base_id(knowledge_base));
        let texts = |each: &aws_sdk_bedrockagent::types::DataSourceSummary| {
            let texts = [(Place::Name, Some(each.name())), (Place::Description, each.description())];
            self.by_id(LIST, Kind::DataSource, &format!("{knowledge_base}/{}", each.data_source_id()), texts)
        };
        found.iter().map(texts).collect()
    }

    async fn flows(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListFlows";
        let found = pages!(LIST, self.agents.list_flows());
        let texts = |each: &aws_sdk_bedrockagent::types::FlowSummary| {
            let texts = [(Place::Name, Some(each.name())), (Place::Description, each.description())];
            self.by_id(LIST, Kind::Flow, each.id(), texts)
        };
        found.iter().map(texts).collect()
    }

    async fn flow_aliases(&self, flow: &str) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListFlowAliases";
        let found = pages!(LIST, self.agents.list_flow_aliases().flow_identifier(flow));
        let texts = |each: &aws_sdk_bedrockagent::types::FlowAliasSummary| {
            let texts = [(Place::Name, Some(each.name())), (Place::Description, each.description())];
            self.by_arn(LIST, each.arn(), texts)
        };
        found.iter().map(texts).collect()
    }

    async fn prompts(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListPrompts";
        let found = pages!(LIST, self.agents.list_prompts());
        let texts = |each: &aws_sdk_bedrockagent::types::PromptSummary| {
            let texts = [(Place::Name, Some(each.name())), (Place::Description, each.description())];
            self.by_id(LIST, Kind::Prompt, each.id(), texts)
        };
        found.iter().map(texts).collect()
    }
}
