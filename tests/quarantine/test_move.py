"""PHI in an ordinary bucket is moved: equal in quarantine, locked there, and gone where it was."""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from demo.principals import Principal
from demo.surroundings import Surroundings
from harness import intent_of, now, wait_quiet, writes_of
from harness.findings import finding, tell
from harness.objects import Stored, current, put, versions
from harness.quarantined import Copy, Quarantine

_HEADERS: "dict[str, Any]" = {
    "ContentType": "text/csv; charset=utf-8", "ContentEncoding": "identity", "ContentLanguage": "en",
    "ContentDisposition": 'attachment; filename="list.csv"', "CacheControl": "no-store",
}


def is_locked_copy(copy: Copy, of: Stored, around: Surroundings) -> None:
    """Equal bytes, under GOVERNANCE, encrypted with Phiward's key."""
    assert copy.body == of.body
    assert copy.head["ObjectLockMode"] == "GOVERNANCE"
    assert copy.head["ObjectLockRetainUntilDate"] > datetime.now(timezone.utc) + timedelta(days=2190)
    assert copy.head["ServerSideEncryption"] == "aws:kms"
    assert copy.head["SSEKMSKeyId"] == around.outputs["PhiwardKeyArn"]


@pytest.mark.parametrize("algorithm", ["SHA256", "CRC32", "CRC64NVME"])
def test_all_that_belongs_to_the_object_comes_along(
        versioned: str, quarantine: Quarantine, around: Surroundings, admin: Principal, algorithm: str) -> None:
    meta, tags = {"ward": "3-north", "author": "x/y"}, {"project": "billing & more", "empty": ""}
    flagged = put(
        versioned, Metadata=meta, Tagging="project=billing+%26+more&empty=", ChecksumAlgorithm=algorithm, **_HEADERS)
    before = admin.client("s3").head_object(**flagged.named, ChecksumMode="ENABLED")
    told = tell(finding(flagged))
    assert told.outcome == "remediated" and told.attempts == 1
    copy = quarantine.only()
    is_locked_copy(copy, flagged, around)
    assert copy.head["Metadata"] == meta and copy.tags == tags
    assert {name: copy.head.get(name) for name in _HEADERS} == _HEADERS
    assert copy.head[f"Checksum{algorithm}"] == before[f"Checksum{algorithm}"]
    assert current(versioned, flagged.key) is None and not flagged.is_there()


def test_a_current_version_is_hidden_and_then_deleted(versioned: str, quarantine: Quarantine) -> None:
    flagged, since = put(versioned), now()
    told = tell(finding(flagged))
    assert told.outcome == "remediated"
    assert [(each.latest, each.etag) for each in versions(versioned, flagged.key)] == [(True, None)]
    assert [name for name, _ in writes_of("quarantine", since)] == ["CopyObject", "DeleteObject", "DeleteObject"]
    assert quarantine.only().body == flagged.body
    plan = [step["step"] for step in intent_of(told.record).body["plan"]]
    assert plan == ["copy", "hide", "delete-version"]


def test_of_an_older_version_the_newer_clean_one_stays_current(versioned: str, quarantine: Quarantine) -> None:
    flagged = put(versioned)
    time.sleep(1.1)  # S3 keeps whole seconds
    clean = put(versioned, body=b"nothing here")
    assert tell(finding(flagged)).outcome == "remediated"
    assert [(each.id, each.latest) for each in versions(versioned, flagged.key)] == [(clean.version, True)]
    assert current(versioned, flagged.key) == clean.body and quarantine.only().body == flagged.body


def test_older_versions_are_reported_and_stay(versioned: str, quarantine: Quarantine) -> None:
    older = [put(versioned), put(versioned)]
    flagged = put(versioned)
    told = tell(finding(flagged))
    assert told.outcome == "reported" and "2 older versions" in told.record.body["person"][0]
    assert not flagged.is_there() and all(each.is_there() for each in older)
    assert current(versioned, flagged.key) is None, "no older version may be promoted"
    assert quarantine.only().body == flagged.body


def test_under_a_delete_marker_no_second_one_is_put(versioned: str, quarantine: Quarantine, admin: Principal) -> None:
    flagged = put(versioned)
    marker = admin.client("s3").delete_object(Bucket=versioned, Key=flagged.key)["VersionId"]
    assert tell(finding(flagged)).outcome == "remediated"
    assert [(each.id, each.etag) for each in versions(versioned, flagged.key)] == [(marker, None)]
    assert quarantine.only().body == flagged.body


def test_without_versions_the_object_is_deleted(
        unversioned: str, quarantine: Quarantine, around: Surroundings) -> None:
    flagged, since = put(unversioned, Metadata={"a": "b"}), now()
    assert flagged.version is None
    assert tell(finding(flagged)).outcome == "remediated"
    assert versions(unversioned, flagged.key) == []
    assert [name for name, _ in writes_of("quarantine", since)] == ["CopyObject", "DeleteObject"]
    is_locked_copy(quarantine.only(), flagged, around)


@pytest.mark.parametrize("named", ["", "null"])
def test_a_null_version_of_suspended_versioning(
        versioned: str, quarantine: Quarantine, admin: Principal, named: str) -> None:
    admin.client("s3").put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
    made = finding(flagged := put(versioned))
    made["resourcesAffected"]["s3Object"]["versionId"] = named
    assert tell(made).outcome == "remediated"
    assert current(versioned, flagged.key) is None
    assert [each.etag for each in versions(versioned, flagged.key)] == [None]
    assert quarantine.only().body == flagged.body


def test_a_finding_that_names_no_version_means_the_one_with_its_etag_and_time(
        versioned: str, quarantine: Quarantine) -> None:
    flagged, other = put(versioned), put(versioned, key="another", body=b"else")
    made = finding(flagged)
    made["resourcesAffected"]["s3Object"]["versionId"] = ""
    assert tell(made).outcome == "remediated"
    assert not flagged.is_there() and other.is_there() and quarantine.only().body == flagged.body


def test_found_by_a_job_of_macies(unversioned: str, quarantine: Quarantine, drifter: Principal) -> None:
    flagged, clean = put(unversioned), put(unversioned, key="clean.csv", body=b"item,count\nchairs,4\n")
    account = drifter.arn.split(":")[4]
    drifter.client("macie2").create_classification_job(
        clientToken=str(uuid.uuid4()), name=f"scan-{uuid.uuid4().hex[:8]}", jobType="ONE_TIME",
        managedDataIdentifierSelector="ALL",
        s3JobDefinition={"bucketDefinitions": [{"accountId": account, "buckets": [unversioned]}]})
    until = time.monotonic() + 20
    while flagged.is_there() and time.monotonic() < until:
        time.sleep(0.05)
    wait_quiet()
    assert not flagged.is_there() and clean.is_there() and quarantine.only().body == flagged.body
