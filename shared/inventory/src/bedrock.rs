//! The lists of Bedrock's control plane.

use aws_sdk_bedrock::types::{InferenceProfileType, PromptRouterType};
use policy::Redacted;
use policy::free_text::{Place, Tag};
use remediation::ReadError;

use super::{Inventory, Kind, Listed, pages};

impl Inventory {
    pub(crate) async fn bedrock_plane(&self, kind: Kind) -> Result<Vec<Listed>, ReadError> {
        match kind {
            Kind::CustomModel => self.custom_models().await,
            Kind::Guardrail => self.guardrails().await,
            Kind::ImportedModel => self.imported_models().await,
            Kind::InferenceProfile => self.inference_profiles().await,
            Kind::MarketplaceEndpoint => self.marketplace_endpoints().await,
            Kind::PromptRouter => self.prompt_routers().await,
            Kind::ProvisionedModel => self.provisioned_models().await,
            Kind::CopyJob => self.copy_jobs().await,
            Kind::CustomizationJob => self.customization_jobs().await,
            Kind::EvaluationJob => self.evaluation_jobs().await,
            Kind::ImportJob => self.import_jobs().await,
            Kind::InvocationJob => self.invocation_jobs().await,
            _ => Ok(Vec::new()),
        }
    }

    async fn guardrails(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListGuardrails";
        let found = pages!(LIST, self.bedrock.list_guardrails());
        let texts = |each: &aws_sdk_bedrock::types::GuardrailSummary| {
            let texts = [(Place::Name, Some(each.name())), (Place::Description, each.description())];
            self.by_arn(LIST, each.arn(), texts)
        };
        found.iter().map(texts).collect()
    }

    /// Those that the account made; the others are AWS's own.
    async fn inference_profiles(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListInferenceProfiles";
        let ours = self.bedrock.list_inference_profiles().type_equals(InferenceProfileType::Application);
        let found = pages!(LIST, ours);
        let texts = |each: &aws_sdk_bedrock::types::InferenceProfileSummary| {
            let texts = [(Place::Name, Some(each.inference_profile_name())), (Place::Description, each.description())];
            self.by_arn(LIST, each.inference_profile_arn(), texts)
        };
        found.iter().map(texts).collect()
    }

    /// Those of this account: others may share theirs with it.
    async fn custom_models(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListCustomModels";
        let found = pages!(LIST, self.bedrock.list_custom_models().is_owned(true));
        found.iter().map(|each| self.by_arn(LIST, each.model_arn(), [(Place::Name, Some(each.model_name()))])).collect()
    }

    async fn imported_models(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListImportedModels";
        let found = pages!(LIST, self.bedrock.list_imported_models());
        found.iter().map(|each| self.by_arn(LIST, each.model_arn(), [(Place::Name, Some(each.model_name()))])).collect()
    }

    async fn provisioned_models(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListProvisionedModelThroughputs";
        let found = pages!(LIST, self.bedrock.list_provisioned_model_throughputs());
        let texts = |each: &aws_sdk_bedrock::types::ProvisionedModelSummary| {
            self.by_arn(LIST, each.provisioned_model_arn(), [(Place::Name, Some(each.provisioned_model_name()))])
        };
        found.iter().map(texts).collect()
    }

    /// Those that the account made; the default ones are AWS's own.
    async fn prompt_routers(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListPromptRouters";
        let found = pages!(LIST, self.bedrock.list_prompt_routers().r#type(PromptRouterType::Custom));
        let texts = |each: &aws_sdk_bedrock::types::PromptRouterSummary| {
            let texts = [(Place::Name, Some(each.prompt_router_name())), (Place::Description, each.description())];
            self.by_arn(LIST, each.prompt_router_arn(), texts)
        };
        found.iter().map(texts).collect()
    }

    /// An endpoint is SageMaker's; its name is the end of its ARN.
    async fn marketplace_endpoints(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListMarketplaceModelEndpoints";
        let found = pages!(LIST, self.bedrock.list_marketplace_model_endpoints());
        let texts = |each: &aws_sdk_bedrock::types::MarketplaceModelEndpointSummary| {
            let name = each.endpoint_arn().rsplit('/').next();
            self.by_arn(LIST, each.endpoint_arn(), [(Place::Name, name)])
        };
        found.iter().map(texts).collect()
    }

    async fn customization_jobs(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListModelCustomizationJobs";
        let found = pages!(LIST, self.bedrock.list_model_customization_jobs());
        let texts = |each: &aws_sdk_bedrock::types::ModelCustomizationJobSummary| {
            let texts = [(Place::Name, Some(each.job_name())), (Place::ModelName, each.custom_model_name())];
            self.by_arn(LIST, each.job_arn(), texts)
        };
        found.iter().map(texts).collect()
    }

    async fn evaluation_jobs(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListEvaluationJobs";
        let found = pages!(LIST, self.bedrock.list_evaluation_jobs());
        found.iter().map(|each| self.by_arn(LIST, each.job_arn(), [(Place::Name, Some(each.job_name()))])).collect()
    }

    async fn invocation_jobs(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListModelInvocationJobs";
        let found = pages!(LIST, self.bedrock.list_model_invocation_jobs());
        found.iter().map(|each| self.by_arn(LIST, each.job_arn(), [(Place::Name, Some(each.job_name()))])).collect()
    }

    async fn import_jobs(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListModelImportJobs";
        let found = pages!(LIST, self.bedrock.list_model_import_jobs());
        let texts = |each: &aws_sdk_bedrock::types::ModelImportJobSummary| {
            let texts = [(Place::Name, Some(each.job_name())), (Place::ModelName, each.imported_model_name())];
            self.by_arn(LIST, each.job_arn(), texts)
        };
        found.iter().map(texts).collect()
    }

    /// A copy job has no name and no tags: those that it shows are the model's.
    async fn copy_jobs(&self) -> Result<Vec<Listed>, ReadError> {
        const LIST: &str = "bedrock:ListModelCopyJobs";
        let found = pages!(LIST, self.bedrock.list_model_copy_jobs());
        let texts = |each: &aws_sdk_bedrock::types::ModelCopyJobSummary| {
            let mut listed = self.by_arn(LIST, each.job_arn(), [(Place::ModelName, each.target_model_name())])?;
            let tags = each.target_model_tags().iter();
            let tag = |tag: &aws_sdk_bedrock::types::Tag| Tag {
                key: Redacted::new(tag.key().to_owned()),
                value: Redacted::new(tag.value().to_owned()),
            };
            listed.labels.tags = tags.map(tag).collect();
            Ok(listed)
        };
        found.iter().map(texts).collect()
    }
}
