"""What stands in a group's data-protection policy, tags and key policy is said nowhere by the duty `log-groups`."""

from __future__ import annotations

import json
from typing import Any

from demo.principals import Principal
from harness import Faults, calls_of, invoke, now
from harness.log_groups import DUTY, call_on_group, new_group, policy_of_others
from harness.planted import Ears, Markers, said
from harness.rules import silenced


def _planted(marker: Markers, logs: Any, group: str) -> None:
    """Markers wherever a group's owner may write what they like, and drift beside them."""
    logs.tag_log_group(logGroupName=group, tags={marker("tag"): marker("tag-value")})
    policy = policy_of_others(
        Name=marker("name"), Description=marker("description"), identifiers=[marker("identifier")],
        Configuration={"CustomDataIdentifier": [{"Name": marker("identifier"), "Regex": marker("regex")}]})
    logs.put_data_protection_policy(logGroupIdentifier=group, policyDocument=json.dumps(policy))
    logs.disassociate_kms_key(logGroupName=group)
    logs.put_retention_policy(logGroupName=group, retentionInDays=3)


def test_nothing_when_any_call_is_refused(admin: Principal, faults: Faults) -> None:
    marker, logs, ears = Markers(), admin.client("logs"), Ears()
    group, since = new_group(), now()
    event = {**call_on_group("PutDataProtectionPolicy", group), "requestParameters": {
        "logGroupIdentifier": group, "policyDocument": marker("parameter")}}
    envelope = json.dumps({
        "version": "0", "id": "1", "account": "000000000000", "region": "us-east-1", "time": "2026-01-01T00:00:00Z",
        "source": "aws.logs", "detail-type": "AWS API Call via CloudTrail", "detail": event}).encode()
    with silenced(DUTY):
        _planted(marker, logs, group)
        invoke(DUTY, envelope)
        operations = sorted({(call["service"], call["operation"]) for call in calls_of(DUTY, since)})
        for service, operation in operations:
            for error in ("AccessDenied", "InvalidParameterException"):
                message = f"not allowed on {group} with {marker('error')}"
                faults.add(service, operation, error, 1, message=message, principal="LogGroups")
                _planted(marker, logs, group)
                invoke(DUTY, envelope)
                faults.clear()
    assert {("logs", "PutDataProtectionPolicy"), ("logs", "AssociateKmsKey"), ("kms", "GetKeyPolicy")} <= set(operations)
    heard = ears.heard()
    ears.close()
    assert any(each["body"].get("detail-type") == "Remediation Outcome" for each in heard)
    leaks = {where: found for where, text in {**said(since), "events and notices": json.dumps(heard)}.items()
             if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)
