"""What a machine must not decide about a log group, or can't mend, is reported with what to do, and left as it is."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from demo.principals import Principal

from harness import Faults, await_outcome, ledger, now, outcomes, silenced, wait_quiet, writes_of
from harness.log_groups import DUTY, data_key, new_group, policy_of_others, protection, resource, settings


def _put(logs: Any, group: str, policy: "dict[str, Any]") -> None:
    logs.put_data_protection_policy(logGroupIdentifier=group, policyDocument=json.dumps(policy))


def _numbered(count: int) -> "dict[str, Any]":
    custom = [{"Name": f"n{each}", "Regex": f"r{each}"} for each in range(count)]
    return policy_of_others(identifiers=["n0"], Configuration={"CustomDataIdentifier": custom})


@pytest.mark.parametrize("policy, why", [
    (_numbered(9), "takes 10"), (policy_of_others(Description="x" * 29_500), "30720 characters")],
    ids=["custom identifiers", "characters"])
def test_a_merge_over_the_limits_is_reported_and_not_cut(policy: "dict[str, Any]", why: str, drifter: Principal) -> None:
    group = new_group()
    since = now()
    _put(drifter.client("logs"), group, policy)
    record = await_outcome("log-groups.data-protection", resource(group), since, "reported")
    assert why in record.body["person"][0] and record.body["plan"] == []
    assert json.loads(protection(group) or "") == policy and writes_of(DUTY, since) == []


def test_a_class_that_keeps_and_masks_nothing_is_reported_and_the_rest_repaired(drifter: Principal) -> None:
    logs, group = drifter.client("logs"), f"/aws/bedrock/of-tests-{secrets.token_hex(4)}"
    since = now()
    logs.create_log_group(logGroupName=group, logGroupClass="DELIVERY")
    for control in ("minimum-retention", "data-protection"):
        record = await_outcome(f"log-groups.{control}", resource(group), since, "reported")
        assert "DELIVERY" in record.body["person"][0] and "STANDARD" in record.body["person"][0]
    await_outcome("log-groups.kms-key", resource(group), since)
    wait_quiet()
    assert writes_of(DUTY, since) == [("AssociateKmsKey", group)]


@pytest.mark.parametrize("spoil, why", [
    (lambda policy: policy["Statement"].pop(), "does not surely let"),
    (lambda policy: policy["Statement"][-1].update(Condition={"ArnLike": {
        "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*:*:log-group:/other/*"}}), "does not surely let"),
], ids=["no statement for CloudWatch Logs", "a statement for other groups"])
def test_a_key_that_would_not_work_is_not_associated(spoil: Any, why: str, drifter: Principal, admin: Principal) -> None:
    group, kms = new_group(), admin.client("kms")
    whole = kms.get_key_policy(KeyId=data_key(), PolicyName="default")["Policy"]
    less = json.loads(whole)
    less["Statement"].sort(key=lambda each: each["Sid"] == "LogGroups")
    spoil(less)
    with silenced("encryption-keys"):
        kms.put_key_policy(KeyId=data_key(), PolicyName="default", Policy=json.dumps(less))
        try:
            since = now()
            drifter.client("logs").disassociate_kms_key(logGroupName=group)
            record = await_outcome("log-groups.kms-key", resource(group), since, "reported")
            assert why in record.body["person"][0] and "kms:Encrypt" in record.body["person"][0]
            assert settings(group)["kmsKeyId"] is None and writes_of(DUTY, since) == []
        finally:
            kms.put_key_policy(KeyId=data_key(), PolicyName="default", Policy=whole)


@pytest.mark.parametrize("operation, error, act, control", [
    ("AssociateKmsKey", "InvalidParameterException",
     lambda logs, group: logs.disassociate_kms_key(logGroupName=group), "kms-key"),
    ("PutDataProtectionPolicy", "InvalidParameterException",
     lambda logs, group: logs.delete_data_protection_policy(logGroupIdentifier=group), "data-protection"),
    ("PutDataProtectionPolicy", "AccessDeniedException",
     lambda logs, group: _put(logs, group, policy_of_others(destination={"S3": {"Bucket": "theirs"}})), "data-protection"),
])
def test_what_aws_refuses_for_good_is_reported(
        operation: str, error: str, act: Any, control: str, drifter: Principal, faults: Faults) -> None:
    group = new_group()
    faults.add("logs", operation, error, principal="LogGroups")
    since = now()
    act(drifter.client("logs"), group)
    record = await_outcome(f"log-groups.{control}", resource(group), since, "reported")
    assert record.body["plan"] and record.body["person"]


def test_a_policy_that_changes_under_the_repair_is_not_overwritten(drifter: Principal, faults: Faults) -> None:
    """Two that change it at once: what the plan was made from must still be there."""
    group, logs = new_group(), drifter.client("logs")
    with silenced(DUTY):
        _put(logs, group, policy_of_others())
    since = now()
    faults.add("logs", "PutDataProtectionPolicy", "ThrottlingException", 2, principal="LogGroups")
    _put(logs, group, policy_of_others(Description="second"))
    _put(logs, group, policy_of_others(Description="third"))
    wait_quiet()
    assert json.loads(protection(group) or "")["Description"] == "third"
    assert outcomes("log-groups.data-protection", resource(group), since)[-1].outcome == "remediated"


def test_a_repair_that_is_reverted_again_and_again_stops(drifter: Principal) -> None:
    group, logs = new_group(), drifter.client("logs")
    ledger.forget_repairs_of(resource(group))
    since = now()
    for _ in range(6):
        logs.put_retention_policy(logGroupName=group, retentionInDays=1)
        wait_quiet()
    found = [each.outcome for each in outcomes("log-groups.minimum-retention", resource(group), since)]
    assert found == ["remediated"] * 5 + ["escalated"]
    assert settings(group)["retentionInDays"] == 1
