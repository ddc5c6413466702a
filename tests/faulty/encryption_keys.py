"""The repair of a key, to be made while AWS fails."""

from __future__ import annotations

from typing import Callable

from harness import keys
from permissions.encryption_keys import spoil
from permissions.runs import api_call

from .drift import Drift


def key() -> Drift:
    """Every setting of the key that KeyArns names."""
    arn = keys.further()
    spoil(keys.kms(), arn)
    right: "dict[str, Callable[[], bool]]" = {
        keys.PENDING: lambda: keys.state(arn) not in ("PendingDeletion", "PendingReplicaDeletion"),
        keys.ENABLED: lambda: keys.state(arn) == "Enabled",
        keys.ROTATION: lambda: keys.rotation(arn) == 365,
    }
    goal = {(control, arn): "remediated" for control in right}
    return Drift(api_call("kms", "ScheduleKeyDeletion", keyId=arn), goal, lambda control: right[control]())
