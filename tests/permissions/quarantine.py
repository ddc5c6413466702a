"""What `quarantine` must be able to do."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from harness import Faults, calls, now

from .objects import CONTROL, Flagged, flagged, found
from .parts import abort_uploads, pretend, uploads
from .releases import isolated, of_memory
from .runs import Scenario, expect, of_every_function, run, sweep
from .second_stack import LOCKED, PLAIN, VERSIONED, client, deployed

_PATIENCE_SECONDS = 10.0


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
        *of_memory(),
    ]


def _version() -> None:
    what = flagged(VERSIONED, Tagging="ward=3", ServerSideEncryption="aws:kms", SSEKMSKeyId=deployed().key_arn)
    expect(run("quarantine", found(what)), {(CONTROL, what.resource): "remediated"})


def _object() -> None:
    what = flagged(PLAIN, Tagging="ward=3")
    expect(run("quarantine", found(what)), {(CONTROL, what.resource): "remediated"})


def _held() -> None:
    isolated(flagged(LOCKED, ObjectLockLegalHoldStatus="ON"))


def _retained() -> None:
    until = datetime.now(timezone.utc) + timedelta(days=1)
    isolated(flagged(LOCKED, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until))


def _overwritten() -> None:
    what = flagged(PLAIN)
    client("s3").put_object(Bucket=what.bucket, Key=what.key, Body=b"other patients", Tagging="ward=4")
    isolated(what)


def _unfinished() -> None:
    """An object of which S3 has fewer bytes than it says, and too many for one request."""
    what, quarantine = flagged(VERSIONED), deployed().outputs["QuarantineBucketName"]
    pretend(what.bucket, what.key, what.version)
    abort_uploads(quarantine)
    outcome = _outcomes_or_error(what)
    assert "s3:UploadPartCopy failed" in str(outcome), outcome
    assert not uploads(quarantine), "parts of the copy are left over"


def _untold() -> None:
    what = flagged(VERSIONED)
    expect(run("quarantine", sweep()), {(CONTROL, what.resource): "remediated"})


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


def _outcomes_or_error(what: Flagged) -> Any:
    try:
        return run("quarantine", found(what))
    except AssertionError as error:
        return str(error)
