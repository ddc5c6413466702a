"""What S3 or its owner keeps as it is: a person is told what to do, and nothing is written."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from harness import await_outcome, configured, emit, invoke, now, outcomes, wait_quiet, writes_of
from harness.local import control
from harness.objects import Stored, put
from harness.written import CONTROL, DUTY, WRONG, created, new_key, resource, unheard

_SEALED = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}


def _reported(written: Stored, since: datetime) -> str:
    """What a person is told; written nothing."""
    record = await_outcome(CONTROL, resource(written), since, "reported")
    wait_quiet()
    assert [each for each in writes_of(DUTY, since) if each[0] != "UpdateObjectEncryption"] == []
    [advice] = record.body["person"]
    return str(advice)


@pytest.mark.parametrize("lock", ["hold", "retention"])
def test_what_is_locked(locking: str, lock: str) -> None:
    until = datetime.now(timezone.utc) + timedelta(days=1)
    given: "dict[str, Any]" = {"ObjectLockLegalHoldStatus": "ON"} if lock == "hold" else {
        "ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
    since = now()
    assert "is locked" in _reported(put(locking, **given, **WRONG), since)
    assert writes_of(DUTY, since) == []


def test_what_its_uploader_has_sealed(phi: str) -> None:
    since = now()
    assert "SSE-C" in _reported(put(phi, **_SEALED), since)
    assert writes_of(DUTY, since) == []


@pytest.mark.parametrize("state, advice", [("large", "above 5 GB"), ("archived", "is archived")])
def test_what_can_only_be_copied_and_cannot_be_copied(phi: str, state: str, advice: str) -> None:
    with unheard():
        written = put(phi, ServerSideEncryption="aws:kms:dsse", SSEKMSKeyId=new_key(),
                      StorageClass="GLACIER" if state == "archived" else "STANDARD")
    if state == "large":
        control("POST", "s3/pretend-size", {
            "bucket": phi, "key": written.key, "versionId": written.version, "size": 5 * 1024**3 + 1})
    since = now()
    emit(created(written))
    assert advice in _reported(written, since)
    assert writes_of(DUTY, since) == []


def test_a_key_that_is_closed_to_phiward_is_tried_once_a_day(phi: str) -> None:
    closed = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "kms:*", "Resource": "*",
         "Condition": {"StringNotLike": {"aws:PrincipalArn": "*ObjectEncryption*"}}}]}
    since = now()
    written = put(phi, ServerSideEncryption="aws:kms", SSEKMSKeyId=new_key(Policy=json.dumps(closed)))
    assert "kms:ReEncryptFrom" in _reported(written, since)
    assert writes_of(DUTY, since) == [("UpdateObjectEncryption", phi)]
    again = now()
    [answer] = emit(created(written))
    assert [each["outcome"] for each in answer["response"]["outcomes"]] == ["reported"]
    assert writes_of(DUTY, again) == [] and outcomes(CONTROL, resource(written), again) == []


def test_a_data_key_that_does_not_work_is_not_used(phi: str) -> None:
    with unheard():
        written = put(phi, **WRONG)
    since = now()
    with configured(DUTY, PHIWARD_DATA_KEY_ARN=new_key()):  # its role may not ask about that one
        answer, failed = invoke(DUTY, json.dumps(created(written)).encode())
    assert failed is None, answer
    assert "closed to Phiward" in _reported(written, since)
    assert writes_of(DUTY, since) == []
