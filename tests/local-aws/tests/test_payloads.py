"""One function that invokes another, or itself: who may, and how much may be said."""

from __future__ import annotations

import itertools
import json
import time

import botocore.exceptions
import pytest
from functions import allow, function

_NUMBER = itertools.count()
_MEGABYTE = 1024 * 1024


def aliased(aws, *statements, name=None):
    """A function with the alias `live`: its name, and the alias's ARN."""
    name = name or f"payload-{next(_NUMBER)}"
    function(aws, name, *statements)
    lambdas = aws.client("lambda")
    lambdas.publish_version(FunctionName=name)
    return name, lambdas.create_alias(FunctionName=name, Name="live", FunctionVersion="1")["AliasArn"]


def calling(target, **more):
    """The event with which a function invokes another."""
    return json.dumps({"detail": {"do": [{"service": "lambda", "call": "invoke", "with": {"FunctionName": target, **more}}]}})


def outcome(aws, name, payload):
    answer = aws.client("lambda").invoke(FunctionName=name, Payload=payload)
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


def refused(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def runs_of(aws, name):
    return [each for each in aws.control("GET", "/_local/invocations")["invocations"] if each["function"] == name]


def test_a_function_invokes_the_alias_that_its_role_names(aws):
    callee, alias = aliased(aws)
    caller, _ = aliased(aws, allow("lambda:InvokeFunction", on=alias))
    plain = alias.rsplit(":", 1)[0]
    assert outcome(aws, caller, calling(alias))[1]["done"] == ["invoke"]
    assert outcome(aws, caller, calling(callee, Qualifier="live"))[1]["done"] == ["invoke"]
    assert [each["response"]["arn"] for each in runs_of(aws, callee)] == [alias, alias]
    for denied in (calling(plain), calling(callee), calling(callee, Qualifier="1")):
        kind, body = outcome(aws, caller, denied)
        assert kind == "Unhandled" and "AccessDenied" in body["errorMessage"]
    assert len(runs_of(aws, callee)) == 2


def test_an_answer_beyond_six_megabytes_is_the_functions_failure(aws):
    name, alias = aliased(aws)
    event = {"requestContext": {"http": {}}, "isBase64Encoded": False}
    kind, body = outcome(aws, alias, json.dumps({**event, "body": json.dumps({"answer": "x" * (6 * _MEGABYTE - 200)})}))
    assert kind is None and len(body) == 6 * _MEGABYTE - 200
    # The answer holds the event as text in text: a quote is four bytes then.
    kind, body = outcome(aws, alias, json.dumps({**event, "body": "", "pad": '"' * (6 * _MEGABYTE // 4)}))
    assert kind == "Unhandled" and body["errorType"] == "Function.ResponseSizeTooLarge" and "6291556 bytes" in body["errorMessage"]
    assert runs_of(aws, name)[-1]["error"]["type"] == "Function.ResponseSizeTooLarge"


def test_a_request_is_six_megabytes_at_most_and_an_event_one(aws):
    _, alias = aliased(aws)
    invoke = aws.client("lambda").invoke

    def payload(size):
        return b'{"a": "' + b"x" * (size - 9) + b'"}'

    assert refused(invoke, FunctionName=alias, Payload=payload(6 * _MEGABYTE + 20)) == ("RequestTooLargeException", 413)
    assert refused(invoke, FunctionName=alias, InvocationType="Event", Payload=payload(_MEGABYTE + 20)) == (
        "RequestTooLargeException", 413)
    assert invoke(FunctionName=alias, InvocationType="Event", Payload=payload(_MEGABYTE // 2))["StatusCode"] == 202
    assert invoke(FunctionName=alias, Payload=payload(_MEGABYTE + 20))["StatusCode"] == 200


def test_a_function_goes_on_in_an_event_to_itself(aws):
    name = f"payload-{next(_NUMBER)}"
    own = f"arn:aws:lambda:us-east-1:000000000000:function:{name}:live"
    _, alias = aliased(aws, allow("lambda:InvokeFunction", on=own), name=name)
    again = calling(alias, InvocationType="Event", Payload=json.dumps({"detail": {"say": "goes on"}}))
    assert outcome(aws, alias, again)[1]["done"] == ["invoke"]
    deadline = time.monotonic() + 10
    while len(runs_of(aws, name)) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    first, second = sorted(runs_of(aws, name), key=lambda each: each["started"])
    assert second["response"]["arn"] == alias and first["request_id"] != second["request_id"]
    assert aws.client("lambda").invoke(FunctionName=alias, InvocationType="Event", Payload="{}")["StatusCode"] == 202
