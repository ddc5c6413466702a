"""What stands in the name, the metadata and the tags of an object is said nowhere by the duty `object-encryption`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from harness import BucketFactory, Faults, calls_of, emit, invoke, ledger, now, surroundings
from harness.objects import Stored
from harness.patient import planted_object, planted_policy
from harness.planted import Ears, Markers, dead_letters, said
from harness.written import DUTY, WRONG, created, new_key, unheard


@pytest.fixture(scope="module")
def layered() -> "dict[str, Any]":
    return {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": new_key()}


def _event(marker: Markers, written: Stored) -> "dict[str, Any]":
    """Markers in members that no event has, too."""
    event = created(written)
    event[marker("member")] = marker("value")
    event["detail"]["requester"] = marker("requester")
    event["detail"]["object"][marker("deep")] = [marker("deeper")]
    return event


def _nothing_leaked(marker: Markers, since: datetime, ears: Ears) -> "list[Any]":
    heard = ears.heard()
    everything = {**said(since), "events and notices": json.dumps(heard)}
    for letter in dead_letters():
        letter["body"].pop("requestPayload", None)  # the raw event, for who replays it
        everything["dead letter"] = everything.get("dead letter", "") + json.dumps(letter)
    leaks = {where: found for where, text in everything.items() if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)
    return heard


def _planted(marker: Markers, bucket: str, at: int, **given: Any) -> Stored:
    with unheard():
        return planted_object(
            marker, bucket, at, WebsiteRedirectLocation=f"/{marker('redirect')}", **given)


def test_nothing_of_a_re_encryption_a_copy_or_a_report(
        buckets: BucketFactory, layered: "dict[str, Any]", ears: Ears) -> None:
    marker, bucket, since = Markers(), buckets.phi(), now()
    planted_policy(marker, bucket)
    sealed = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    written = [_planted(marker, bucket, at, **given) for at, given in enumerate((WRONG, layered, sealed))]
    answers = [emit(_event(marker, each))[0]["response"]["outcomes"] for each in written]
    assert [each["outcome"] for answer in answers for each in answer] == ["remediated", "reported", "reported"]
    s3, evidence = surroundings().admin.client("s3"), surroundings().evidence_bucket
    for key in (each["evidence"] for answer in answers for each in answer):
        record = s3.get_object(Bucket=evidence, Key=key)["Body"].read().decode()
        assert marker("name") in record, "who reads the evidence must find the object"
        for unneeded in ("body", "metadata", "tag-value", "file", "requester"):
            assert marker(unneeded) not in record
    heard = [each["body"] for each in _nothing_leaked(marker, since, ears)]
    told = [each["detail"]["outcome"] for each in heard if each.get("detail", {}).get("duty") == DUTY]
    assert told == ["remediated", "reported", "reported"]


@pytest.mark.parametrize("path", ["re-encryption", "copy"])
def test_nothing_when_any_call_is_refused(
        buckets: BucketFactory, layered: "dict[str, Any]", faults: Faults, ears: Ears, path: str) -> None:
    marker, bucket, since, refused = Markers(), buckets.phi(), now(), 0
    given = WRONG if path == "re-encryption" else layered
    invoke(DUTY, json.dumps(_event(marker, _planted(marker, bucket, 0, **given))).encode())
    operations = sorted({(call["service"], call["operation"]) for call in calls_of(DUTY, since)})
    for at, (service, operation) in enumerate(operations, 1):
        written = _planted(marker, bucket, at, **given)
        message = f"not authorized to perform {operation} on \"arn:aws:s3:::{bucket}/{written.key}\""
        faults.add(service, operation, "AccessDenied", 1, message=message, principal="ObjectEncryption")
        _, failed = invoke(DUTY, json.dumps(_event(marker, written)).encode())
        refused += failed is not None
        faults.clear()
    assert refused >= len(operations) / 2, "most of the calls are needed"
    _nothing_leaked(marker, since, ears)
    # What was cut off is not for another test's function to finish.
    for partition, sort, _ in ledger.items(f"run#{DUTY}"):
        ledger.remove(partition, sort)
