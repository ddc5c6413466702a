"""What is no event, or no event for here: a typed error or nothing at all; no write, and nothing of it in a log."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness import emit, invoke, logs, now, writes_of

SECRET = "jane-doe-mrn-4711"
DUTIES = [
    "retention", "buckets", "quarantine", "object-encryption", "log-groups", "encryption-keys", "detectors", "free-text",
    "storage-surfaces", "residency", "guardrails", "audit-trail", "invocation-logging"]


def _event(source: str, detail_type: str, detail: Any, **other: str) -> "dict[str, Any]":
    return {
        "version": "0", "id": "1", "detail-type": detail_type, "source": source, "account": "000000000000",
        "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": [], "detail": detail, **other}


def _call(name: str = "PutBucketPolicy", **other: Any) -> "dict[str, Any]":
    return {
        "eventSource": "s3.amazonaws.com", "eventName": name, "requestParameters": {"bucketName": "logs-phiward-demo"},
        **other}


def _s3(**other: Any) -> "dict[str, Any]":
    return _event("aws.s3", "AWS API Call via CloudTrail", _call(**other))


def _nested(bytes_of_it: int, depth: int = 400) -> bytes:
    """As deep as the local AWS can read; the functions stop at 128."""
    deep = b"[" * depth + b"]" * depth
    many = b",".join([deep] * (bytes_of_it // len(deep)))
    return b'{"detail-type":"AWS API Call via CloudTrail","detail":{"' + SECRET.encode() + b'":[' + many + b"]}}"


REFUSED: "dict[str, bytes]" = {
    "not JSON": b"{" + SECRET.encode(),
    "null": b"null",
    "a text": json.dumps(SECRET).encode(),
    "a list": json.dumps([SECRET]).encode(),
    "an empty object": b"{}",
    "another envelope": json.dumps({"Records": [{"s3": {"object": {"key": SECRET}}}]}).encode(),
    "no detail": json.dumps({key: value for key, value in _s3().items() if key != "detail"}).encode(),
    "no time": json.dumps({key: value for key, value in _s3().items() if key != "time"}).encode(),
    "a bad time": json.dumps({**_s3(), "time": SECRET}).encode(),
    "a number as source": json.dumps({**_s3(), "source": 4711}).encode(),
    "no eventName": json.dumps(_event("aws.s3", "AWS API Call via CloudTrail", {"eventSource": SECRET})).encode(),
    "a finding without id": json.dumps(_event("aws.macie", "Macie Finding", {"title": SECRET})).encode(),
    "a finding id of another kind": json.dumps(_event("aws.macie", "Macie Finding", {"id": f"{SECRET}/../x"})).encode(),
    "an object without key": json.dumps(_event("aws.s3", "Object Created", {"bucket": {"name": SECRET}})).encode(),
    "a list for a key": json.dumps(_event("aws.s3", "Object Created", {
        "bucket": {"name": "logs-phiward-demo"}, "object": {"key": [SECRET]}})).encode(),
    "300 kB nested": _nested(300_000),
    "300 kB flat": json.dumps({"detail": [SECRET] * 15_000}).encode(),
}

LEADS_NOWHERE: "dict[str, dict[str, Any]]" = {
    "a failed call": _s3(errorCode="AccessDenied", errorMessage=SECRET, requestParameters=None),
    "no parameters": _s3(requestParameters=None, userAgent=SECRET),
    "hidden parameters": _s3(requestParameters="HIDDEN_DUE_TO_SECURITY_REASONS", userAgent=SECRET),
    "a list for a name": _s3(requestParameters={"bucketName": [SECRET]}),
    "a name that no bucket has": _s3(requestParameters={"bucketName": f"logs-{SECRET}/../../x"}),
    "another account's": {**_s3(userAgent=SECRET), "account": "111122223333"},
    "another Region's": {**_s3(userAgent=SECRET), "region": "eu-west-1"},
    "another duty's": _event("aws.ec2", "EC2 Instance State-change Notification", {"instance-id": SECRET}),
    "another service's call": _event(
        "aws.ec2", "AWS API Call via CloudTrail", _call("RunInstances", eventSource="ec2.amazonaws.com", x=SECRET)),
    "another duty's continuation": _event(
        "phiward", "Sweep Continuation", {"duty": "nobody", "after": SECRET, "hop": 1, "failed": 0}),
}


def _unwritten_and_untold(duty: str, since: Any) -> None:
    assert writes_of(duty, since) == []
    told = [each["line"] for each in logs(since) if SECRET in each["line"]]
    assert told == []


@pytest.mark.parametrize("duty", DUTIES)
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_event_is_a_typed_error(kind: str, duty: str) -> None:
    since = now()
    try:
        answer, failure = invoke(duty, REFUSED[kind])
    except ClientError as error:  # Lambda itself takes only JSON
        assert error.response["Error"]["Code"] == "InvalidRequestContentException"
    else:
        assert failure is not None, f"accepted: {answer}"
        assert answer["errorType"] == "EventError", answer
        assert SECRET not in json.dumps(answer)
    _unwritten_and_untold(duty, since)


@pytest.mark.parametrize("duty", DUTIES)
@pytest.mark.parametrize("kind", LEADS_NOWHERE)
def test_what_is_no_event_for_here_leads_nowhere(kind: str, duty: str) -> None:
    since = now()
    answer, failure = invoke(duty, json.dumps(LEADS_NOWHERE[kind]).encode())
    assert failure is None, answer
    assert (answer["checked"], answer["outcomes"]) == (0, []) and answer["ignored"]
    assert SECRET not in json.dumps(answer)
    _unwritten_and_untold(duty, since)


@pytest.mark.parametrize("kind", LEADS_NOWHERE)
def test_on_the_bus_it_ends_without_error(kind: str) -> None:
    since = now()
    for each in emit(LEADS_NOWHERE[kind]):
        assert each["error"] is None and each["response"]["checked"] == 0
    for duty in DUTIES:
        _unwritten_and_untold(duty, since)


@pytest.mark.parametrize("event", [
    _event("aws.s3", "AWS API Call via CloudTrail", {"eventSource": "s3.amazonaws.com", "eventName": "PutBucketAcl",
                                                    "requestParameters": {"x": [SECRET] * 15_000}}),
    _event("aws.macie", "Macie Finding", {"type": "SensitiveData:S3Object/Personal", "id": SECRET + "/"}),
], ids=["300 kB", "a finding id of another kind"])
def test_on_the_bus_what_can_t_be_understood_ends_in_the_dead_letter_queue_or_nowhere(event: Any) -> None:
    since = now()
    for each in emit(event):
        assert each["error"] is None or (each["error"]["type"], each["attempts"]) == ("EventError", 3)
    for duty in DUTIES:
        _unwritten_and_untold(duty, since)
