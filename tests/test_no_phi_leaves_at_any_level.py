"""The most talkative log level says nothing of a patient either, nor does an event that can't be understood."""

from __future__ import annotations

import json
from typing import Any, Iterator

import pytest

from demo.principals import Principal
from demo.surroundings import Surroundings
from harness import BucketFactory, Faults, invoke, now
from harness.findings import forget
from harness.latest import level
from harness.patient import planted_event, planted_finding, planted_object, planted_policy
from harness.planted import Markers, said


def malformed(marker: Markers) -> "Iterator[Any]":
    """Events that no duty understands."""
    phi, envelope = marker("malformed"), {
        "version": "0", "id": "1", "account": "000000000000", "region": "us-east-1", "time": "2026-01-01T00:00:00Z"}
    deep: Any = phi
    for _ in range(100):
        deep = {phi: [deep]}
    yield from (phi, [phi], {phi: phi}, {"detail-type": phi}, {**envelope, "time": phi}, deep, None)
    yield {**envelope, "source": phi, "detail-type": phi, "detail": {phi: phi}}
    for source, kind in (("aws.macie", "Macie Finding"), ("aws.s3", "AWS API Call via CloudTrail"),
                         ("aws.s3", "Object Created"), ("phiward", "Sweep Continuation")):
        for detail in (phi, {"id": f"{phi}/.."}, {"eventSource": phi, "eventName": phi}, {"duty": phi, "after": phi}, [phi]):
            yield {**envelope, "source": source, "detail-type": kind, "detail": detail}


@pytest.mark.parametrize("wanted", ["DEBUG", "TRACE"])
def test_nothing_of_a_patient(
        buckets: BucketFactory, admin: Principal, around: Surroundings, faults: Faults, wanted: str) -> None:
    marker, bucket, since = Markers(), buckets.ordinary(), now()
    admin.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    planted_policy(marker, bucket)
    with level(around, "quarantine", wanted):
        for at, operation in enumerate((None, "GetBucketVersioning", "CopyObject", "PutObject", "GetFindings")):
            made = planted_object(marker, bucket, at)
            if operation:
                faults.add("*", operation, "AccessDenied", 1, message=f"no access to {bucket}/{made.key}",
                           principal="Quarantine")
            event = json.dumps(planted_event(marker, planted_finding(marker, made))).encode()
            invoke("quarantine", event)
            faults.clear()
            invoke("quarantine", event)  # by now there is nothing left to do, which is a line of DEBUG
        forget()
    seen = said(since)
    assert '"level":"DEBUG"' in seen["log"], "the level was not heeded"
    leaks = {where: found[:3] for where, text in seen.items() if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)


@pytest.mark.parametrize("duty", ["retention", "buckets", "quarantine", "object-encryption", "detectors", "free-text",
                                  "audit-trail", "storage-surfaces", "residency", "guardrails", "invocation-logging"])
def test_nothing_of_what_is_malformed(around: Surroundings, duty: str) -> None:
    marker, since = Markers(), now()
    with level(around, duty, "TRACE"):
        answers = [invoke(duty, json.dumps(event).encode()) for event in malformed(marker)]
    assert sum(error is not None for _, error in answers) > 5
    for where, text in {**said(since), "answers of invoke": json.dumps(answers)}.items():
        assert marker.in_text(text) == [], where
