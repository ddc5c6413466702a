"""What `operate` must be able to do."""

from __future__ import annotations

import json
import time
from functools import lru_cache
from typing import Any

from harness import Faults

from . import memory
from .runs import Scenario, answer, api_call, dead_letter, evidence_of, logs, said, starts, sweep
from .second_stack import LOG_BUCKET, NAME, PHI_BUCKET, client, deployed

_VERSIONING = "buckets.versioning"
_CALLER = "arn:aws:iam::000000000000:user/privacy-officer"
_SHOW = {"action": "show"}


def scenarios() -> "list[Scenario]":
    return [
        Scenario("shows everything", _shown),
        Scenario("starts", lambda: starts("operate", _SHOW)),
        Scenario("logs", lambda: logs("operate", sweep())),
        Scenario("sends what failed to the dead-letter queue", _dead_letter),
        Scenario("exempts, and ends an exemption", _exempted),
        Scenario("pauses and resumes", _paused),
        Scenario("orders an undo of what it finds on record", _ordered),
        Scenario("tells a record that is not there from a forbidden one", _absent),
        Scenario("resets budgets and breakers", _reset),
        Scenario("looks what is alive, and does what is due", _beaten),
    ]


def asked(action: str, **more: Any) -> "tuple[int, dict[str, Any]]":
    """What a person would be answered through the function URL, and the HTTP status."""
    given = answer("operate", {
        "requestContext": {"authorizer": {"iam": {"userArn": _CALLER}}, "http": {"method": "POST"}},
        "body": json.dumps({"action": action, **more}), "isBase64Encoded": False})
    return given["statusCode"], json.loads(given["body"])


def _done(action: str, **more: Any) -> "dict[str, Any]":
    status, given = asked(action, **more)
    assert status == 200, f"{action}: HTTP {status}: {given}"
    return given["result"]


def _exempt(control_id: str, resource: str) -> None:
    tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 24 * 3600))
    _done("exempt", control=control_id, resource=resource, reason="r", owner="o", expires=tomorrow)


def _shown() -> None:
    memory.exempt(_VERSIONING, LOG_BUCKET)
    assert _done("show")["exemptions"]
    assert answer("operate", _SHOW)["result"]["exemptions"]


def _exempted() -> None:
    _exempt(_VERSIONING, LOG_BUCKET)
    assert memory.ledger().items("exemption")
    _done("revoke", control=_VERSIONING, resource=LOG_BUCKET)
    assert not memory.ledger().items("exemption")


def _paused() -> None:
    _done("pause", reason="r")
    assert memory.ledger().items("pause")
    _done("resume")
    assert not memory.ledger().items("pause")


@lru_cache(maxsize=None)
def _repair() -> str:
    """The key of the record of a repair."""
    client("s3").put_bucket_versioning(Bucket=PHI_BUCKET, VersioningConfiguration={"Status": "Suspended"})
    return evidence_of("buckets", api_call("s3", "PutBucketVersioning", bucketName=PHI_BUCKET), _VERSIONING)


def _ordered() -> None:
    evidence = _repair()
    _exempt(_VERSIONING, PHI_BUCKET)
    _done("undo", evidence=evidence)
    order = memory.ledger().item("order#buckets", PHI_BUCKET)
    assert order and order["by"] == _CALLER


def _absent() -> None:
    status, given = asked("undo", evidence=f"{_repair().rsplit('/', 1)[0]}/89999999.json")
    assert status == 404, given


def _reset() -> None:
    memory.fought_over(_VERSIONING, PHI_BUCKET)
    memory.ledger().put(f"breaker#{_VERSIONING}", "-", {"changed": {}, "open_until": 2**50, "opened_for": "x"})
    assert _done("reset-budget", control=_VERSIONING)["resources"] == [PHI_BUCKET]
    assert memory.ledger().item(f"breaker#{_VERSIONING}", "-") == {
        "changed": {}, "open_until": None, "opened_for": None}


def _beaten() -> None:
    memory.announced("buckets", _VERSIONING, LOG_BUCKET)
    memory.ledger().put("wake#quarantine", "finding/x", {"at": 1})
    memory.exempt(_VERSIONING, LOG_BUCKET)
    key = ("exemption", f"{_VERSIONING}#{LOG_BUCKET}")
    memory.ledger().put(*key, {**(memory.ledger().item(*key) or {}), "expires": 1})
    seen = answer("operate", sweep())
    assert (seen["due"], seen["trail_logging"]) == (3, True), seen
    # The rules that start functions are off; those that tell people are on.
    pages = client("events").get_paginator("list_rules").paginate(NamePrefix=f"{NAME}-")
    off = {rule["Name"] for page in pages for rule in page["Rules"] if rule["State"] == "DISABLED"}
    assert set(seen["broken_rules"]) == off, seen
    assert not memory.ledger().items("wake#") and not memory.ledger().items("exemption")


def _dead_letter() -> None:
    faults = Faults()
    faults.add("events", "DescribeRule", "AccessDeniedException", principal=deployed().role("operate"))
    try:
        _, failed = said("operate", sweep())
        assert failed, "it did not fail"
        dead_letter("operate", sweep())
    finally:
        faults.clear()
