"""Agents, flows, prompts and data sources, models and jobs: whole updates, preparations, keys, and who may use them."""

from __future__ import annotations

import datetime
import json

import botocore.exceptions
import pytest

REGION = "eu-south-1"
ROLE = "arn:aws:iam::000000000000:role/bedrock-agents"
S3_URI = {"s3Uri": "s3://any/"}
MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
_AGENT = {"agentName": "whole", "foundationModel": MODEL, "agentResourceRoleArn": ROLE}
_OVERRIDDEN = {"promptType": "ORCHESTRATION", "promptCreationMode": "OVERRIDDEN", "basePromptTemplate": "x" * 20,
               "promptState": "ENABLED"}
_DATA = {"type": "S3", "s3Configuration": {"bucketArn": "arn:aws:s3:::any"}}


def refused(call):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call()
    return caught.value.response["Error"]["Code"]


@pytest.fixture
def agents(aws):
    return aws.client("bedrock-agent", region=REGION)


@pytest.fixture
def key(aws):
    return aws.client("kms", region=REGION).create_key()["KeyMetadata"]["Arn"]


@pytest.fixture
def agent(agents):
    made = agents.create_agent(
        **_AGENT, description="d", instruction="i" * 40, memoryConfiguration={"enabledMemoryTypes": ["SESSION_SUMMARY"]})
    yield made["agent"]["agentId"]
    agents.delete_agent(agentId=made["agent"]["agentId"])


def test_an_update_of_an_agent_leaves_nothing_that_it_does_not_name(agents, agent):
    agents.update_agent(agentId=agent, **_AGENT)
    left = agents.get_agent(agentId=agent)["agent"]
    assert not {"description", "instruction", "memoryConfiguration", "customerEncryptionKeyArn"} & set(left)
    assert refused(lambda: agents.update_agent(
        agentId=agent, **{**_AGENT, "agentCollaboration": "NONESUCH"})) == "ValidationException"


def test_an_update_undoes_a_preparation(agents, agent):
    assert "preparedAt" not in agents.get_agent(agentId=agent)["agent"]
    agents.prepare_agent(agentId=agent)
    prepared = agents.get_agent(agentId=agent)["agent"]
    assert (prepared["agentStatus"], "preparedAt" in prepared) == ("PREPARED", True)
    assert agents.update_agent(agentId=agent, **_AGENT)["agent"]["agentStatus"] == "NOT_PREPARED"
    assert agents.get_agent(agentId=agent)["agent"]["agentStatus"] == "NOT_PREPARED"


def test_a_prompt_of_bedrock_s_own_is_shown_and_not_taken(agents, agent):
    agents.update_agent(agentId=agent, **_AGENT, promptOverrideConfiguration={"promptConfigurations": [_OVERRIDDEN]})
    shown = agents.get_agent(agentId=agent)["agent"]["promptOverrideConfiguration"]
    modes = {each["promptType"]: each["promptCreationMode"] for each in shown["promptConfigurations"]}
    assert modes["ORCHESTRATION"] == "OVERRIDDEN" and list(modes.values()).count("DEFAULT") == 3
    assert all(each["basePromptTemplate"] for each in shown["promptConfigurations"])
    assert refused(lambda: agents.update_agent(agentId=agent, **_AGENT, promptOverrideConfiguration=shown)) == "ValidationException"


def test_flows_prompts_and_data_sources_are_replaced_whole(agents):
    flow = agents.create_flow(name="f", executionRoleArn=ROLE, description="d", definition={"nodes": [], "connections": []})["id"]
    agents.prepare_flow(flowIdentifier=flow)
    assert agents.update_flow(flowIdentifier=flow, name="f", executionRoleArn=ROLE)["status"] == "NotPrepared"
    assert not {"description", "definition"} & set(agents.get_flow(flowIdentifier=flow))
    prompt = agents.create_prompt(name="p", description="d")["id"]
    agents.update_prompt(promptIdentifier=prompt, name="p")
    assert "description" not in agents.get_prompt(promptIdentifier=prompt)
    agents.create_prompt_version(promptIdentifier=prompt)
    listed = agents.list_prompts(promptIdentifier=prompt)["promptSummaries"]
    assert [each["version"] for each in listed] == ["DRAFT", "1"]
    base = agents.create_knowledge_base(
        name="k", roleArn=ROLE, knowledgeBaseConfiguration={"type": "VECTOR"})["knowledgeBase"]["knowledgeBaseId"]
    source = agents.create_data_source(
        knowledgeBaseId=base, name="d", description="d", dataSourceConfiguration=_DATA)["dataSource"]["dataSourceId"]
    agents.update_data_source(knowledgeBaseId=base, dataSourceId=source, name="d", dataSourceConfiguration=_DATA)
    assert "description" not in agents.get_data_source(knowledgeBaseId=base, dataSourceId=source)["dataSource"]


