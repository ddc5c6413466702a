"""What `log-groups` must be able to do."""

from __future__ import annotations

import json
from typing import Any

from . import memory
from .runs import Scenario, api_call, expect, of_every_function, run, sweep
from .second_stack import LOG_GROUP, LOG_GROUP_OF_A_GLOB, client

_DUTY = "log-groups"
_RULES = ("kms-key", "minimum-retention", "data-protection")
_RETENTION = "log-groups.minimum-retention"


def scenarios() -> "list[Scenario]":
    return [
        Scenario("puts everything right on a group that a glob names", lambda: _everything(LOG_GROUP_OF_A_GLOB)),
        *of_every_function(_DUTY),
        Scenario("puts everything right on a group that is named in full", lambda: _everything(LOG_GROUP)),
        Scenario("makes a group again that is named in full", _made_again),
        Scenario("keeps where findings go", _findings),
        Scenario("finds who may unmask, and what changed unheard", _swept),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had repaired", _finished),
        Scenario("stops where somebody keeps reverting, and looks again later", _fought),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


def resource(group: str) -> str:
    """What Phiward calls it."""
    return f"log-group:{group}"


def spoil(logs: Any, group: str) -> None:
    """Every setting wrong."""
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        logs.create_log_group(logGroupName=group)
    logs.disassociate_kms_key(logGroupName=group)
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)
    logs.delete_data_protection_policy(logGroupIdentifier=group)


def _everything(group: str) -> None:
    spoil(client("logs"), group)
    outcomes = run(_DUTY, api_call("logs", "DeleteDataProtectionPolicy", logGroupIdentifier=group))
    expect(outcomes, {(f"log-groups.{rule}", resource(group)): "remediated" for rule in _RULES})


def _made_again() -> None:
    spoil(client("logs"), LOG_GROUP)
    client("logs").delete_log_group(logGroupName=LOG_GROUP)
    outcomes = run(_DUTY, api_call("logs", "DeleteLogGroup", logGroupName=LOG_GROUP))
    expect(outcomes, {("log-groups.present", resource(LOG_GROUP)): "reported"})
    policy = client("logs").get_data_protection_policy(logGroupIdentifier=LOG_GROUP).get("policyDocument")
    assert policy, "it is there, and masks nothing"


def _findings() -> None:
    spoil(client("logs"), LOG_GROUP_OF_A_GLOB)
    listed = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
    policy = {"Name": "theirs", "Version": "2021-06-01", "Statement": [
        {"Sid": "a", "DataIdentifier": listed, "Operation": {"Audit": {"FindingsDestination": {"S3": {"Bucket": "theirs"}}}}},
        {"Sid": "b", "DataIdentifier": listed, "Operation": {"Deidentify": {"MaskConfig": {}}}}]}
    client("logs").put_data_protection_policy(logGroupIdentifier=LOG_GROUP_OF_A_GLOB, policyDocument=json.dumps(policy))
    outcomes = run(_DUTY, api_call("logs", "PutDataProtectionPolicy", logGroupIdentifier=LOG_GROUP_OF_A_GLOB))
    expect(outcomes, {("log-groups.data-protection", resource(LOG_GROUP_OF_A_GLOB)): "remediated"})


def _swept() -> None:
    spoil(client("logs"), LOG_GROUP_OF_A_GLOB)
    expect(run(_DUTY, sweep()), {
        (_RETENTION, resource(LOG_GROUP_OF_A_GLOB)): "remediated", ("log-groups.unmask", "unmask"): "reported"})


def _drift() -> "dict[str, Any]":
    """A group that keeps its events for a day, and the event that tells of it."""
    run(_DUTY, api_call("logs", "DeleteLogGroup", logGroupName=LOG_GROUP))
    client("logs").put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=1)
    return api_call("logs", "PutRetentionPolicy", logGroupName=LOG_GROUP)


def _taken_over() -> None:
    drift = _drift()
    memory.announced(_DUTY, _RETENTION, resource(LOG_GROUP))
    expect(run(_DUTY, drift), {(_RETENTION, resource(LOG_GROUP)): "remediated"})


def _finished() -> None:
    memory.killed_after(_DUTY, _drift(), "logs", "PutRetentionPolicy")
    expect(run(_DUTY, memory.wake(_DUTY, resource(LOG_GROUP))), {(_RETENTION, resource(LOG_GROUP)): "remediated"})


def _fought() -> None:
    drift = _drift()
    memory.fought_over(_RETENTION, resource(LOG_GROUP))
    expect(run(_DUTY, drift), {(_RETENTION, resource(LOG_GROUP)): "escalated"})
    assert memory.ledger().item(f"wake#{_DUTY}", resource(LOG_GROUP)), "nobody will look again"


def _claimed() -> None:
    """Nobody may order anything of this duty, and an event is not believed."""
    _drift()
    outcomes = run(_DUTY, memory.wake(_DUTY, resource(LOG_GROUP), ordered=True))
    expect(outcomes, {(_RETENTION, resource(LOG_GROUP)): "remediated"})
