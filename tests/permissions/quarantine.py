"""What `quarantine` must be able to do."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from harness import Faults, calls, now
from harness.local import control

from . import memory
from .forged import forged
from .objects import Flagged, flagged
from .runs import Scenario, answer, envelope, evidence_of, expect, of_every_function, run, sweep
from .second_stack import LOCKED, PLAIN, SEALED, VERSIONED, client, deployed

_CONTROL = "quarantine.phi-outside-sets"
_PATIENCE_SECONDS = 10.0
#: S3 copies no more than 5 GiB in one request.
_TOO_LARGE = 5 * 1024**3 + 1


def scenarios() -> "list[Scenario]":
    return [
        Scenario("moves a version, with its tags, from under another key", _version),
        *of_every_function("quarantine"),
        Scenario("moves an object that has no versions", _object),
        Scenario("isolates what is held", _held),
        Scenario("isolates what is retained", _retained),
        Scenario("isolates what was overwritten and has no versions", _overwritten),
        Scenario("finds by itself what no event told", _untold),
        Scenario("leaves nothing of a copy in parts that can't be finished", _unfinished),
        Scenario("tells what is gone from what is forbidden", _gone),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had moved", _finished),
        Scenario("stops where somebody keeps putting it back, and looks again later", _fought),
        Scenario("brings a version back, with its tags, under the key of its bucket", _released),
        Scenario("lifts an isolation", _lifted),
        Scenario("leaves nothing of a release in parts that can't be finished", _unreleased),
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
    _pretend(what.bucket, what.key, what.version)
    _abort_uploads(quarantine)
    outcome = _outcomes_or_error(what)
    assert "s3:UploadPartCopy failed" in str(outcome), outcome
    assert not _uploads(quarantine), "parts of the copy are left over"


def _pretend(bucket: str, key: str, version: Any) -> None:
    control("POST", "s3/pretend-size", {"bucket": bucket, "key": key, "versionId": version, "size": _TOO_LARGE})


def _abort_uploads(bucket: str) -> None:
    for each in _uploads(bucket):
        client("s3").abort_multipart_upload(Bucket=bucket, Key=each["Key"], UploadId=each["UploadId"])


def _uploads(bucket: str) -> "list[dict[str, Any]]":
    return client("s3").list_multipart_uploads(Bucket=bucket).get("Uploads", [])


def _untold() -> None:
    what = flagged(VERSIONED)
    expect(run("quarantine", sweep()), {(_CONTROL, what.resource): "remediated"})


def _gone() -> None:
    """It is deleted after its versions were listed, and before it is looked at, which a throttled read puts off: in
    the second look, as the first one changes nothing."""
    what, faults, began = flagged(VERSIONED), Faults(), now()
    faults.add("s3", "GetBucketVersioning", "SlowDown", skip=1, principal=deployed().role("quarantine"))
    seen: "list[Any]" = []
    running = threading.Thread(target=lambda: seen.append(_outcomes_or_error(what)))
    running.start()
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while [each["operation"] for each in calls(began)].count("ListObjectVersions") < 2:
            assert running.is_alive() and time.monotonic() < until, "the versions were not listed"
            time.sleep(0.01)
        client("s3").delete_object(**what.place())
    finally:
        faults.clear()
        running.join()
    assert seen == [{}], f"{seen} instead of nothing to do"


def _taken_over() -> None:
    what = flagged(LOCKED, ObjectLockLegalHoldStatus="ON")
    memory.announced("quarantine", _CONTROL, what.resource)
    memory.left_a_lease(LOCKED)
    _isolated(what)


def _finished() -> None:
    what = flagged(VERSIONED)
    memory.killed_after("quarantine", found(what), "s3", "DeleteObject", skip=1)
    seen = run("quarantine", memory.wake("quarantine", what.resource))
    expect(seen, {(_CONTROL, what.resource): "remediated"})


def _fought() -> None:
    what = flagged(VERSIONED)
    memory.fought_over(_CONTROL, what.resource)
    expect(run("quarantine", found(what)), {(_CONTROL, what.resource): "escalated"})
    assert memory.ledger().item("wake#quarantine", what.resource), "nobody will look again"


def _released() -> None:
    what = flagged(SEALED, Tagging="ward=3")
    memory.obeyed("quarantine", "release", evidence_of("quarantine", found(what), _CONTROL))
    back = client("s3").head_object(Bucket=what.bucket, Key=what.key)
    assert back["SSEKMSKeyId"] == deployed().key_arn
    tags = client("s3").get_object_tagging(Bucket=what.bucket, Key=what.key)["TagSet"]
    assert tags == [{"Key": "ward", "Value": "3"}]


def _lifted() -> None:
    what = flagged(LOCKED, ObjectLockLegalHoldStatus="ON")
    [outcome] = answer("quarantine", found(what))["outcomes"]
    memory.obeyed("quarantine", "release", outcome["evidence"])
    assert "phiward-isolated" not in what.tags()


def _unreleased() -> None:
    """A copy of which S3 has fewer bytes than it says, and too many for one request."""
    what = flagged(VERSIONED)
    record = evidence_of("quarantine", found(what), _CONTROL)
    place = forged(record, lambda body: body["before"]["object"]["source"].update(size=_TOO_LARGE))
    copy = place.body["before"]["object"]["copy_place"]
    _pretend(copy["bucket"], copy["key"], client("s3").head_object(Bucket=copy["bucket"], Key=copy["key"])["VersionId"])
    _abort_uploads(VERSIONED)
    result = memory.order("quarantine", "release", place.key)
    assert "s3:UploadPartCopy failed" in result["message"], result
    assert not _uploads(VERSIONED), "parts of the release are left over"


def _outcomes_or_error(what: Flagged) -> Any:
    try:
        return run("quarantine", found(what))
    except AssertionError as error:
        return str(error)