def _may(*actions, resource="*", **condition):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {**statement, "Condition": {"StringEquals": condition}} if condition else statement


def test_who_updates_passes_the_role_and_uses_the_key(aws, agents, agent, key):
    passing = _may("iam:PassRole", resource=ROLE, **{"iam:PassedToService": "bedrock.amazonaws.com"})
    using = _may("kms:GenerateDataKey", "kms:Decrypt", resource=key, **{"kms:ViaService": f"bedrock.{REGION}.amazonaws.com"})
    calls = _may("bedrock:UpdateAgent", "bedrock:GetAgent")
    update = lambda client: client.update_agent(agentId=agent, **_AGENT, customerEncryptionKeyArn=key)  # noqa: E731
    for name, statements in {"passes-nothing": [calls, using], "uses-nothing": [calls, passing]}.items():
        session = aws.client("bedrock-agent", aws.role(name, *statements), REGION)
        assert refused(lambda: update(session)) == "AccessDeniedException", name
    update(aws.client("bedrock-agent", aws.role("updates-agents", calls, passing, using), REGION))
    assert agents.get_agent(agentId=agent)["agent"]["customerEncryptionKeyArn"] == key
    reader = aws.client("bedrock-agent", aws.role("reads-agents", calls), REGION)
    assert refused(lambda: reader.get_agent(agentId=agent)) == "AccessDeniedException"
    aws.client("kms", region=REGION).disable_key(KeyId=key)
    assert refused(lambda: update(agents)) == "ValidationException"
    aws.client("kms", region=REGION).enable_key(KeyId=key)


def test_models_and_jobs_show_their_keys(aws, key):
    bedrock = aws.client("bedrock", region=REGION)
    custom = bedrock.create_custom_model(
        modelName="keyed", modelSourceConfig={"s3DataSource": S3_URI}, modelKmsKeyArn=key)["modelArn"]
    assert bedrock.get_custom_model(modelIdentifier=custom)["modelKmsKeyArn"] == key
    bedrock.create_model_import_job(
        jobName="j", importedModelName="imported", roleArn=ROLE, modelDataSource={"s3DataSource": S3_URI}, importedModelKmsKeyId=key)
    [imported] = bedrock.list_imported_models()["modelSummaries"]
    assert bedrock.get_imported_model(modelIdentifier=imported["modelArn"])["modelKmsKeyArn"] == key
    output = {"s3OutputDataConfig": {**S3_URI, "s3EncryptionKeyId": key}}
    batch = bedrock.create_model_invocation_job(
        jobName="b", roleArn=ROLE, modelId=MODEL, inputDataConfig={"s3InputDataConfig": S3_URI}, outputDataConfig=output)["jobArn"]
    shown = bedrock.get_model_invocation_job(jobIdentifier=batch)
    assert shown["outputDataConfig"] == output and shown["submitTime"]
    evaluation = {"automated": {"datasetMetricConfigs": [
        {"taskType": "Summarization", "dataset": {"name": "Builtin.Bold"}, "metricNames": ["Builtin.Robustness"]}]}}
    job = bedrock.create_evaluation_job(
        jobName="e", roleArn=ROLE, evaluationConfig=evaluation, outputDataConfig=S3_URI, customerEncryptionKeyId=key,
        inferenceConfig={"models": [{"bedrockModel": {"modelIdentifier": MODEL}}]})["jobArn"]
    assert bedrock.get_evaluation_job(jobIdentifier=job)["customerEncryptionKeyId"] == key
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    past = soon - datetime.timedelta(hours=2)
    for listed, member, parameter in (
        (bedrock.list_evaluation_jobs, "jobSummaries", "creationTimeAfter"),
        (bedrock.list_model_invocation_jobs, "invocationJobSummaries", "submitTimeAfter"),
    ):
        assert [len(listed(**{parameter: when})[member]) for when in (past, soon)] == [1, 0]


def test_a_model_is_named_by_its_arn_for_iam_too(aws, key):
    bedrock = aws.client("bedrock", region=REGION)
    arn = bedrock.create_custom_model(modelName="named", modelSourceConfig={"s3DataSource": S3_URI})["modelArn"]
    kinds = arn.rsplit("/", 2)[0] + "/*"
    reader = aws.client("bedrock", aws.role("reads-custom-models", _may("bedrock:GetCustomModel", resource=kinds)), REGION)
    assert json.loads(json.dumps(reader.get_custom_model(modelIdentifier=arn), default=str))["modelArn"] == arn
    none = aws.client("bedrock", aws.role("reads-imported-models", _may("bedrock:GetCustomModel", resource=kinds + "x")), REGION)
    assert refused(lambda: none.get_custom_model(modelIdentifier=arn)) == "AccessDeniedException"
