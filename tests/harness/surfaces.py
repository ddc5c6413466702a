"""Bedrock's resources with what others have put into them, made without a key or with one, and what they are like."""

from __future__ import annotations

import json
import secrets
from collections import deque
from typing import Any, Callable

from demo.principals import Principal

from .account import surroundings
from .local import saved_event

DUTY = "storage-surfaces"
ROLE = "arn:aws:iam::000000000000:role/bedrock-of-tests"
MODEL = "amazon.titan-text-lite-v1"
_S3 = {"s3Uri": "s3://any/"}
_ARN = "arn:aws:bedrock:us-east-1:000000000000:"
_KEY = "customerEncryptionKeyArn"
#: What an update or a preparation itself changes.
_MOVING = (_KEY, "serverSideEncryptionConfiguration", "agentStatus", "status", "updatedAt", "preparedAt")
_EVALUATION = {"automated": {"datasetMetricConfigs": [
    {"taskType": "Summarization", "dataset": {"name": "Builtin.Bold"}, "metricNames": ["Builtin.Robustness"]}]}}


def data_key() -> str:
    """The key that Phiward gives."""
    return surroundings().outputs["DataKeyArn"]


def name() -> str:
    """Never the same."""
    return f"surface-{secrets.token_hex(4)}"


def _keyed(key: "str | None", member: str = _KEY) -> "dict[str, str]":
    return {member: key} if key else {}


def _agent(who: Principal, key: "str | None", **given: Any) -> str:
    agents = who.client("bedrock-agent")
    whole: "dict[str, Any]" = {
        "agentName": name(), "foundationModel": MODEL, "agentResourceRoleArn": ROLE, "idleSessionTTLInSeconds": 1234,
        "instruction": "Answer what the front desk is asked — kindly, and only from what you were given.",
        "description": "theirs", "agentCollaboration": "SUPERVISOR",
        "memoryConfiguration": {"enabledMemoryTypes": ["SESSION_SUMMARY"], "storageDays": 30},
        "guardrailConfiguration": {"guardrailIdentifier": "abcdef123456", "guardrailVersion": "3"},
        "promptOverrideConfiguration": {"promptConfigurations": [
            {"promptType": "ORCHESTRATION", "promptCreationMode": "OVERRIDDEN", "promptState": "ENABLED", "parserMode": "DEFAULT",
             "basePromptTemplate": '{"system": "theirs — {{x}}"}',
             "inferenceConfiguration": {"temperature": 0.25, "topP": 1.0, "topK": 5, "maximumLength": 99, "stopSequences": ["é"]}},
            {"promptType": "PRE_PROCESSING", "promptCreationMode": "DEFAULT", "promptState": "DISABLED"}]}, **given}
    return agents.create_agent(**whole, **_keyed(key))["agent"]["agentArn"]


def knowledge_base(who: Principal, **given: Any) -> str:
    """Its id; its store is nobody's concern but its own."""
    storage = {"type": "S3_VECTORS", "s3VectorsConfiguration": {
        "indexArn": f"arn:aws:s3vectors:us-east-1:000000000000:bucket/{name()}/index/i"}}
    whole = {"knowledgeBaseConfiguration": {"type": "VECTOR"}, "storageConfiguration": storage, **given}
    made = who.client("bedrock-agent").create_knowledge_base(name=name(), roleArn=ROLE, **whole)
    return made["knowledgeBase"]["knowledgeBaseId"]


def _data_source(who: Principal, key: "str | None") -> str:
    base = knowledge_base(who)
    encryption = {"serverSideEncryptionConfiguration": {"kmsKeyArn": key}} if key else {}
    made = who.client("bedrock-agent").create_data_source(
        knowledgeBaseId=base, name=name(), description="theirs", dataDeletionPolicy="RETAIN", dataSourceConfiguration={
            "type": "S3", "s3Configuration": {"bucketArn": "arn:aws:s3:::any", "inclusionPrefixes": ["wards/"]}},
        vectorIngestionConfiguration={"chunkingConfiguration": {
            "chunkingStrategy": "FIXED_SIZE", "fixedSizeChunkingConfiguration": {"maxTokens": 300, "overlapPercentage": 20}}},
        **encryption)["dataSource"]
    return f"data-source/{base}/{made['dataSourceId']}"


