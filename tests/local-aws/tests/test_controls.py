"""The test controls: the call log, faults in each protocol, kills, transport."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError
from conftest import LocalAws
from functions import allow, function, rule

_NUMBER = itertools.count()


@pytest.fixture(autouse=True)
def _clean(aws: LocalAws) -> Any:
    yield
    aws.control("DELETE", "/_local/faults")
    aws.control("DELETE", "/_local/kill")
    aws.control("POST", "/_local/transport", {"secure": True})


def _bucket(aws: LocalAws) -> str:
    name = f"controls-{next(_NUMBER)}"
    aws.client("s3").create_bucket(Bucket=name)
    return name


def _code(call: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call()
    return refused.value.response["Error"]["Code"]


def _calls(aws: LocalAws, since: float) -> "list[dict]":
    return aws.control("GET", f"/_local/calls?since={since}")["calls"]


def _working_function(aws: LocalAws, *statements: dict, duty: "str | None" = None) -> str:
    name = f"worker-{next(_NUMBER)}"
    rule(aws, name, {"source": [name]}, function(aws, name, *statements, duty=duty))
    return name


def _emit(aws: LocalAws, source: str, *do: dict) -> dict:
    event = {"source": source, "detail-type": "t", "detail": {"do": do}}
    return aws.control("POST", "/_local/emit", event)["functions"][0]


def test_calls_name_operation_parameters_and_the_true_caller(aws: LocalAws) -> None:
    bucket, since = _bucket(aws), time.time()
    name = _working_function(aws, allow("s3:PutObject"))
    _emit(aws, name, {"service": "s3", "call": "put_object", "with": {"Bucket": bucket, "Key": "a b/ü", "Body": "secret"}})
    put = [call for call in _calls(aws, since) if call["operation"] == "PutObject"]
    assert [(call["service"], call["principal"], call["error"]) for call in put] == [
        ("s3", f"arn:aws:iam::000000000000:role/duties/{name}-role", None)]
    assert (put[0]["parameters"]["Bucket"], put[0]["parameters"]["Key"]) == (bucket, "a b/ü")
    assert "Body" not in put[0]["parameters"]


def test_a_refused_call_is_logged_with_its_code(aws: LocalAws) -> None:
    since = time.time()
    session = aws.role(f"nobody-{next(_NUMBER)}")
    assert _code(lambda: aws.client("kms", session).list_keys()) == "AccessDeniedException"
    call = [each for each in _calls(aws, since) if each["operation"] == "ListKeys"][0]
    assert (call["error"], call["principal"]) == ("AccessDeniedException", f"arn:aws:iam::000000000000:role/nobody-{next(_NUMBER) - 1}")


@pytest.mark.parametrize(("service", "call", "given", "code"), [
    ("s3", "get_bucket_encryption", {"Bucket": "any-bucket"}, "SlowDown"),
    ("kms", "describe_key", {"KeyId": "x"}, "ThrottlingException"),
    ("bedrock", "get_account_data_retention", {}, "ThrottlingException"),
    ("macie2", "list_findings", {}, "InternalServerException"),
    ("iam", "list_roles", {}, "Throttling"),
    ("sqs", "list_queues", {}, "AccessDenied"),
    ("events", "list_rules", {}, "InternalException"),
    ("lambda", "list_functions", {}, "TooManyRequestsException"),
    ("sns", "list_topics", {}, "Throttled"),
    ("logs", "describe_log_groups", {}, "ServiceUnavailableException"),
    ("cloudwatch", "list_metrics", {}, "InternalFailure"),
])
def test_faults_come_in_the_services_own_form(aws: LocalAws, service: str, call: str, given: dict, code: str) -> None:
    client = aws.client(service)
    operation = client.meta.method_to_api_mapping[call]
    aws.control("POST", "/_local/faults", {"service": service, "operation": operation, "error": code, "count": 1})
    assert _code(lambda: getattr(client, call)(**given)) == code
    assert aws.control("GET", "/_local/faults")["faults"] == []


def test_a_mantle_fault_has_its_status(aws: LocalAws) -> None:
    aws.control("POST", "/_local/faults", {
        "service": "bedrock-mantle", "operation": "ListProjects", "error": "ThrottlingException", "count": 1})
    assert aws.signed("GET", "/v1/organization/projects")[0] == 429
    assert aws.signed("GET", "/v1/organization/projects")[0] == 200


def test_a_fault_counts_down_and_spares_other_principals(aws: LocalAws) -> None:
    session = aws.role(f"victim-{next(_NUMBER)}", allow("s3:ListAllMyBuckets"))
    aws.control("POST", "/_local/faults", {
        "service": "s3", "operation": "ListBuckets", "error": "InternalError", "count": 2, "principal": "role/victim-"})
    aws.client("s3").list_buckets()
    assert _code(lambda: aws.client("s3", session).list_buckets()) == "InternalError"
    assert aws.control("GET", "/_local/faults")["faults"][0]["count"] == 1
    assert _code(lambda: aws.client("s3", session).list_buckets()) == "InternalError"
    aws.client("s3", session).list_buckets()


def test_a_fault_after_lets_the_call_take_effect(aws: LocalAws) -> None:
    name = f"controls-{next(_NUMBER)}"
    aws.control("POST", "/_local/faults", {
        "service": "s3", "operation": "CreateBucket", "error": "InternalError", "count": 1, "phase": "after"})
    assert _code(lambda: aws.client("s3").create_bucket(Bucket=name)) == "InternalError"
    aws.client("s3").head_bucket(Bucket=name)


def test_a_connection_can_be_cut(aws: LocalAws) -> None:
    aws.control("POST", "/_local/faults", {
        "service": "kms", "operation": "ListKeys", "error": "ConnectionCut", "count": 1, "phase": "after"})
    with pytest.raises((ConnectionClosedError, HTTPClientError)):
        aws.client("kms").list_keys()
    aws.client("kms").list_keys()


@pytest.mark.parametrize(("phase", "there"), [("before", False), ("after", True)])
def test_a_function_is_killed_around_its_call(aws: LocalAws, phase: str, there: bool) -> None:
    bucket = _bucket(aws)
    name = _working_function(aws, allow("s3:PutObject"), duty=f"duty-{phase}")
    put = {"service": "s3", "call": "put_object", "with": {"Bucket": bucket, "Key": "k", "IfNoneMatch": "*"}}
    pid = _emit(aws, name)["response"]["pid"]
    order = {"function": f"duty-{phase}", "service": "s3", "operation": "PutObject", "phase": phase, "count": 1}
    aws.control("POST", "/_local/kill", order)
    aws.client("lambda").put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    outcome = _emit(aws, name, put)
    assert (outcome["function"], outcome["attempts"]) == (f"duty-{phase}", 1)
    assert outcome["error"]["type"] == "Runtime.ExitError"
    assert ("Contents" in aws.client("s3").list_objects_v2(Bucket=bucket)) is there
    assert _emit(aws, name)["response"]["pid"] != pid


def test_emit_wraps_what_is_bare(aws: LocalAws) -> None:
    name = f"wrapped-{next(_NUMBER)}"
    rule(aws, name, {"source": ["aws.s3"], "detail": {"eventName": [name]}}, function(aws, name))
    bare = {"eventSource": "s3.amazonaws.com", "eventName": name, "requestParameters": None}
    assert [each["function"] for each in aws.control("POST", "/_local/emit", bare)["functions"]] == [name]


def test_emit_keeps_an_envelope_as_it_is(aws: LocalAws) -> None:
    name = f"foreign-{next(_NUMBER)}"
    rule(aws, name, {"account": ["111122223333"], "region": ["eu-west-1"], "id": [name]}, function(aws, name))
    event = {"id": name, "source": "s", "detail-type": "t", "account": "111122223333", "region": "eu-west-1"}
    answer = aws.control("POST", "/_local/emit", event)
    assert (answer["event_id"], len(answer["functions"])) == (name, 1)


def test_plain_http_is_refused_where_a_policy_says_tls_only(aws: LocalAws) -> None:
    bucket = _bucket(aws)
    session = aws.role(f"plain-{next(_NUMBER)}", allow("s3:*"))
    tls_only = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy='{"Version":"2012-10-17","Statement":[%s]}' % __import__("json").dumps(tls_only))
    s3 = aws.client("s3", session)
    s3.get_bucket_versioning(Bucket=bucket)
    aws.control("POST", "/_local/transport", {"secure": False})
    assert _code(lambda: s3.get_bucket_versioning(Bucket=bucket)) == "AccessDenied"
