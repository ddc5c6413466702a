"""Named KMS keys are enabled, not about to be deleted, and rotate."""

from __future__ import annotations

import json
from typing import Any

import pytest
from demo.principals import Principal
from harness import (
    await_outcome, calls_of, emit, intent_of, invocations, keys, now, outcomes, silenced, sweep, wait_quiet,
)
from harness.keys import ENABLED, PENDING, POLICY, ROTATION
from harness.local import saved_event
from harness.operate import exempt, operate

READS = ["DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus"]


def operations(since: Any) -> "list[str]":
    """Those on keys: without ledger and evidence, and what uses Phiward's own key for them."""
    return sorted(call["operation"] for call in calls_of("encryption-keys", since) if call["service"] == "kms"
                  and call["operation"] not in ("Decrypt", "GenerateDataKey"))


def written(since: Any) -> "list[str]":
    return [each for each in operations(since) if each not in READS]


def event_about(key: "str | None", name: str = "disable-key") -> "dict[str, Any]":
    """A saved event, as if it were about that key."""
    event: "dict[str, Any]" = saved_event(f"encryption-keys/{name}.json")
    event["detail"]["requestParameters"] = None if key is None else {"keyId": key}
    event["detail"]["responseElements"] = None
    return event


@pytest.mark.parametrize("which", ["further", "data"])
def test_a_disabled_key_is_enabled(which: str, drifter: Principal) -> None:
    key, since = getattr(keys, which)(), now()
    before = keys.as_is(key)
    drifter.client("kms").disable_key(KeyId=key)
    record = await_outcome(ENABLED, key, since)
    assert keys.as_is(key) == before
    assert record.body["before"]["state"] == "Disabled" and record.body["after"]["state"] == "Enabled"
    assert record.body["plan"] == [{"step": "enable"}]
    assert (record.body["event"]["actor"], record.body["event"]["name"]) == (drifter.arn, "DisableKey")
    assert intent_of(record).body["before"] == record.body["before"]
    wait_quiet()
    assert written(since) == ["EnableKey"], "its own event causes no write"


def test_a_key_about_to_be_deleted_is_taken_back_enabled_and_rotates_as_before(
        records: str, drifter: Principal) -> None:
    since, before = now(), keys.as_is(records)
    drifter.client("kms").schedule_key_deletion(KeyId=records.rsplit("/", 1)[-1], PendingWindowInDays=7)
    for control in (PENDING, ENABLED, ROTATION):
        record = await_outcome(control, records, since)
        assert record.body["event"]["name"] == "ScheduleKeyDeletion"
    wait_quiet()
    assert keys.as_is(records) == before == ("Enabled", 180, before[2]), "KMS gives back what was set"
    assert written(since) == ["CancelKeyDeletion", "EnableKey"]


def test_rotation_that_was_off_as_well_is_set_in_the_same_pass(records: str, drifter: Principal) -> None:
    kms = drifter.client("kms")
    with silenced("encryption-keys"):
        kms.disable_key_rotation(KeyId=records)
        kms.disable_key(KeyId=records)
        kms.schedule_key_deletion(KeyId=records)
    since = now()
    found = {each["control"]: each["outcome"] for each in sweep("encryption-keys")["outcomes"]}
    assert found == dict.fromkeys((PENDING, ENABLED, ROTATION), "remediated")
    assert (keys.state(records), keys.rotation(records)) == ("Enabled", 365)
    assert written(since)[:2] == ["CancelKeyDeletion", "EnableKey"]


@pytest.mark.parametrize("days", [None, 366, 2560])
def test_rotation_is_at_least_yearly(days: "int | None", records: str, drifter: Principal) -> None:
    kms, since = drifter.client("kms"), now()
    if days is None:
        kms.disable_key_rotation(KeyId=records)
    else:
        kms.enable_key_rotation(KeyId=records, RotationPeriodInDays=days)
    record = await_outcome(ROTATION, records, since)
    assert keys.rotation(records) == 365
    assert record.body["plan"] == [{"step": "enable-rotation", "days": 365, "hidden": False}]
    wait_quiet()
    assert written(since) == ["EnableKeyRotation"]


def test_a_shorter_period_stays(records: str, drifter: Principal) -> None:
    since = now()
    drifter.client("kms").enable_key_rotation(KeyId=records, RotationPeriodInDays=90)
    wait_quiet()
    assert keys.rotation(records) == 90
    assert operations(since) == READS and not outcomes(ROTATION, records, since)


