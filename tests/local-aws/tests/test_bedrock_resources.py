"""Names and tags of Bedrock's resources, as their lists and `ListTagsForResource` show them."""

from __future__ import annotations

import re

import botocore.exceptions
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from functions import messages, queue, rule

REGION = "eu-north-1"
MODEL = "amazon.titan-text-lite-v1"
ROLE = "arn:aws:iam::000000000000:role/any"
S3_URI = {"s3Uri": "s3://any/"}
ARN = "arn:aws:bedrock:eu-north-1:000000000000:"
TAGS = [{"key": "Owner", "value": "platform"}]

_DATA = {"s3InputDataConfig": S3_URI}, {"s3OutputDataConfig": S3_URI}
_EVALUATION = {"automated": {"datasetMetricConfigs": [
    {"taskType": "Summarization", "dataset": {"name": "Builtin.Bold"}, "metricNames": ["Builtin.Robustness"]}]}}
_WEIGHTS = {"s3DataSource": S3_URI}
#: operation, what it takes, the answer's member with the ARN, list, its member
_MADE = {
    "evaluation-job": ("create_evaluation_job", {
        "jobName": "e", "roleArn": ROLE, "evaluationConfig": _EVALUATION, "outputDataConfig": S3_URI, "jobTags": TAGS,
        "inferenceConfig": {"models": [{"bedrockModel": {"modelIdentifier": MODEL}}]}},
        "jobArn", "list_evaluation_jobs", "jobSummaries"),
    "model-invocation-job": ("create_model_invocation_job", {
        "jobName": "i", "roleArn": ROLE, "modelId": MODEL, "inputDataConfig": _DATA[0], "outputDataConfig": _DATA[1],
        "tags": TAGS}, "jobArn", "list_model_invocation_jobs", "invocationJobSummaries"),
    "model-customization-job": ("create_model_customization_job", {
        "jobName": "c", "customModelName": "m", "roleArn": ROLE, "baseModelIdentifier": MODEL, "trainingDataConfig": S3_URI,
        "outputDataConfig": S3_URI, "jobTags": TAGS},
        "jobArn", "list_model_customization_jobs", "modelCustomizationJobSummaries"),
    "model-import-job": ("create_model_import_job", {
        "jobName": "p", "importedModelName": "m", "roleArn": ROLE, "modelDataSource": _WEIGHTS, "jobTags": TAGS},
        "jobArn", "list_model_import_jobs", "modelImportJobSummaries"),
    "provisioned-model": ("create_provisioned_model_throughput", {
        "provisionedModelName": "t", "modelId": MODEL, "modelUnits": 1, "tags": TAGS},
        "provisionedModelArn", "list_provisioned_model_throughputs", "provisionedModelSummaries"),
    "prompt-router": ("create_prompt_router", {
        "promptRouterName": "r", "models": [{"modelArn": f"arn:aws:bedrock:{REGION}::foundation-model/{MODEL}"}],
        "fallbackModel": {"modelArn": f"arn:aws:bedrock:{REGION}::foundation-model/{MODEL}"},
        "routingCriteria": {"responseQualityDifference": 0}, "tags": TAGS},
        "promptRouterArn", "list_prompt_routers", "promptRouterSummaries"),
    "custom-model": ("create_custom_model", {
        "modelName": "m", "modelSourceConfig": _WEIGHTS, "modelTags": TAGS},
        "modelArn", "list_custom_models", "modelSummaries"),
}


@pytest.mark.parametrize("kind", _MADE)
def test_what_is_made_with_tags_has_them_and_an_arn_without_its_name(aws, kind):
    operation, given, member, listing, items = _MADE[kind]
    bedrock = aws.client("bedrock", region=REGION)
    arn = getattr(bedrock, operation)(**given)[member]
    assert arn.count("/") == 1 + (kind in ("custom-model", "model-customization-job"))
    assert re.fullmatch(rf"{ARN}{kind}/([a-z0-9.-]+/)?[a-z0-9]+", arn), arn
    assert bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == TAGS
    bedrock.tag_resource(resourceARN=arn, tags=[{"key": "Ward", "value": "3"}])
    assert len(bedrock.list_tags_for_resource(resourceARN=arn)["tags"]) == 2
    [shown] = [each for each in getattr(bedrock, listing)()[items] if arn in each.values()]
    assert missing("bedrock", listing, items, shown) == set()


