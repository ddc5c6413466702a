"""Somebody takes the masking off the log group of the invocation logs, and then deletes it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ..account import LOG_GROUP
from ..story import Story, now
from ..surroundings import Surroundings


def _look(around: Surroundings) -> "dict[str, Any]":
    logs = around.admin.client("logs")
    found = logs.describe_log_groups(logGroupNamePrefix=LOG_GROUP)["logGroups"]
    if not found:
        return {"there": False}
    policy = logs.get_data_protection_policy(logGroupIdentifier=LOG_GROUP).get("policyDocument")
    masked = json.loads(policy)["Statement"][-1]["DataIdentifier"] if policy else []
    key = found[0].get("kmsKeyId", "AWS's own")
    return {"there": True, "key": key.rsplit("/", 1)[-1], "masked_identifiers": len(masked)}


def _is_right(around: Surroundings, seen: "dict[str, Any]") -> bool:
    """The baseline's seventeen, dates of birth and record numbers."""
    key = around.outputs["DataKeyArn"].rsplit("/", 1)[-1]
    return seen == {"there": True, "key": key, "masked_identifiers": 19}


def unmasked(around: Surroundings) -> Story:
    """Its data-protection policy: names and record numbers would stand there in plain text."""
    who = around.people["contractor"]

    def act() -> datetime:
        called = now()
        who.client("logs").delete_data_protection_policy(logGroupIdentifier=LOG_GROUP)
        return called

    return Story(
        title="The invocation logs unmasked",
        who=who,
        did=f"logs:DeleteDataProtectionPolicy on {LOG_GROUP}",
        controls=("log-groups.data-protection",),
        resource=lambda: f"log-group:{LOG_GROUP}",
        look=lambda: _look(around),
        act=act,
        is_right=lambda seen: _is_right(around, seen),
    )


def deleted(around: Surroundings) -> Story:
    """The group itself: it comes back encrypted and masked, and empty."""
    who = around.people["contractor"]

    def act() -> datetime:
        called = now()
        who.client("logs").delete_log_group(logGroupName=LOG_GROUP)
        return called

    return Story(
        title="The invocation logs deleted",
        who=who,
        did=f"logs:DeleteLogGroup on {LOG_GROUP}",
        controls=("log-groups.present",),
        resource=lambda: f"log-group:{LOG_GROUP}",
        look=lambda: _look(around),
        act=act,
        is_right=lambda seen: _is_right(around, seen),
        expected="reported",
    )