def test_a_policy_that_admits_everybody_is_told_and_never_written(records: str, drifter: Principal) -> None:
    since, opened = now(), keys.open_to_everybody(records)
    drifter.client("kms").put_key_policy(KeyId=records, PolicyName="default", Policy=opened)
    record = await_outcome(POLICY, records, since, "reported")
    [advice] = record.body["person"]
    assert "statement 2" in advice and "Everybody" not in advice
    assert record.body["plan"] == [] and record.body["before"]["policy"] == opened
    emit(event_about(records, "put-key-policy"))
    wait_quiet()
    assert keys.policy(records) == opened and written(since) == []
    assert len(outcomes(POLICY, records, since)) == 1, "told once a day"


def test_a_policy_that_shuts_phiward_out_is_told(records: str, drifter: Principal) -> None:
    only = {"Effect": "Allow", "Principal": {"AWS": drifter.arn}, "Action": "kms:*", "Resource": "*"}
    shut, since = json.dumps({"Version": "2012-10-17", "Statement": [only]}), now()
    drifter.client("kms").put_key_policy(KeyId=records, PolicyName="default", Policy=shut)
    record = await_outcome(ENABLED, records, since, "reported")
    assert "kms:DescribeKey is denied" in record.body["person"][0]
    assert record.body["before"] == {"found": "closed"}


@pytest.mark.parametrize("which", ["further", "data", "own"])
def test_a_compliant_key_costs_the_reads_that_are_documented(which: str) -> None:
    key = getattr(keys, which)()
    emit(event_about(key))
    since = now()
    answers = emit(event_about(key))
    assert [each["response"] for each in answers] == [{"checked": 1, "outcomes": [], "ignored": None}]
    # Without the one question to the ledger with which each process begins: was an earlier run cut off?
    called = sorted(call["operation"] for call in calls_of("encryption-keys", since))
    assert [each for each in called if each != "Query"] == READS


@pytest.mark.parametrize("named", ["alias/records", None])
def test_an_event_that_names_no_key_makes_all_be_looked_at(named: "str | None") -> None:
    answers = emit(event_about(named))
    assert [each["response"]["checked"] for each in answers] == [3]


def test_a_key_that_is_not_named_is_its_owners_matter(admin: Principal, drifter: Principal) -> None:
    key, since = admin.client("kms").create_key()["KeyMetadata"]["Arn"], now()
    drifter.client("kms").schedule_key_deletion(KeyId=key)
    wait_quiet()
    assert keys.state(key) == "PendingDeletion" and calls_of("encryption-keys", since) == []
    ignored = [each["response"]["ignored"] for each in invocations(since) if each["function"] == "encryption-keys"]
    assert ignored == ["a key that the deployment does not name"]


def test_what_no_event_told_is_found_by_the_sweep(records: str, drifter: Principal) -> None:
    with silenced("encryption-keys"):
        drifter.client("kms").disable_key(KeyId=records)
    answer = sweep("encryption-keys")
    assert [(each["control"], each["resource"], each["outcome"]) for each in answer["outcomes"]] == [
        (ENABLED, records, "remediated")]
    assert answer["checked"] == 3 and keys.state(records) == "Enabled"


def test_a_key_that_may_be_deleted_is_left_alone(records: str, drifter: Principal) -> None:
    """Its owner's decision, for each of the controls; the others do not fail for what is not theirs to change."""
    exempt(PENDING, records)
    since = now()
    try:
        drifter.client("kms").schedule_key_deletion(KeyId=records)
        await_outcome(PENDING, records, since, "exempt")
        for control in (ENABLED, ROTATION):
            advice = await_outcome(control, records, since, "reported").body["person"]
            assert "deletion" in advice[0] or "deleted" in advice[0]
        wait_quiet()
        assert keys.state(records) == "PendingDeletion"
        assert not [each for each in invocations(since) if each["error"]]
        told = len(outcomes(ENABLED, records, since))
        sweep("encryption-keys")
        assert len(outcomes(ENABLED, records, since)) == told, "what is refused for good is tried once a day"
    finally:
        operate("revoke", control=PENDING, resource=records)
    wait_quiet()
    assert keys.state(records) == "Enabled"
