"""Inference, its records and figures, and inference profiles."""

from __future__ import annotations

import json
import time

import botocore.exceptions
import pytest
from functions import messages, queue, rule

REGION = "us-east-1"
MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
SAID = [{"role": "user", "content": [{"text": "John Doe has a cough."}]}]
ALL_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def _arn(kind: str, profile: str) -> str:
    return f"arn:aws:bedrock:{REGION}:000000000000:{kind}/{profile}"


def _converse(aws, model: str) -> dict:
    return aws.client("bedrock-runtime", region=REGION).converse(modelId=model, messages=SAID)


def _invocations(aws, model: str, queries: int = 1) -> "list[float]":
    now = time.time()
    asked = [{"Id": f"m{number}", "MetricStat": {"Period": 3600, "Stat": "Sum", "Metric": {
        "Namespace": "AWS/Bedrock", "MetricName": "Invocations", "Dimensions": [{"Name": "ModelId", "Value": model}]}}}
        for number in range(queries)]
    answer = aws.client("cloudwatch", region=REGION).get_metric_data(
        MetricDataQueries=asked, StartTime=now - 3600, EndTime=now + 60)
    return [sum(each["Values"]) for each in answer["MetricDataResults"]]


def test_profiles_are_those_of_the_geography_and_global_ones_whose_models_are_anywhere(aws):
    bedrock = aws.client("bedrock", region=REGION)
    defined = bedrock.list_inference_profiles(typeEquals="SYSTEM_DEFINED", maxResults=1000)["inferenceProfileSummaries"]
    assert {each["inferenceProfileId"].split(".")[0] for each in defined} == {"us", "global"}
    by_id = {each["inferenceProfileId"]: each for each in defined}
    anywhere = [each["modelArn"] for each in by_id[f"global.{MODEL}"]["models"]]
    assert f"arn:aws:bedrock:::foundation-model/{MODEL}" in anywhere
    inside = [each["modelArn"].split(":")[3] for each in by_id[f"us.{MODEL}"]["models"]]
    assert inside == ["us-east-1", "us-east-2", "us-west-2"]


def test_a_copy_has_the_models_of_its_source_and_is_found_by_id_and_arn(aws):
    bedrock = aws.client("bedrock", region=REGION)
    arn = bedrock.create_inference_profile(
        inferenceProfileName="copy", modelSource={"copyFrom": _arn("inference-profile", f"global.{MODEL}")})["inferenceProfileArn"]
    for name in (arn, arn.rsplit("/", 1)[1]):
        found = bedrock.get_inference_profile(inferenceProfileIdentifier=name)
        assert (found["type"], found["models"][0]["modelArn"]) == (
            "APPLICATION", f"arn:aws:bedrock:::foundation-model/{MODEL}")
    for source in (arn, _arn("inference-profile", "global.none"), MODEL):
        with pytest.raises(botocore.exceptions.ClientError, match="ValidationException"):
            bedrock.create_inference_profile(inferenceProfileName="c", modelSource={"copyFrom": source})
    bedrock.delete_inference_profile(inferenceProfileIdentifier=arn)
    with pytest.raises(botocore.exceptions.ClientError, match="ResourceNotFoundException"):
        bedrock.get_inference_profile(inferenceProfileIdentifier=arn)
    with pytest.raises(botocore.exceptions.ClientError, match="ValidationException"):
        bedrock.delete_inference_profile(inferenceProfileIdentifier=f"us.{MODEL}")


def test_iam_judges_a_profile_by_its_arn(aws):
    bedrock = aws.client("bedrock", region=REGION)
    arn = bedrock.create_inference_profile(
        inferenceProfileName="own", modelSource={"copyFrom": _arn("inference-profile", f"us.{MODEL}")})["inferenceProfileArn"]
    may = aws.role("reads-copies", {"Effect": "Allow", "Action": "bedrock:GetInferenceProfile",
                                    "Resource": _arn("application-inference-profile", "*")})
    reader = aws.client("bedrock", may, region=REGION)
    reader.get_inference_profile(inferenceProfileIdentifier=arn)
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
        reader.get_inference_profile(inferenceProfileIdentifier=f"us.{MODEL}")


def test_an_inference_is_a_record_that_only_reads_and_says_nothing_of_what_was_said(aws):
    (events, heard), (plain, unheard) = queue(aws, "inferences"), queue(aws, "plain")
    pattern = {"detail": {"eventName": ["Converse", "InvokeModel", "ConverseStream", "InvokeModelWithResponseStream"]}}
    rule(aws, "inferences", pattern, heard, ALL_EVENTS)
    rule(aws, "plain", pattern, unheard)
    _converse(aws, f"global.{MODEL}")
    runtime = aws.client("bedrock-runtime", region=REGION)
    body = json.dumps({"messages": SAID})
    runtime.invoke_model(modelId=_arn("inference-profile", f"us.{MODEL}"), body=body)
    for _ in runtime.converse_stream(modelId=MODEL, messages=SAID)["stream"]:
        pass
    for _ in runtime.invoke_model_with_response_stream(modelId=MODEL, body=body)["body"]:
        pass
    found = [each["detail"] for each in messages(aws, events, 4)]
    assert sorted((each["eventName"], each["requestParameters"]["modelId"]) for each in found) == [
        ("Converse", f"global.{MODEL}"), ("ConverseStream", MODEL),
        ("InvokeModel", _arn("inference-profile", f"us.{MODEL}")), ("InvokeModelWithResponseStream", MODEL)]
    for each in found:
        assert (each["eventSource"], each["readOnly"]) == ("bedrock.amazonaws.com", True)
        assert each["responseElements"] is None and "Doe" not in json.dumps(each)
    assert messages(aws, plain, 0) == []


def test_inferences_are_counted_by_what_was_named(aws):
    before = _invocations(aws, f"us.{MODEL}")[0]
    _converse(aws, f"us.{MODEL}")
    _converse(aws, f"us.{MODEL}")
    assert _invocations(aws, f"us.{MODEL}") == [before + 2]
    with pytest.raises(botocore.exceptions.ClientError, match="ValidationException"):
        _converse(aws, "anthropic.claude-none")
    assert _invocations(aws, "anthropic.claude-none") == [0]


def test_one_request_asks_for_five_hundred_figures_at_most(aws):
    assert len(_invocations(aws, MODEL, 500)) == 500
    with pytest.raises(botocore.exceptions.ClientError, match="ValidationError"):
        _invocations(aws, MODEL, 501)
