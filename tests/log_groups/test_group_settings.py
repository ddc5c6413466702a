"""Every setting of an invocation-log group that somebody else takes away comes back, read back and on record."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest
from demo.principals import Principal

from harness import await_outcome, intent_of, ledger, now, wait_quiet, writes_of
from harness.log_groups import (
    baseline_identifiers, data_key, is_right, new_group, policy_of_others, protection, resource, settings,
)

Act = Callable[[Any, str], Any]


def _put(logs: Any, group: str, **change: Any) -> None:
    logs.put_data_protection_policy(logGroupIdentifier=group, policyDocument=json.dumps(policy_of_others(**change)))


def _other_key(kms: Any) -> str:
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}
    return kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]


#: By what is done: the control, the event, and the repair's one write.
DRIFTS: "dict[str, tuple[str, str, str, Act]]" = {
    "the key taken away": (
        "kms-key", "DisassociateKmsKey", "AssociateKmsKey", lambda logs, group: logs.disassociate_kms_key(logGroupName=group)),
    "the key taken away, by the group's ARN": (
        "kms-key", "DisassociateKmsKey", "AssociateKmsKey", lambda logs, group: logs.disassociate_kms_key(
            resourceIdentifier=f"arn:aws:logs:us-east-1:000000000000:log-group:{group}")),
    "a retention that is too short": (
        "minimum-retention", "PutRetentionPolicy", "PutRetentionPolicy",
        lambda logs, group: logs.put_retention_policy(logGroupName=group, retentionInDays=7)),
    "the data-protection policy deleted": (
        "data-protection", "DeleteDataProtectionPolicy", "PutDataProtectionPolicy",
        lambda logs, group: logs.delete_data_protection_policy(logGroupIdentifier=group)),
    "another data-protection policy": ("data-protection", "PutDataProtectionPolicy", "PutDataProtectionPolicy", _put),
}


@pytest.fixture(scope="module")
def _one_for_all() -> str:
    return new_group()


@pytest.fixture
def group(_one_for_all: str) -> str:
    """A group for all drifts in turn: to Phiward they are days apart, not a fight."""
    ledger.forget_repairs_of(resource(_one_for_all))
    return _one_for_all


@pytest.mark.parametrize("drift", DRIFTS)
def test_what_somebody_takes_away_comes_back(drift: str, group: str, drifter: Principal) -> None:
    rule, event, repair, act = DRIFTS[drift]
    since = now()
    act(drifter.client("logs"), group)
    record = await_outcome(f"log-groups.{rule}", resource(group), since)
    wait_quiet()
    assert is_right(group)
    assert writes_of("log-groups", since) == [(repair, group)], "one drift is one write"
    outcome, intent = record.body, intent_of(record).body
    assert (outcome["duty"], outcome["mode"], outcome["person"]) == ("log-groups", "enforce", [])
    assert (outcome["event"]["name"], outcome["event"]["actor"]) == (event, drifter.arn)
    assert outcome["before"] != outcome["after"] and outcome["plan"] == intent["plan"]


def test_another_key_is_replaced(group: str, drifter: Principal, admin: Principal) -> None:
    since = now()
    drifter.client("logs").associate_kms_key(logGroupName=group, kmsKeyId=_other_key(admin.client("kms")))
    await_outcome("log-groups.kms-key", resource(group), since)
    assert settings(group)["kmsKeyId"] == data_key()


def test_a_new_group_gets_everything_and_no_expiry() -> None:
    group = new_group()
    seen = settings(group)
    assert (seen["kmsKeyId"], seen["retentionInDays"], seen["dataProtectionStatus"]) == (data_key(), None, "ACTIVATED")
    policy = json.loads(seen["policy"])
    assert [each["DataIdentifier"] for each in policy["Statement"]] == [baseline_identifiers()] * 2
    assert [list(each["Operation"]) for each in policy["Statement"]] == [["Audit"], ["Deidentify"]]


def test_a_custom_identifier_that_was_blunted_is_added_under_another_name(group: str, drifter: Principal) -> None:
    blunt = [{"Name": "MRN", "Regex": "never"}, {"Name": "DateOfBirth", "Regex": "never"}]
    since = now()
    _put(drifter.client("logs"), group, Configuration={"CustomDataIdentifier": blunt}, identifiers=["MRN", "DateOfBirth"])
    await_outcome("log-groups.data-protection", resource(group), since)
    custom = json.loads(protection(group) or "")["Configuration"]["CustomDataIdentifier"]
    assert custom[:2] == blunt and [each["Name"] for each in custom[2:]] == ["DateOfBirth-2", "MRN-2"]