def missing(service, listing, items, shown):
    """The required members of a summary that are not there."""
    model = ServiceModel(Loader().load_service_model(service, "service-2"))
    name = "".join(part.capitalize() for part in listing.split("_"))
    shape = model.operation_model(name).output_shape.members[items].member
    assert set(shown) <= set(shape.members)
    return set(shape.required_members) - set(shown)


def test_a_copy_job_shows_its_model_s_tags_and_has_none_itself(aws):
    bedrock = aws.client("bedrock", region=REGION)
    source = bedrock.create_custom_model(modelName="source", modelSourceConfig=_WEIGHTS)["modelArn"]
    arn = bedrock.create_model_copy_job(
        sourceModelArn=source, targetModelName="copied", targetModelTags=TAGS)["jobArn"]
    [shown] = [each for each in bedrock.list_model_copy_jobs()["modelCopyJobSummaries"] if each["jobArn"] == arn]
    assert (shown["targetModelName"], shown["targetModelTags"]) == ("copied", TAGS)
    assert missing("bedrock", "list_model_copy_jobs", "modelCopyJobSummaries", shown) == set()
    assert refused(lambda: bedrock.list_tags_for_resource(resourceARN=arn)) == "ValidationException"


def test_a_marketplace_endpoint_is_sagemaker_s(aws):
    bedrock = aws.client("bedrock", region=REGION)
    endpoint = {"sageMaker": {"initialInstanceCount": 1, "instanceType": "ml.g5.xlarge", "executionRole": ROLE}}
    made = bedrock.create_marketplace_model_endpoint(
        modelSourceIdentifier="arn:aws:sagemaker:eu-north-1:aws:hub-content/SageMakerPublicHub/Model/x",
        endpointName="triage", endpointConfig=endpoint)["marketplaceModelEndpoint"]
    assert made["endpointArn"] == "arn:aws:sagemaker:eu-north-1:000000000000:endpoint/triage"
    [shown] = bedrock.list_marketplace_model_endpoints()["marketplaceModelEndpoints"]
    assert shown["endpointArn"] == made["endpointArn"] and "endpointConfig" not in shown


def test_aliases_of_agents_and_flows_are_tagged_when_they_are_made(aws):
    agents = aws.client("bedrock-agent", region=REGION)
    agent = agents.create_agent(agentName="a")["agent"]["agentId"]
    alias = agents.create_agent_alias(agentId=agent, agentAliasName="live", tags={"Owner": "x"})["agentAlias"]
    flow = agents.create_flow(name="f", executionRoleArn=ROLE)["id"]
    flow_alias = agents.create_flow_alias(
        flowIdentifier=flow, name="live", routingConfiguration=[{"flowVersion": "1"}], tags={"Owner": "y"})
    for arn, owner in ((alias["agentAliasArn"], "x"), (flow_alias["arn"], "y")):
        assert agents.list_tags_for_resource(resourceArn=arn)["tags"] == {"Owner": owner}
    [shown] = agents.list_agent_aliases(agentId=agent)["agentAliasSummaries"]
    assert shown["agentAliasName"] == "live" and "description" not in shown
    [shown] = agents.list_flow_aliases(flowIdentifier=flow)["flowAliasSummaries"]
    assert missing("bedrock-agent", "list_flow_aliases", "flowAliasSummaries", shown) == set()


def test_what_belongs_to_nothing_is_not_listed(aws):
    agents = aws.client("bedrock-agent", region=REGION)
    assert refused(lambda: agents.list_agent_aliases(agentId="NONESUCH12")) == "ResourceNotFoundException"
    assert refused(lambda: agents.list_flow_aliases(flowIdentifier="NONESUCH12")) == "ResourceNotFoundException"
    assert refused(lambda: agents.list_data_sources(knowledgeBaseId="NONESUCH12")) == "ResourceNotFoundException"


@pytest.mark.parametrize("method, path", [("POST", "/agents"), ("POST", "/knowledgebases"), ("GET", "/flows"), ("GET", "/prompts")])
def test_a_path_needs_no_slash_at_its_end(aws, method, path):
    for end in ("", "/"):
        assert aws.signed(method, path + end, {} if method == "POST" else None, scope="bedrock")[0] == 200


