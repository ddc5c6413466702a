"""The KMS keys that the deployment names: their settings as they are, and as they were before a test."""

from __future__ import annotations

import json
from typing import Any

from .account import surroundings

PENDING, ENABLED, ROTATION, POLICY = (
    f"encryption-keys.{rule}" for rule in ("pending-deletion", "enabled", "rotation", "policy"))


def kms() -> Any:
    """The administrator's client."""
    return surroundings().admin.client("kms")


def own() -> str:
    """Phiward's own key: evidence, ledger, dead letters and notices are encrypted with it."""
    return surroundings().outputs["PhiwardKeyArn"]


def data() -> str:
    """The key of log and PHI buckets."""
    return surroundings().outputs["DataKeyArn"]


def further() -> str:
    """The one that the parameter KeyArns names."""
    return kms().describe_key(KeyId="alias/records")["KeyMetadata"]["Arn"]


def state(key: str) -> str:
    return kms().describe_key(KeyId=key)["KeyMetadata"]["KeyState"]


def rotation(key: str) -> "int | None":
    """The days between two rotations; None when it does not rotate."""
    return kms().get_key_rotation_status(KeyId=key).get("RotationPeriodInDays")


def policy(key: str) -> str:
    return kms().get_key_policy(KeyId=key, PolicyName="default")["Policy"]


def open_to_everybody(key: str, sid: str = "Everybody") -> str:
    """Its policy with one more statement, which admits everybody."""
    document = json.loads(policy(key))
    document["Statement"].append(
        {"Sid": sid, "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*"})
    return json.dumps(document)


def put_right(key: str) -> None:
    """Enabled, and rotating as it was made to."""
    if state(key) == "PendingDeletion":
        kms().cancel_key_deletion(KeyId=key)
    if state(key) == "Disabled":
        kms().enable_key(KeyId=key)
    days = 180 if key == further() else 365
    if rotation(key) != days:
        kms().enable_key_rotation(KeyId=key, RotationPeriodInDays=days)


def as_is(key: str) -> "tuple[str, int | None, str]":
    """State, rotation, policy."""
    return state(key), rotation(key), policy(key)
