"""A resource of each kind that has a name and tags, made by anybody under any name."""

from __future__ import annotations

from typing import Any, Callable

from demo.principals import Principal

_MODEL = "amazon.titan-text-lite-v1"
_MODEL_ARN = f"arn:aws:bedrock:us-east-1::foundation-model/{_MODEL}"
_ROLE = "arn:aws:iam::000000000000:role/any"
_S3 = {"s3Uri": "s3://any/"}
_SOURCE = {"s3DataSource": _S3}
_MESSAGES = {"blockedInputMessaging": "-", "blockedOutputsMessaging": "-"}
_EVALUATION = {"automated": {"datasetMetricConfigs": [
    {"taskType": "Summarization", "dataset": {"name": "Builtin.Bold"}, "metricNames": ["Builtin.Robustness"]}]}}
_ENDPOINT = {"sageMaker": {"initialInstanceCount": 1, "instanceType": "ml.g5.xlarge", "executionRole": _ROLE}}
_HUB = "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/any"

Tags = "dict[str, str]"


def _bedrock(operation: str, name: str, arn: str, tags: str, **given: Any) -> "Callable[[Principal, str, Tags], str]":
    """By the members for the name and the tags, and the answer's member with the ARN."""
    def make(who: Principal, named: str, tagged: "dict[str, str]") -> str:
        pairs = [{"key": key, "value": value} for key, value in tagged.items()]
        more = {tags: pairs} if tags and pairs else {}
        return getattr(who.client("bedrock"), operation)(**{name: named}, **given, **more)[arn]

    return make


def _agent(who: Principal, name: str, tags: "dict[str, str]") -> str:
    return who.client("bedrock-agent").create_agent(agentName=name, tags=tags)["agent"]["agentArn"]


def _agent_alias(who: Principal, name: str, tags: "dict[str, str]") -> str:
    agents = who.client("bedrock-agent")
    agent = _agent(who, _unlike(name), {}).rsplit("/", 1)[1]
    return agents.create_agent_alias(agentId=agent, agentAliasName=name, tags=tags)["agentAlias"]["agentAliasArn"]


def _knowledge_base(who: Principal, name: str, tags: "dict[str, str]") -> str:
    return who.client("bedrock-agent").create_knowledge_base(
        name=name, roleArn=_ROLE, tags=tags, knowledgeBaseConfiguration={"type": "KENDRA", "kendraKnowledgeBaseConfiguration": {
            "kendraIndexArn": "arn:aws:kendra:us-east-1:000000000000:index/any"}})["knowledgeBase"]["knowledgeBaseArn"]


def _data_source(who: Principal, name: str, tags: "dict[str, str]") -> str:
    base = _knowledge_base(who, _unlike(name), {}).rsplit("/", 1)[1]
    made = who.client("bedrock-agent").create_data_source(knowledgeBaseId=base, name=name, dataSourceConfiguration={
        "type": "S3", "s3Configuration": {"bucketArn": "arn:aws:s3:::any"}})["dataSource"]
    return f"data-source/{base}/{made['dataSourceId']}"


def _flow(who: Principal, name: str, tags: "dict[str, str]") -> str:
    return who.client("bedrock-agent").create_flow(name=name, executionRoleArn=_ROLE, tags=tags)["arn"]


def _flow_alias(who: Principal, name: str, tags: "dict[str, str]") -> str:
    flow = _flow(who, _unlike(name), {}).rsplit("/", 1)[1]
    return who.client("bedrock-agent").create_flow_alias(
        flowIdentifier=flow, name=name, routingConfiguration=[{"flowVersion": "1"}], tags=tags)["arn"]


def _prompt(who: Principal, name: str, tags: "dict[str, str]") -> str:
    return who.client("bedrock-agent").create_prompt(name=name, tags=tags)["arn"]


def _unlike(name: str) -> str:
    """Another name, without anything of this one that could be found."""
    return f"plain-{abs(hash(name)) % 10**4}"


