"""A release brings a quarantined version back, whole; it stays reviewed, and its copy stays locked."""

from __future__ import annotations

import pytest
from demo.principals import Principal

from harness import BucketFactory, now, wait_quiet, writes_of
from harness.evidence import records
from harness.findings import finding, forget, tell
from harness.objects import Stored, current, put, stored
from harness.operate import ordered, request
from harness.quarantined import Quarantine

_META, _TAGS = {"ward": "3-north"}, {"project": "billing & more"}


@pytest.fixture
def versioned(buckets: BucketFactory, admin: Principal) -> str:
    name = buckets.ordinary()
    admin.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    wait_quiet()
    return name


def _moved(bucket: str) -> "tuple[Stored, str]":
    """What was moved, and the key of its record."""
    flagged = put(bucket, Metadata=_META, Tagging="project=billing+%26+more", ContentType="text/csv",
                  ChecksumAlgorithm="SHA256")
    told = tell(finding(flagged))
    assert told.outcome == "remediated"
    return flagged, told.record.key


def _is_back(flagged: Stored, admin: Principal) -> Stored:
    s3 = admin.client("s3")
    assert current(flagged.bucket, flagged.key) == flagged.body
    head = s3.head_object(Bucket=flagged.bucket, Key=flagged.key, ChecksumMode="ENABLED")
    assert head["Metadata"] == _META and head["ContentType"] == "text/csv" and head["ChecksumSHA256"]
    tags = s3.get_object_tagging(Bucket=flagged.bucket, Key=flagged.key)["TagSet"]
    assert {each["Key"]: each["Value"] for each in tags} == _TAGS
    return stored(flagged.bucket, flagged.key, head.get("VersionId"), flagged.body)


@pytest.mark.parametrize("kind", ["versioned", "plain"])
def test_it_is_back_byte_for_byte_and_the_next_finding_is_no_concern(
        kind: str, versioned: str, buckets: BucketFactory, admin: Principal, around: object) -> None:
    bucket = versioned if kind == "versioned" else buckets.ordinary()
    flagged, key = _moved(bucket)
    result = ordered("release", key)
    assert result["done"], result
    back = _is_back(flagged, admin)
    wait_quiet()
    since = now()
    again = tell(finding(back))
    assert again.attempts == 1 and again.outcomes == [], "no record: no concern"
    assert writes_of("quarantine", since) == [] and records("quarantine.phi-outside-sets", since) == []
    assert current(bucket, flagged.key) == flagged.body
    forget()


def test_another_version_at_the_same_key_is_a_concern_again(versioned: str, admin: Principal) -> None:
    flagged, key = _moved(versioned)
    assert ordered("release", key)["done"]
    newer = put(versioned, flagged.key)
    told = tell(finding(newer))
    # Reported, as the released version lies beneath it; but moved.
    assert told.outcome == "reported" and not newer.is_there(), told.record.body["person"]
    assert "older version" in str(told.record.body["person"])
    forget()


def test_the_copy_stays_in_quarantine_under_its_lock(versioned: str, admin: Principal) -> None:
    before = {each["Key"] for each in _copies(admin)}
    _, key = _moved(versioned)
    assert ordered("release", key)["done"]
    made = [each for each in _copies(admin) if each["Key"] not in before]
    assert len(made) == 1
    from harness import surroundings
    head = admin.client("s3").head_object(Bucket=surroundings().quarantine_bucket, Key=made[0]["Key"])
    assert head["ObjectLockMode"] == "GOVERNANCE"
    forget()


def test_a_newer_object_is_not_covered(versioned: str, admin: Principal) -> None:
    flagged, key = _moved(versioned)
    newer = put(versioned, flagged.key, body=b"newer, and clean")
    wait_quiet()
    since = now()
    result = ordered("release", key)
    assert not result["done"] and "newer" in result["message"], result
    assert current(versioned, flagged.key) == newer.body and writes_of("quarantine", since) == []
    forget()


def test_what_was_quarantined_is_not_undone_but_released(versioned: str) -> None:
    _, key = _moved(versioned)
    status, answer = request({"action": "undo", "evidence": key})
    assert status == 409 and "release" in answer["error"]
    forget()


def _copies(admin: Principal) -> "list[dict[str, object]]":
    from harness import surroundings
    return list(admin.client("s3").list_objects_v2(Bucket=surroundings().quarantine_bucket).get("Contents", []))
