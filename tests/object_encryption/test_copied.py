"""Dual-layer encryption under another key: S3 re-encrypts it by a copy only, which leaves the older version as it was."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from demo.principals import Principal
from harness import Faults, Record, await_outcome, emit, intent_of, now, wait_quiet, writes_of
from harness.objects import Stored, put, stored, versions
from harness.written import (
    CONTROL, DUTY, a_whole_second, created, data_key, encryption, head, new_key, reads, resource, unheard,
)


@pytest.fixture(scope="module")
def layered() -> "dict[str, Any]":
    return {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": new_key()}


def _newest(written: Stored) -> Stored:
    return stored(written.bucket, written.key, versions(written.bucket, written.key)[0].id, written.body)


def test_the_copy_has_all_that_the_object_had_and_the_older_version_is_reported(
        phi: str, layered: "dict[str, Any]", admin: Principal) -> None:
    given = {
        "ContentType": "text/csv; charset=utf-8", "ContentEncoding": "identity", "ContentDisposition": "attachment",
        "Metadata": {"ward": "3-north"}, "StorageClass": "STANDARD_IA", "WebsiteRedirectLocation": "/elsewhere"}
    since = now()
    written = put(phi, Tagging="project=billing+%26+more", ChecksumAlgorithm="SHA256", **given, **layered)
    before = head(written, ChecksumMode="ENABLED")
    record = await_outcome(CONTROL, resource(written), since, "reported")
    wait_quiet()
    assert "not the current one" in record.body["person"][0]
    assert [each["step"] for each in intent_of(record).body["plan"]] == ["copy-in-place"]
    assert writes_of(DUTY, since) == [("CopyObject", phi)], "the copy's own event changes nothing"
    assert encryption(written) == ("aws:kms:dsse", layered["SSEKMSKeyId"]) and len(versions(phi, written.key)) == 2
    copy = _newest(written)
    assert encryption(copy) == ("aws:kms:dsse", data_key()), "it stays dual-layer"
    after = head(copy, ChecksumMode="ENABLED")
    assert {name: after.get(name) for name in given} == {name: before.get(name) for name in given} == given
    assert after["ChecksumSHA256"] == before["ChecksumSHA256"]
    s3 = admin.client("s3")
    assert s3.get_object_tagging(**copy.named)["TagSet"] == [{"Key": "project", "Value": "billing & more"}]
    assert s3.get_object(Bucket=phi, Key=written.key)["Body"].read() == written.body


def test_where_no_versions_are_kept_nothing_is_left(plain: str, layered: "dict[str, Any]") -> None:
    since, written = now(), put(plain, **layered)
    await_outcome(CONTROL, resource(written), since)
    wait_quiet()
    seen = stored(plain, written.key, written.version, written.body)
    assert encryption(seen) == ("aws:kms:dsse", data_key())
    assert writes_of(DUTY, since) == [("CopyObject", plain)]


def test_an_older_version_is_not_put_above_a_newer_one(phi: str, layered: "dict[str, Any]") -> None:
    with unheard():
        older = put(phi, **layered)
        a_whole_second()
        newer = put(phi, body=b"newer")
    since = now()
    _tell(older, since, "reported")
    assert writes_of(DUTY, since) == []
    assert [each.id for each in versions(phi, older.key)] == [newer.version, older.version]


def test_another_object_in_its_place_is_not_overwritten(
        phi: str, layered: "dict[str, Any]", faults: Faults, admin: Principal) -> None:
    """S3 says that it came between the look and the copy."""
    with unheard():
        older = put(phi, **layered)
    faults.add("s3", "CopyObject", "PreconditionFailed", 1, principal="ObjectEncryption")
    since = now()
    assert _tell(older, since, "failed").body["error"]["code"] == "Changed"
    assert admin.client("s3").get_object(Bucket=phi, Key=older.key)["Body"].read() == older.body


def _tell(written: Stored, since: datetime, outcome: str) -> Record:
    emit(created(written))
    return await_outcome(CONTROL, resource(written), since, outcome)


def test_the_reads_of_a_copy(phi: str, layered: "dict[str, Any]") -> None:
    """The version, the key, what is current: before and under the lease, and read back. Then the copy's own event."""
    since = now()
    put(phi, **layered)
    wait_quiet()
    asked = Counter(each for each in reads(since) if each.startswith(("Head", "Describe", "Get")))
    assert asked == Counter({"HeadObject": 3 * 2 + 1, "DescribeKey": 3})
