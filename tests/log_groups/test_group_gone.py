"""A group that was deleted: one that the deployment names in full is made again, and its loss is told; others are gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Iterator

import pytest
from demo.principals import Principal

from harness import (
    Faults, await_outcome, calls_of, emit, ledger, now, outcomes, silenced, sweep, wait_quiet, writes_of,
)
from harness.log_groups import (
    DUTY, IN_FULL, call_on_group, data_key, described, is_right, new_group, resource, settings,
)


@pytest.fixture(autouse=True)
def _a_day_later() -> "Iterator[None]":
    ledger.forget_repairs_of(resource(IN_FULL))
    yield
    wait_quiet()
    assert is_right(IN_FULL), "a test left it otherwise"


def _check(since: datetime, event: str) -> None:
    record = await_outcome("log-groups.present", resource(IN_FULL), since, "reported")
    wait_quiet()
    assert [step["step"] for step in record.body["plan"]] == ["create-group", "put-data-protection"]
    assert "is lost" in record.body["person"][0] and record.body["event"]["name"] == event
    assert (record.body["before"]["kind"], record.body["after"]["kind"]) == ("absent", "group")
    # A sweep may find what other tests have left.
    assert [each for each in writes_of(DUTY, since) if each[1] == IN_FULL] == [
        ("CreateLogGroup", IN_FULL), ("PutDataProtectionPolicy", IN_FULL)]
    seen = settings(IN_FULL)
    assert (seen["kmsKeyId"], seen["retentionInDays"]) == (data_key(), None), "a new group keeps its events for ever"


def test_a_deleted_group_is_made_again_encrypted_and_masked_and_its_loss_is_told(drifter: Principal) -> None:
    since = now()
    drifter.client("logs").delete_log_group(logGroupName=IN_FULL)
    _check(since, "DeleteLogGroup")


def test_one_that_was_deleted_unheard_is_found_by_the_sweep(drifter: Principal) -> None:
    with silenced(DUTY):
        drifter.client("logs").delete_log_group(logGroupName=IN_FULL)
    since = now()
    sweep(DUTY)
    _check(since, "Sweep")


def test_a_group_that_only_a_glob_names_stays_gone(drifter: Principal) -> None:
    group = new_group()
    since = now()
    drifter.client("logs").delete_log_group(logGroupName=group)
    wait_quiet()
    answers = [each["response"] for each in emit(call_on_group("DeleteLogGroup", group))]
    assert answers == [{"checked": 1, "outcomes": [], "ignored": None}]
    assert described(group) is None and writes_of(DUTY, since) == []
    assert outcomes("log-groups.present", resource(group), since) == []


def test_while_the_key_can_t_be_used_it_is_not_made_again(drifter: Principal, admin: Principal) -> None:
    kms = admin.client("kms")
    with silenced(DUTY), silenced_keys():
        kms.disable_key(KeyId=data_key())
        try:
            drifter.client("logs").delete_log_group(logGroupName=IN_FULL)
            since = now()
            sweep(DUTY)
            record = await_outcome("log-groups.present", resource(IN_FULL), since, "reported")
            assert "is Disabled" in record.body["person"][0] and record.body["plan"] == []
            assert described(IN_FULL) is None
        finally:
            kms.enable_key(KeyId=data_key())
    ledger.forget_repairs_of(resource(IN_FULL))
    sweep(DUTY)


def silenced_keys() -> Any:
    """The duty that would enable the key again."""
    return silenced("encryption-keys")


def test_what_the_second_step_could_not_do_is_done_next(drifter: Principal, faults: Faults) -> None:
    faults.add("logs", "PutDataProtectionPolicy", "AccessDenied", 1, principal="LogGroups")
    since = now()
    drifter.client("logs").delete_log_group(logGroupName=IN_FULL)
    await_outcome("log-groups.present", resource(IN_FULL), since, "reported")
    await_outcome("log-groups.data-protection", resource(IN_FULL), since)
    assert is_right(IN_FULL)


def test_an_event_that_claims_a_deletion_costs_reads(admin: Principal) -> None:
    since = now()
    answers = [each["response"] for each in emit(call_on_group("DeleteLogGroup", IN_FULL))]
    assert answers == [{"checked": 1, "outcomes": [], "ignored": None}]
    assert {each["operation"] for each in calls_of(DUTY, since)} <= {"DescribeLogGroups", "GetDataProtectionPolicy", "Query"}