def _flow(who: Principal, key: "str | None") -> str:
    definition = {"nodes": [{"name": "In", "type": "Input", "outputs": [{"name": "document", "type": "String"}]}],
                  "connections": []}
    return who.client("bedrock-agent").create_flow(
        name=name(), executionRoleArn=ROLE, description="theirs", definition=definition, **_keyed(key))["arn"]


def _prompt(who: Principal, key: "str | None") -> str:
    variant = {"name": "v", "templateType": "TEXT", "modelId": MODEL,
               "templateConfiguration": {"text": {"text": "Sum up: {{letter}} — é", "inputVariables": [{"name": "letter"}]}},
               "inferenceConfiguration": {"text": {"temperature": 0.5, "maxTokens": 200}}}
    return who.client("bedrock-agent").create_prompt(
        name=name(), description="theirs", defaultVariant="v", variants=[variant], **_keyed(key))["arn"]


def _guardrail(who: Principal, key: "str | None", **given: Any) -> str:
    return who.client("bedrock").create_guardrail(
        name=name(), blockedInputMessaging="-", blockedOutputsMessaging="-", **_keyed(key, "kmsKeyId"), **given)["guardrailArn"]


def _custom_model(who: Principal, key: "str | None") -> str:
    return who.client("bedrock").create_custom_model(
        modelName=name(), modelSourceConfig={"s3DataSource": _S3}, **_keyed(key, "modelKmsKeyArn"))["modelArn"]


def _imported_model(who: Principal, key: "str | None") -> str:
    bedrock, named = who.client("bedrock"), name()
    bedrock.create_model_import_job(jobName=named, importedModelName=named, roleArn=ROLE, modelDataSource={"s3DataSource": _S3},
                                    **_keyed(key, "importedModelKmsKeyId"))
    [made] = [each for each in bedrock.list_imported_models()["modelSummaries"] if each["modelName"] == named]
    return made["modelArn"]


def _evaluation_job(who: Principal, key: "str | None") -> str:
    return who.client("bedrock").create_evaluation_job(
        jobName=name(), roleArn=ROLE, evaluationConfig=_EVALUATION, outputDataConfig=_S3,
        inferenceConfig={"models": [{"bedrockModel": {"modelIdentifier": MODEL}}]}, **_keyed(key, "customerEncryptionKeyId"))["jobArn"]


def _invocation_job(who: Principal, key: "str | None") -> str:
    return who.client("bedrock").create_model_invocation_job(
        jobName=name(), roleArn=ROLE, modelId=MODEL, inputDataConfig={"s3InputDataConfig": _S3},
        outputDataConfig={"s3OutputDataConfig": {**_S3, **_keyed(key, "s3EncryptionKeyId")}})["jobArn"]


def _knowledge_base(who: Principal, key: "str | None") -> str:
    """One whose vectors Bedrock keeps itself: only there it tells the key."""
    encryption = {"serverSideEncryptionConfiguration": {"kmsKeyArn": key}} if key else {}
    managed = {"type": "MANAGED", "managedKnowledgeBaseConfiguration": {"embeddingModelType": "MANAGED", **encryption}}
    base = who.client("bedrock-agent").create_knowledge_base(name=name(), roleArn=ROLE, knowledgeBaseConfiguration=managed)
    return base["knowledgeBase"]["knowledgeBaseArn"]


#: Of each kind: its control, the read of one, and how one is made.
KINDS: "dict[str, tuple[str, str, Callable[[Principal, str | None], str]]]" = {
    "agent": ("agents", "GetAgent", _agent),
    "data-source": ("data-sources", "GetDataSource", _data_source),
    "flow": ("flows", "GetFlow", _flow),
    "prompt": ("prompts", "GetPrompt", _prompt),
    "guardrail": ("guardrails", "GetGuardrail", _guardrail),
    "custom-model": ("models", "GetCustomModel", _custom_model),
    "imported-model": ("models", "GetImportedModel", _imported_model),
    "evaluation-job": ("jobs", "GetEvaluationJob", _evaluation_job),
    "model-invocation-job": ("jobs", "GetModelInvocationJob", _invocation_job),
    "knowledge-base": ("vector-stores", "GetKnowledgeBase", _knowledge_base),
}
_KEPT: "dict[str, deque[str]]" = {}
_MOST = 5
REPAIRED = ("agent", "data-source", "flow", "prompt")


