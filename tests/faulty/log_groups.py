"""Repairs of log groups, to be made while AWS fails."""

from __future__ import annotations

import json
from typing import Any, Callable

from harness import surroundings
from harness.log_groups import IN_FULL, data_key, described, is_right, protection, resource
from permissions.log_groups import spoil
from permissions.runs import api_call

from .drift import Drift


def _logs() -> Any:
    return surroundings().admin.client("logs")


def _started() -> None:
    """A process that has just started asks the ledger once more; the path is that of one that has been running."""
    elsewhere = json.dumps(api_call("logs", "PutRetentionPolicy", logGroupName="/not/named"))
    alias = surroundings().outputs["LogGroupsAliasArn"]
    surroundings().admin.client("lambda").invoke(FunctionName=alias, Payload=elsewhere)


def settings() -> Drift:
    """Every setting of one group."""
    group = "/aws/bedrock/of-tests-faults"
    _started()
    spoil(_logs(), group)
    right: "dict[str, Callable[[], bool]]" = {
        "log-groups.kms-key": lambda: (described(group) or {}).get("kmsKeyId") == data_key(),
        "log-groups.minimum-retention": lambda: (described(group) or {}).get("retentionInDays") == 2192,
        "log-groups.data-protection": lambda: protection(group) is not None,
    }
    goal = {(control, resource(group)): "remediated" for control in right}
    event = api_call("logs", "DeleteDataProtectionPolicy", logGroupIdentifier=group)
    return Drift(event, goal, lambda control: right[control]())


def made_again() -> Drift:
    """A group that the deployment names in full: what it held is lost, so it is never called fixed."""
    _started()
    if described(IN_FULL) is not None:
        _logs().delete_log_group(logGroupName=IN_FULL)
    goal = {("log-groups.present", resource(IN_FULL)): "reported"}
    event = api_call("logs", "DeleteLogGroup", logGroupName=IN_FULL)
    return Drift(event, goal, lambda _: described(IN_FULL) is not None and is_right(IN_FULL))
