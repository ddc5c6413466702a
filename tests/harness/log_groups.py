"""Log groups of a test's own, compliant and quiet when it gets them, and what they are like."""

from __future__ import annotations

import json
import secrets
from typing import Any

from .account import surroundings
from .local import ROOT, emit, wait_quiet

DUTY = "log-groups"
#: The deployment names it in full; the others match a glob.
IN_FULL = "/aws/bedrock/phiward-demo"
READS = ["DescribeLogGroups", "GetDataProtectionPolicy"]
MANAGED = "arn:aws:dataprotection::aws:data-identifier/"


def resource(group: str) -> str:
    """What Phiward calls it."""
    return f"log-group:{group}"


def call_on_group(name: str, group: str, member: str = "logGroupName") -> "dict[str, Any]":
    """The CloudTrail record of a call on a group, bare: `emit` wraps it."""
    return {
        "eventSource": "logs.amazonaws.com", "eventName": name, "requestParameters": {member: group},
        "eventType": "AwsApiCall", "readOnly": False, "managementEvent": True, "eventCategory": "Management",
    }


def new_group(**given: Any) -> str:
    """One that Phiward itself has made right: a new group is drift."""
    group, logs = f"/aws/bedrock/of-tests-{secrets.token_hex(4)}", surroundings().admin.client("logs")
    logs.create_log_group(logGroupName=group, **given)
    wait_quiet()
    answers = [each["response"] for each in emit(call_on_group("CreateLogGroup", group))]
    assert answers == [{"checked": 1, "outcomes": [], "ignored": None}], f"{group} is not compliant: {answers}"
    wait_quiet()
    return group


def described(group: str) -> "dict[str, Any] | None":
    """The group's members; none: it is not there."""
    found = surroundings().admin.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return next((each for each in found if each["logGroupName"] == group), None)


def protection(group: str) -> "str | None":
    """The data-protection policy, as CloudWatch Logs has it."""
    answer = surroundings().admin.client("logs").get_data_protection_policy(logGroupIdentifier=group)
    return answer.get("policyDocument")


def settings(group: str) -> "dict[str, Any]":
    """All that Phiward looks after."""
    seen = described(group) or {}
    return {**{name: seen.get(name) for name in ("kmsKeyId", "retentionInDays", "dataProtectionStatus")},
            "policy": protection(group)}


def data_key() -> str:
    """The key that groups must be encrypted with."""
    return surroundings().outputs["DataKeyArn"]


def baseline_identifiers() -> "list[str]":
    """What every policy must list, as Phiward adds it."""
    text = (ROOT / "baseline.toml").read_text()
    section = text[text.index("\nidentifiers = [") + 1:]
    names = json.loads(section[section.index("["):section.index("]")].rstrip().rstrip(",") + "]")
    return [*(f"{MANAGED}{name}" for name in names), "DateOfBirth", "MRN"]


def is_right(group: str) -> bool:
    """Whether it is as it must be."""
    seen = settings(group)
    statements = json.loads(seen["policy"] or '{"Statement": []}')["Statement"]
    lists = [set(each["DataIdentifier"]) for each in statements]
    return (seen["kmsKeyId"] == data_key() and (seen["retentionInDays"] or 9999) >= 2192
            and seen["dataProtectionStatus"] == "ACTIVATED" and len(lists) == 2
            and all(each >= set(baseline_identifiers()) for each in lists))


def policy_of_others(**change: Any) -> "dict[str, Any]":
    """A data-protection policy that somebody else has made: valid, and not enough."""
    identifiers = change.pop("identifiers", [f"{MANAGED}IpAddress", "Employee"])
    audit = {"Audit": {"FindingsDestination": change.pop("destination", {})}}
    return {
        "Name": "theirs", "Description": "Größe <b>", "Version": "2021-06-01",
        "Configuration": {"CustomDataIdentifier": [{"Name": "Employee", "Regex": "E-\\d{9}"}]},
        "Statement": [
            {"Sid": "look", "DataIdentifier": identifiers, "Operation": audit},
            {"Sid": "hide", "DataIdentifier": identifiers, "Operation": {"Deidentify": {"MaskConfig": {}}}}],
        **change,
    }