def test_lists_come_in_pages(aws):
    region = "ap-south-1"
    agents, bedrock = aws.client("bedrock-agent", region=region), aws.client("bedrock", region=region)
    for number in range(5):
        agents.create_prompt(name=f"p{number}")
        agents.create_agent(agentName=f"a{number}")
        bedrock.create_guardrail(name=f"g{number}", blockedInputMessaging="-", blockedOutputsMessaging="-")
    for client, listing, items in ((agents, "list_prompts", "promptSummaries"), (agents, "list_agents", "agentSummaries"),
                                   (bedrock, "list_guardrails", "guardrails")):
        pages = list(client.get_paginator(listing).paginate(PaginationConfig={"PageSize": 2}))
        assert [len(page[items]) for page in pages] == [2, 2, 1]
        names = {each.get("name") or each.get("agentName") for page in pages for each in page[items]}
        assert len(names) == 5
    assert refused(lambda: bedrock.list_guardrails(nextToken="x")) == "ValidationException"


def test_only_the_account_s_own_profiles_and_routers_are_shown_where_they_are_asked_for(aws):
    bedrock = aws.client("bedrock", region="ap-south-2")
    made = bedrock.create_inference_profile(
        inferenceProfileName="ours", tags=TAGS,
        modelSource={"copyFrom": f"arn:aws:bedrock:ap-south-2::foundation-model/{MODEL}"})["inferenceProfileArn"]
    shown = bedrock.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"]
    assert [each["inferenceProfileArn"] for each in shown] == [made]
    assert bedrock.list_prompt_routers(type="default")["promptRouterSummaries"] == []


def test_a_role_reads_the_tags_of_the_kinds_that_it_may(aws):
    region = "us-west-1"
    bedrock, agents = aws.client("bedrock", region=region), aws.client("bedrock-agent", region=region)
    guardrail = bedrock.create_guardrail(
        name="g", blockedInputMessaging="-", blockedOutputsMessaging="-", tags=TAGS)["guardrailArn"]
    agent = agents.create_agent(agentName="a", tags={"Owner": "x"})["agent"]["agentArn"]
    for kind, may, may_not in (("guardrail", guardrail, agent), ("agent", agent, guardrail)):
        credentials = aws.role(f"tags-of-{kind}", {
            "Effect": "Allow", "Action": "bedrock:ListTagsForResource",
            "Resource": f"arn:aws:bedrock:{region}:000000000000:{kind}/*"})
        assert _tags(aws, credentials, region, may)
        assert refused(lambda: _tags(aws, credentials, region, may_not)) == "AccessDeniedException"


def _tags(aws, credentials, region, arn):
    if ":agent/" in arn:
        return aws.client("bedrock-agent", credentials, region).list_tags_for_resource(resourceArn=arn)["tags"]
    return aws.client("bedrock", credentials, region).list_tags_for_resource(resourceARN=arn)["tags"]


def test_an_event_names_what_was_made_and_tagged(aws):
    bedrock, agents = aws.client("bedrock"), aws.client("bedrock-agent")
    url, arn = queue(aws, "bedrock-records")
    rule(aws, "bedrock-records", {"detail": {"eventSource": ["bedrock.amazonaws.com"], "readOnly": [False]}}, arn, "ENABLED")
    agent = agents.create_agent(agentName="event")["agent"]["agentArn"]
    agents.tag_resource(resourceArn=agent, tags={"Owner": "x"})
    guardrail = bedrock.create_guardrail(name="event", blockedInputMessaging="-", blockedOutputsMessaging="-")["guardrailArn"]
    bedrock.tag_resource(resourceARN=guardrail, tags=TAGS)
    made, tagged, made_too, tagged_too = [each["detail"] for each in messages(aws, url, 4)]
    assert (made["eventName"], made["responseElements"]["agent"]["agentArn"]) == ("CreateAgent", agent)
    assert (tagged["eventName"], tagged["requestParameters"]["resourceArn"]) == ("TagResource", agent)
    assert (made_too["eventName"], made_too["responseElements"]["guardrailArn"]) == ("CreateGuardrail", guardrail)
    assert (tagged_too["eventName"], tagged_too["requestParameters"]["resourceARN"]) == ("TagResource", guardrail)


def refused(call):
    """The code of the error."""
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call()
    return error.value.response["Error"]["Code"]