#: By what their ids begin with.
KINDS: "dict[str, Callable[[Principal, str, Tags], str]]" = {
    "agent": _agent,
    "agent-alias": _agent_alias,
    "application-inference-profile": _bedrock(
        "create_inference_profile", "inferenceProfileName", "inferenceProfileArn", "tags",
        modelSource={"copyFrom": _MODEL_ARN}),
    "custom-model": _bedrock("create_custom_model", "modelName", "modelArn", "modelTags", modelSourceConfig=_SOURCE),
    "data-source": _data_source,
    "evaluation-job": _bedrock(
        "create_evaluation_job", "jobName", "jobArn", "jobTags", roleArn=_ROLE, evaluationConfig=_EVALUATION,
        inferenceConfig={"models": [{"bedrockModel": {"modelIdentifier": _MODEL}}]}, outputDataConfig=_S3),
    "flow": _flow,
    "flow-alias": _flow_alias,
    "guardrail": _bedrock("create_guardrail", "name", "guardrailArn", "tags", **_MESSAGES),
    "knowledge-base": _knowledge_base,
    "model-copy-job": _bedrock(
        "create_model_copy_job", "targetModelName", "jobArn", "targetModelTags",
        sourceModelArn="arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/abcdefabcdef"),
    "model-customization-job": _bedrock(
        "create_model_customization_job", "customModelName", "jobArn", "jobTags", jobName="any", roleArn=_ROLE,
        baseModelIdentifier=_MODEL, trainingDataConfig=_S3, outputDataConfig=_S3),
    "model-import-job": _bedrock(
        "create_model_import_job", "jobName", "jobArn", "jobTags", importedModelName="any", roleArn=_ROLE,
        modelDataSource=_SOURCE),
    "model-invocation-job": _bedrock(
        "create_model_invocation_job", "jobName", "jobArn", "tags", roleArn=_ROLE, modelId=_MODEL,
        inputDataConfig={"s3InputDataConfig": _S3}, outputDataConfig={"s3OutputDataConfig": _S3}),
    "prompt": _prompt,
    "prompt-router": _bedrock(
        "create_prompt_router", "promptRouterName", "promptRouterArn", "tags", models=[{"modelArn": _MODEL_ARN}],
        fallbackModel={"modelArn": _MODEL_ARN}, routingCriteria={"responseQualityDifference": 0}),
    "provisioned-model": _bedrock(
        "create_provisioned_model_throughput", "provisionedModelName", "provisionedModelArn", "tags", modelId=_MODEL,
        modelUnits=1),
}
#: Those whose tags are read: the others have none of their own.
TAGGED = sorted(set(KINDS) - {"data-source", "model-copy-job"})


def make(kind: str, who: Principal, name: str, tags: "dict[str, str] | None" = None) -> str:
    """The id of a new resource."""
    return KINDS[kind](who, name, tags or {})


def endpoint(who: Principal, name: str) -> str:
    """The ARN of a marketplace endpoint, which ends with its name."""
    return who.client("bedrock").create_marketplace_model_endpoint(
        modelSourceIdentifier=_HUB, endpointName=name, endpointConfig=_ENDPOINT)["marketplaceModelEndpoint"]["endpointArn"]


def imported_model(who: Principal, name: str) -> str:
    """The ARN of a model that an import job has made."""
    bedrock = who.client("bedrock")
    bedrock.create_model_import_job(jobName="any", importedModelName=name, roleArn=_ROLE, modelDataSource=_SOURCE)
    [made] = [each for each in bedrock.list_imported_models()["modelSummaries"] if each["modelName"] == name]
    return made["modelArn"]


def tag(who: Principal, arn: str, tags: "dict[str, str]") -> None:
    """On the plane that owns it."""
    if arn.split(":")[5].split("/")[0] in ("agent", "agent-alias", "flow", "knowledge-base", "prompt"):
        who.client("bedrock-agent").tag_resource(resourceArn=arn, tags=tags)
    else:
        pairs = [{"key": key, "value": value} for key, value in tags.items()]
        who.client("bedrock").tag_resource(resourceARN=arn, tags=pairs)
