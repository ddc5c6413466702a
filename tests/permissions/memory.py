"""The second stack's ledger: time passes in it, people's orders are put into it, and runs that were cut off."""

from __future__ import annotations

import json
import time
from typing import Any

from harness.ledger import Table, rest, rested
from harness.local import kill, spare

from .runs import answer, envelope, said
from .second_stack import client, deployed

#: No chain has so many records.
_NEVER_WRITTEN = 90_000_000
_DAY = 24 * 60 * 60 * 1000
_BUDGET = 5


def ledger() -> Table:
    """Its table."""
    return Table(deployed().outputs["LedgerTableName"])


def let_a_day_pass() -> None:
    """Nothing is held, ordered, or unfinished; only the ends of the chains are known."""
    spare()
    held = [each for each in ledger().items() if each[0] != "operations"]
    remembered = [each for each in held if each[0].startswith("state#") and not each[1].startswith("finding/")]
    rest(ledger(), remembered)
    for partition, sort, _ in held:
        if (partition, sort) not in {each[:2] for each in remembered}:
            ledger().remove(partition, sort)


def now_in_millis() -> int:
    return int(time.time() * 1000)


def wake(duty: str, resource: str, ordered: bool = False) -> "dict[str, Any]":
    """What `operate` sends."""
    return envelope("phiward", "Wake", {"duty": duty, "resource": resource, "ordered": ordered})


def announced(duty: str, control_id: str, resource: str) -> None:
    """A run was cut off after it had announced a record, and before it wrote it."""
    ledger().put(f"run#{duty}", resource, {
        "holder": "gone", "until": 1, "announced": [{"control": control_id, "sequence": _NEVER_WRITTEN}]})


def left_a_lease(bucket: str) -> None:
    """A run was cut off that was about to write the bucket's policy."""
    ledger().put("document#bucket-policy", bucket, {"holder": "gone", "until": 1, "announced": []})


def killed_after(duty: str, event: "dict[str, Any]", service: str, operation: str, skip: int = 0) -> None:
    """A run that is cut off right after that call has taken effect; its time passes."""
    kill(function=deployed().function(duty), service=service, operation=operation, phase="after", skip=skip)
    seen, failed = said(duty, event)
    spare()
    assert failed and "exited" in str(seen), f"it was not cut off: {seen}"
    ledger().let_runs_end()


def fought_over(control_id: str, resource: str) -> None:
    """Somebody has reverted every repair that there may be within the hour."""
    before = ledger().item(f"state#{control_id}", resource) or {"sequence": 0, "sha256": None}
    repairs = [{"at": now_in_millis(), "actor": None}] * _BUDGET
    ledger().put(f"state#{control_id}", resource, {**rested(before), "repairs": repairs})


def exempt(control_id: str, resource: str) -> None:
    """Until tomorrow."""
    ledger().put("exemption", f"{control_id}#{resource}", {
        "control": control_id, "resource": resource, "reason": "r", "owner": "o", "by": "arn:aws:iam::1:user/o",
        "made": 1, "expires": now_in_millis() + _DAY})


def order(duty: str, action: str, evidence: str) -> "dict[str, Any]":
    """An operator orders it, the duty is woken; how the order ended."""
    record = json.load(client("s3").get_object(Bucket=deployed().outputs["EvidenceBucketName"], Key=evidence)["Body"])
    resource = record["resource"]["id"]
    ledger().put(f"order#{duty}", resource, {
        "action": action, "control": record["control"]["id"], "evidence": evidence, "sha256": record["sha256"],
        "by": "arn:aws:iam::1:user/o", "at": now_in_millis(), "result": None})
    answer(duty, wake(duty, resource, ordered=True))
    ended = ledger().item(f"order#{duty}", resource)
    assert ended and ended["result"], "the order has not ended"
    return ended["result"]


def obeyed(duty: str, action: str, evidence: str) -> None:
    """It must have been done."""
    result = order(duty, action, evidence)
    assert result["done"], result
