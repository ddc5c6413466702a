"""Somebody lets the key of the medical records be deleted: in a week nobody could read them any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..account import KEY_ALIAS
from ..story import Story, now
from ..surroundings import Surroundings


def about_to_be_deleted(around: Surroundings) -> Story:
    """The key that the deployment names in KeyArns."""
    who, kms = around.people["contractor"], around.admin.client("kms")
    key = kms.describe_key(KeyId=KEY_ALIAS)["KeyMetadata"]["Arn"]

    def look() -> "dict[str, Any]":
        status = kms.get_key_rotation_status(KeyId=key)
        days = status.get("RotationPeriodInDays") if status["KeyRotationEnabled"] else None
        return {"state": kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"], "rotates_every_days": days}

    def act() -> datetime:
        called = now()
        who.client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        return called

    return Story(
        title="The key of the records to be deleted",
        who=who,
        did=f"kms:ScheduleKeyDeletion of {KEY_ALIAS}, in 7 days",
        controls=("encryption-keys.pending-deletion", "encryption-keys.enabled", "encryption-keys.rotation"),
        resource=lambda: key,
        look=look,
        act=act,
        is_right=lambda seen: seen == {"state": "Enabled", "rotates_every_days": 180},
    )
