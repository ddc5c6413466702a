"""What `encryption-keys` must be able to do."""

from __future__ import annotations

from typing import Any

from . import memory
from .runs import Scenario, api_call, expect, of_every_function, run
from .second_stack import client, deployed

_DUTY = "encryption-keys"
_PENDING, _ENABLED, _ROTATION = (f"encryption-keys.{rule}" for rule in ("pending-deletion", "enabled", "rotation"))


def scenarios() -> "list[Scenario]":
    return [
        Scenario("puts everything right on a further key", lambda: _everything(_further())),
        *of_every_function(_DUTY),
        Scenario("puts everything right on the data key", lambda: _everything(deployed().outputs["DataKeyArn"])),
        Scenario("enables Phiward's own key, for which nothing else is there", _own),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had repaired", _finished),
        Scenario("stops where somebody keeps reverting, and looks again later", _fought),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


def _further() -> str:
    """The one that KeyArns names."""
    return deployed().key_arn


def spoil(kms: Any, key: str) -> None:
    """Every setting wrong."""
    if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion":
        kms.cancel_key_deletion(KeyId=key)
    kms.enable_key(KeyId=key)
    kms.disable_key_rotation(KeyId=key)
    kms.schedule_key_deletion(KeyId=key)


def _everything(key: str) -> None:
    spoil(client("kms"), key)
    outcomes = run(_DUTY, api_call("kms", "ScheduleKeyDeletion", keyId=key))
    expected = {(control, key): "remediated" for control in (_PENDING, _ENABLED, _ROTATION)}
    assert outcomes == expected, f"{outcomes}: and nothing else, such as a policy that can't be read"


def _own() -> None:
    """Whatever comes of it, the scenarios after this need the key."""
    key, kms = deployed().outputs["PhiwardKeyArn"], client("kms")
    kms.disable_key(KeyId=key)
    try:
        expect(run(_DUTY, api_call("kms", "DisableKey", keyId=key)), {(_ENABLED, key): "remediated"})
    finally:
        kms.enable_key(KeyId=key)


def _drift() -> "dict[str, Any]":
    """A disabled key, and the event that tells of it."""
    key, kms = _further(), client("kms")
    if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion":
        kms.cancel_key_deletion(KeyId=key)
    kms.disable_key(KeyId=key)
    return api_call("kms", "DisableKey", keyId=key)


def _taken_over() -> None:
    memory.announced(_DUTY, _ENABLED, _further())
    expect(run(_DUTY, _drift()), {(_ENABLED, _further()): "remediated"})


def _finished() -> None:
    memory.killed_after(_DUTY, _drift(), "kms", "EnableKey")
    expect(run(_DUTY, memory.wake(_DUTY, _further())), {(_ENABLED, _further()): "remediated"})


def _fought() -> None:
    memory.fought_over(_ENABLED, _further())
    expect(run(_DUTY, _drift()), {(_ENABLED, _further()): "escalated"})
    assert memory.ledger().item(f"wake#{_DUTY}", _further()), "nobody will look again"
    client("kms").enable_key(KeyId=_further())


def _claimed() -> None:
    """Nobody may order anything of this duty, and an event is not believed."""
    _drift()
    expect(run(_DUTY, memory.wake(_DUTY, _further(), ordered=True)), {(_ENABLED, _further()): "remediated"})
