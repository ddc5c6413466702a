"""CloudWatch as the SDK for Rust calls it."""

from __future__ import annotations

import time
import urllib.error
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from local_aws.services.rpc_v2_cbor import CBORTag, dumps, loads

_PATH = "/service/GraniteServiceVersion20100801/operation/GetMetricData"


def _ask(aws, body: bytes, who: "dict | None" = None) -> "tuple[int, dict]":
    given = who or {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": None}
    headers = {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor", "accept": "application/cbor"}
    identity = botocore.credentials.Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    request = botocore.awsrequest.AWSRequest("POST", aws.endpoint + _PATH, data=body, headers=headers)
    botocore.auth.SigV4Auth(identity, "monitoring", "us-east-1").add_auth(request)
    plain = urllib.request.Request(request.url, body, dict(request.headers.items()), method="POST")
    try:
        with urllib.request.urlopen(plain, timeout=30) as answer:
            return answer.status, loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, loads(error.read())


def _queries(name: str) -> dict:
    now = time.time()
    metric = {"Namespace": "Cbor", "MetricName": "M", "Dimensions": [{"Name": "D", "Value": "x"}]}
    return {"MetricDataQueries": [{"Id": name, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}],
            "StartTime": CBORTag(1, now - 600), "EndTime": CBORTag(1, now + 60)}


@pytest.mark.parametrize("value", [
    {}, [], "", "ü" * 300, b"\x00", 0, 23, 24, 255, 256, 65536, 2**40, -1, -25, 1.5, True, False,
    {"a": [1, {"b": "c"}], "d": {}}])
def test_what_is_written_is_read(value):
    assert loads(dumps(value)) == value


def test_what_has_no_end_in_sight_is_read():
    assert loads(b"\xbf\x61a\x9f\x01\x02\xff\xff") == {"a": [1, 2]}


def test_figures_are_asked_for_and_answered(aws):
    aws.client("cloudwatch").put_metric_data(Namespace="Cbor", MetricData=[
        {"MetricName": "M", "Dimensions": [{"Name": "D", "Value": "x"}], "Value": 3.0}])
    status, answer = _ask(aws, dumps(_queries("m1")))
    [result] = answer["MetricDataResults"]
    assert (status, result["Id"], result["StatusCode"], sum(result["Values"])) == (200, "m1", "Complete", 3.0)
    assert len(result["Timestamps"]) == len(result["Values"])


def test_refusals_and_faults_name_their_code(aws):
    assert _ask(aws, dumps(_queries("1")))[1]["__type"] == "ValidationError"
    aws.control("POST", "/_local/faults", {
        "service": "cloudwatch", "operation": "GetMetricData", "error": "ThrottlingException", "count": 1})
    status, answer = _ask(aws, dumps(_queries("m1")))
    assert (status, answer["__type"]) == (429, "ThrottlingException")


def test_iam_is_asked(aws):
    body = dumps(_queries("m1"))
    may = {"Effect": "Allow", "Action": "cloudwatch:GetMetricData", "Resource": "*"}
    assert _ask(aws, body, aws.role("reads-figures", may))[0] == 200
    status, answer = _ask(aws, body, aws.role("reads-nothing", {**may, "Action": "cloudwatch:ListMetrics"}))
    assert (status, answer["__type"]) == (403, "AccessDeniedException")
