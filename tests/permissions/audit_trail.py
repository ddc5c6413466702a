"""What `audit-trail` must be able to do."""

from __future__ import annotations

import json
from typing import Any

from . import memory
from .runs import Scenario, api_call, expect, of_every_function, run, sweep
from .second_stack import TRAIL, TRAIL_BUCKET, client

_DUTY = "audit-trail"
_RULES = ("logging", "management-events", "data-events", "global-events", "multi-region", "file-validation", "kms-key")
_CONTROL = "audit-trail.file-validation"
_SERVICE = {"Service": "cloudtrail.amazonaws.com"}


def scenarios() -> "list[Scenario]":
    return [
        Scenario("puts everything about the trail right", _everything),
        *of_every_function(_DUTY),
        Scenario("makes the trail again", _made_again),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had repaired", _finished),
        Scenario("stops where somebody keeps reverting, and looks again later", _fought),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


def spoil(trails: Any, name: str, bucket: str) -> None:
    """Everything wrong about a trail that is there."""
    if not _is_there(trails, name):
        trails.create_trail(Name=name, S3BucketName=bucket)
    trails.start_logging(Name=name)
    trails.stop_logging(Name=name)
    trails.update_trail(Name=name, IsMultiRegionTrail=False, IncludeGlobalServiceEvents=False,
                        EnableLogFileValidation=False, KmsKeyId="")
    trails.put_event_selectors(TrailName=name, EventSelectors=[{"ReadWriteType": "WriteOnly"}])


def _is_there(trails: Any, name: str) -> bool:
    return name in [each["Name"] for each in trails.describe_trails()["trailList"]]


def admit(s3: Any, bucket: str) -> None:
    """Let CloudTrail write into the bucket."""
    whole = f"arn:aws:s3:::{bucket}"
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": _SERVICE, "Action": "s3:GetBucketAcl", "Resource": whole},
        {"Effect": "Allow", "Principal": _SERVICE, "Action": "s3:PutObject", "Resource": f"{whole}/AWSLogs/*"}]}))


def _prepare() -> None:
    admit(client("s3"), TRAIL_BUCKET)
    spoil(client("cloudtrail"), TRAIL, TRAIL_BUCKET)


def _everything() -> None:
    _prepare()
    outcomes = run(_DUTY, api_call("cloudtrail", "StopLogging", name=TRAIL))
    expect(outcomes, {(f"audit-trail.{rule}", TRAIL): "remediated" for rule in _RULES})
    assert run(_DUTY, sweep()) == {}


def _made_again() -> None:
    _prepare()
    client("cloudtrail").delete_trail(Name=TRAIL)
    outcomes = run(_DUTY, api_call("cloudtrail", "DeleteTrail", name=TRAIL))
    expect(outcomes, {("audit-trail.present", TRAIL): "reported"})
    assert _is_there(client("cloudtrail"), TRAIL), "it was not made"
    assert client("cloudtrail").get_trail_status(Name=TRAIL)["IsLogging"], "it is there, and does not log"
    assert run(_DUTY, sweep()) == {}


def _drift() -> "dict[str, Any]":
    """A trail without digests, and the event that tells of it."""
    _prepare()
    run(_DUTY, sweep())
    client("cloudtrail").update_trail(Name=TRAIL, EnableLogFileValidation=False)
    return api_call("cloudtrail", "UpdateTrail", name=TRAIL)


def _taken_over() -> None:
    drift = _drift()
    memory.announced(_DUTY, _CONTROL, TRAIL)
    expect(run(_DUTY, drift), {(_CONTROL, TRAIL): "remediated"})


def _finished() -> None:
    memory.killed_after(_DUTY, _drift(), "cloudtrail", "UpdateTrail")
    expect(run(_DUTY, memory.wake(_DUTY, TRAIL)), {(_CONTROL, TRAIL): "remediated"})


def _fought() -> None:
    drift = _drift()
    memory.fought_over(_CONTROL, TRAIL)
    expect(run(_DUTY, drift), {(_CONTROL, TRAIL): "escalated"})
    assert memory.ledger().item(f"wake#{_DUTY}", TRAIL), "nobody will look again"


def _claimed() -> None:
    """Nobody may order anything of this duty, and an event is not believed."""
    _drift()
    expect(run(_DUTY, memory.wake(_DUTY, TRAIL, ordered=True)), {(_CONTROL, TRAIL): "remediated"})