def control(kind: str) -> str:
    """The rule for a kind."""
    return f"{DUTY}.{KINDS[kind][0]}"


def made(kind: str, who: Principal, key: "str | None" = None, **given: Any) -> str:
    """The id of a new one. Of those that this process has made only the last few stay: others count what is there."""
    kept = _KEPT.setdefault(kind, deque())
    kept.append(KINDS[kind][2](who, key, **given))
    while len(kept) > _MOST:
        _delete(kept.popleft())
    return kept[-1]


def _delete(resource: str) -> None:
    bedrock, agents = surroundings().admin.client("bedrock"), surroundings().admin.client("bedrock-agent")
    own = resource.split(":", 5)[-1].split("/")
    delete: "dict[str, Callable[[], Any]]" = {
        "agent": lambda: agents.delete_agent(agentId=own[1]), "flow": lambda: agents.delete_flow(flowIdentifier=own[1]),
        "prompt": lambda: agents.delete_prompt(promptIdentifier=own[1]),
        # With what belongs to it.
        "data-source": lambda: (agents.delete_data_source(knowledgeBaseId=own[1], dataSourceId=own[2]),
                                agents.delete_knowledge_base(knowledgeBaseId=own[1])),
        "knowledge-base": lambda: agents.delete_knowledge_base(knowledgeBaseId=own[1]),
        "guardrail": lambda: bedrock.delete_guardrail(guardrailIdentifier=own[1]),
        "custom-model": lambda: bedrock.delete_custom_model(modelIdentifier=resource),
        "imported-model": lambda: bedrock.delete_imported_model(modelIdentifier=resource),
    }
    # Jobs stay for ever.
    delete.get(own[0], lambda: None)()


def own_id(resource: str) -> str:
    """What its ARN ends with."""
    return resource.rsplit("/", 1)[1]


def shown(resource: str) -> "dict[str, Any]":
    """What Bedrock says of it."""
    agents = surroundings().admin.client("bedrock-agent")
    own = resource.split(":")[-1].split("/")
    if own[0] == "guardrail":
        return surroundings().admin.client("bedrock").get_guardrail(guardrailIdentifier=own[1])
    if own[0] == "agent":
        return agents.get_agent(agentId=own[1])["agent"]
    if own[0] == "data-source":
        return agents.get_data_source(knowledgeBaseId=own[1], dataSourceId=own[2])["dataSource"]
    answer = agents.get_flow(flowIdentifier=own[1]) if own[0] == "flow" else agents.get_prompt(promptIdentifier=own[1])
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def key_of(resource: str) -> "str | None":
    """What it is encrypted with."""
    seen = shown(resource)
    return seen.get(_KEY) or seen.get("kmsKeyArn") or seen.get("serverSideEncryptionConfiguration", {}).get("kmsKeyArn")


def rest(resource: str) -> str:
    """All but its key and what an update moves, as text."""
    return json.dumps({name: value for name, value in shown(resource).items() if name not in _MOVING}, default=str, ensure_ascii=False)


def call_on(resource: str) -> "dict[str, Any]":
    """An event that leads to it, as its answer names it."""
    event = saved_event(f"{DUTY}/create-agent.json")
    own = resource.removeprefix(_ARN).split("/")
    names = {
        "agent": ("CreateAgent", {"agent": {"agentArn": resource}}), "flow": ("CreateFlow", {"arn": resource}),
        "prompt": ("CreatePrompt", {"arn": resource}), "guardrail": ("CreateGuardrail", {"guardrailArn": resource}),
        "custom-model": ("CreateCustomModel", {"modelArn": resource}),
        "evaluation-job": ("CreateEvaluationJob", {"jobArn": resource}),
        "model-invocation-job": ("CreateModelInvocationJob", {"jobArn": resource}),
        "knowledge-base": ("CreateKnowledgeBase", {"knowledgeBase": {"knowledgeBaseArn": resource}}),
    }
    if own[0] == "data-source":
        called, answer = "CreateDataSource", {"dataSource": {"knowledgeBaseId": own[1], "dataSourceId": own[2]}}
    else:
        called, answer = names[own[0]]
    event["detail"].update(eventName=called, requestParameters={}, responseElements=answer)
    return event
