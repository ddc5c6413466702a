"""What `quarantine` must be able to do."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from harness import Faults, calls, now
from harness.local import control

from .objects import Flagged, flagged
from .runs import Scenario, envelope, expect, of_every_function, run, sweep
from .second_stack import LOCKED, PLAIN, VERSIONED, client, deployed

_CONTROL = "quarantine.phi-outside-sets"
_PATIENCE_SECONDS = 2.0


def scenarios() -> "list[Scenario]":
    return [
        Scenario("moves a version, with its tags, from under another key", _version),
        Scenario("moves an object that has no versions", _object),
        Scenario("isolates what is held", _held),
        Scenario("isolates what is retained", _retained),
        Scenario("isolates what was overwritten and has no versions", _overwritten),
        Scenario("finds by itself what no event told", _untold),
        Scenario("leaves nothing of a copy in parts that can't be finished", _unfinished),
        Scenario("tells what is gone from what is forbidden", _gone),
        *of_every_function("quarantine"),
    ]


def found(what: Flagged) -> "dict[str, Any]":
    """The event of its finding."""
    return envelope("aws.macie", "Macie Finding", {"id": what.finding})


def _version() -> None:
    what = flagged(VERSIONED, Tagging="ward=3", ServerSideEncryption="aws:kms", SSEKMSKeyId=deployed().key_arn)
    expect(run("quarantine", found(what)), {(_CONTROL, what.resource): "remediated"})


def _object() -> None:
    what = flagged(PLAIN, Tagging="ward=3")
    expect(run("quarantine", found(what)), {(_CONTROL, what.resource): "remediated"})


def _held() -> None:
    _isolated(flagged(LOCKED, ObjectLockLegalHoldStatus="ON"))


def _retained() -> None:
    until = datetime.now(timezone.utc) + timedelta(days=1)
    _isolated(flagged(LOCKED, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until))


def _overwritten() -> None:
    what = flagged(PLAIN)
    client("s3").put_object(Bucket=what.bucket, Key=what.key, Body=b"other patients", Tagging="ward=4")
    _isolated(what)


def _isolated(what: Flagged) -> None:
    client("s3").delete_bucket_policy(Bucket=what.bucket)
    expect(run("quarantine", found(what)), {(_CONTROL, what.resource): "reported"})
    assert what.tags().get("phiward-isolated") == "true", "the object is not tagged"
    assert "phiward-isolated" in client("s3").get_bucket_policy(Bucket=what.bucket)["Policy"]


def _unfinished() -> None:
    """An object of which S3 has fewer bytes than it says, and too many for one request."""
    what, quarantine = flagged(VERSIONED), deployed().outputs["QuarantineBucketName"]
    control("POST", "s3/pretend-size", {
        "bucket": what.bucket, "key": what.key, "versionId": what.version, "size": 5 * 1024**3 + 1})
    for each in _uploads(quarantine):
        client("s3").abort_multipart_upload(Bucket=quarantine, Key=each["Key"], UploadId=each["UploadId"])
    outcome = _outcomes_or_error(what)
    assert "s3:UploadPartCopy failed" in str(outcome), outcome
    assert not _uploads(quarantine), "parts of the copy are left over"


def _uploads(bucket: str) -> "list[dict[str, Any]]":
    return client("s3").list_multipart_uploads(Bucket=bucket).get("Uploads", [])


def _untold() -> None:
    what = flagged(VERSIONED)
    expect(run("quarantine", sweep()), {(_CONTROL, what.resource): "remediated"})


def _gone() -> None:
    """It is deleted after its versions were listed, and before it is looked at, which a throttled read puts off."""
    what, faults, began = flagged(VERSIONED), Faults(), now()
    faults.add("s3", "GetBucketVersioning", "SlowDown", principal=deployed().role("quarantine"))
    seen: "list[Any]" = []
    running = threading.Thread(target=lambda: seen.append(_outcomes_or_error(what)))
    running.start()
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not any(each["operation"] == "ListObjectVersions" for each in calls(began)):
            assert time.monotonic() < until, "the versions were not listed"
            time.sleep(0.01)
        client("s3").delete_object(**what.place())
    finally:
        faults.clear()
        running.join()
    assert seen == [{}], f"{seen} instead of nothing to do"


def _outcomes_or_error(what: Flagged) -> Any:
    try:
        return run("quarantine", found(what))
    except AssertionError as error:
        return str(error)
