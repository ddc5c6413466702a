//! Where an event says to look. It may hold names and tags, so of it only ids are taken.

use remediation::{ApiCall, Scope};

use crate::{Address, Home, Inventory, Kind};

/// Where to look.
#[derive(Debug, PartialEq)]
pub enum Pointer {
    /// At this resource.
    At(Address),
    /// At all of a kind: an event told of one of them, but not which.
    List(Kind),
}

/// A call that names or renames something: what it makes, where its answer has the ARN, and which parameter names the thing.
/// Some answers have none, and parts of any may be hidden or missing.
struct Call(&'static str, Kind, &'static str, Option<&'static str>);

const CALLS: &[Call] = &[
    Call("CreateAgent", Kind::Agent, "/agent/agentArn", None),
    Call("UpdateAgent", Kind::Agent, "/agent/agentArn", Some("agentId")),
    Call("CreateAgentAlias", Kind::AgentAlias, "/agentAlias/agentAliasArn", None),
    Call("UpdateAgentAlias", Kind::AgentAlias, "/agentAlias/agentAliasArn", None),
    Call("CreateCustomModel", Kind::CustomModel, "/modelArn", None),
    Call("CreateDataSource", Kind::DataSource, "/dataSource", None),
    Call("UpdateDataSource", Kind::DataSource, "/dataSource", None),
    Call("CreateEvaluationJob", Kind::EvaluationJob, "/jobArn", None),
    Call("CreateFlow", Kind::Flow, "/arn", None),
    Call("UpdateFlow", Kind::Flow, "/arn", Some("flowIdentifier")),
    Call("CreateFlowAlias", Kind::FlowAlias, "/arn", None),
    Call("UpdateFlowAlias", Kind::FlowAlias, "/arn", None),
    Call("CreateGuardrail", Kind::Guardrail, "/guardrailArn", None),
    Call("UpdateGuardrail", Kind::Guardrail, "/guardrailArn", Some("guardrailIdentifier")),
    Call("CreateInferenceProfile", Kind::InferenceProfile, "/inferenceProfileArn", None),
    Call("CreateKnowledgeBase", Kind::KnowledgeBase, "/knowledgeBase/knowledgeBaseArn", None),
    Call("UpdateKnowledgeBase", Kind::KnowledgeBase, "/knowledgeBase/knowledgeBaseArn", Some("knowledgeBaseId")),
    Call("CreateMarketplaceModelEndpoint", Kind::MarketplaceEndpoint, "/marketplaceModelEndpoint/endpointArn", None),
    Call(
        "RegisterMarketplaceModelEndpoint",
        Kind::MarketplaceEndpoint,
        "/marketplaceModelEndpoint/endpointArn",
        Some("endpointIdentifier"),
    ),
    Call("CreateModelCopyJob", Kind::CopyJob, "/jobArn", None),
    Call("CreateModelCustomizationJob", Kind::CustomizationJob, "/jobArn", None),
    Call("CreateModelImportJob", Kind::ImportJob, "/jobArn", None),
    Call("CreateModelInvocationJob", Kind::InvocationJob, "/jobArn", None),
    Call("CreatePrompt", Kind::Prompt, "/arn", None),
    Call("UpdatePrompt", Kind::Prompt, "/arn", Some("promptIdentifier")),
    Call("CreatePromptRouter", Kind::PromptRouter, "/promptRouterArn", None),
    Call("CreateProvisionedModelThroughput", Kind::ProvisionedModel, "/provisionedModelArn", None),
    Call("UpdateProvisionedModelThroughput", Kind::ProvisionedModel, "", Some("provisionedModelId")),
];

impl Inventory {
    /// Where a call says to look.
    pub fn scope_of(&self, call: &ApiCall) -> Scope<Pointer> {
        match call.source.as_str() {
            "s3.amazonaws.com" => self.bucket_of(call),
            // What agents log has no source of its own, as far as is known.
            "bedrock.amazonaws.com" | "bedrock-agent.amazonaws.com" => resource_of(call, &self.home),
            _ => Scope::Nothing("not a call of a service that is looked after"),
        }
    }

    fn bucket_of(&self, call: &ApiCall) -> Scope<Pointer> {
        let at = match call.name.as_str() {
            "CreateBucket" | "PutBucketTagging" => {
                call.parameter("bucketName").and_then(|name| self.home.address_of(Kind::Bucket, name))
            }
            // The call of S3 Control that tags a bucket whose tags take part in access control.
            "TagResource" => call.parameter("resourceArn").and_then(|arn| self.home.address(arn)),
            _ => None,
        };
        match at {
            Some(at) if at.bucket().is_some_and(|name| self.is_declared(name)) => Scope::These(vec![Pointer::At(at)]),
            _ => Scope::Nothing("not a bucket of the deployment's sets"),
        }
    }
}

fn resource_of(call: &ApiCall, home: &Home) -> Scope<Pointer> {
    if call.name == "TagResource" {
        let arn = call.parameter("resourceARN").or_else(|| call.parameter("resourceArn"));
        return match arn.map(|arn| home.address(arn)) {
            Some(Some(at)) => Scope::These(vec![Pointer::At(at)]),
            Some(None) => Scope::Nothing("not a resource of a kind that is looked after"),
            None => Scope::All,
        };
    }
    let Some(Call(_, kind, answer, parameter)) = CALLS.iter().find(|known| known.0 == call.name) else {
        return Scope::Nothing("not a call that names or tags anything");
    };
    let answered = if *kind == Kind::DataSource {
        data_source(call, home)
    } else {
        call.response_element_at(answer).and_then(|arn| home.address(arn))
    };
    let given = || {
        let named = parameter.and_then(|parameter| call.parameter(parameter))?;
        home.address(named).or_else(|| home.address_of(*kind, named))
    };
    let at = answered.or_else(given).filter(|at| at.kind == *kind);
    Scope::These(vec![at.map_or(Pointer::List(*kind), Pointer::At)])
}

/// A data source has no ARN.
fn data_source(call: &ApiCall, home: &Home) -> Option<Address> {
    let id = |name: &str| call.response_element_at(&format!("/dataSource/{name}")).or_else(|| call.parameter(name));
    home.address_of(Kind::DataSource, &format!("{}/{}", id("knowledgeBaseId")?, id("dataSourceId")?))
}
