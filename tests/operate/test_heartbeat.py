"""The heartbeat sees what would be dead in silence, and its absence rings."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any, Iterator

import pytest
from demo.principals import Principal

from harness import BucketFactory, await_outcome, ledger, now, silenced, surroundings, wait_quiet
from harness.alarms import a_minute_a_second, alarm
from harness.operate import heartbeat
from harness.planted import dead_letters
from harness.rules import enable
from harness.trail import TRAIL, others_stopped


@pytest.fixture(autouse=True)
def _no_letters() -> None:
    dead_letters()


def _metric(name: str, since: Any) -> "list[float]":
    answer = surroundings().admin.client("cloudwatch").get_metric_statistics(
        Namespace="Phiward", MetricName=name, StartTime=since - timedelta(seconds=60),
        EndTime=now() + timedelta(seconds=60), Period=60, Statistics=["Sum"])
    return [each["Sum"] for each in answer["Datapoints"]]


def test_all_is_well(admin: Principal) -> None:
    since = now()
    found = heartbeat()
    assert found == {"well": True, "trail_logging": True, "dead_letters": 0, "due": found["due"], "broken_rules": []}
    assert sum(_metric("Alive", since)) >= 1


def test_a_rule_that_is_disabled_or_without_target_is_named(admin: Principal) -> None:
    events = admin.client("events")
    rule = next(each["Name"] for each in events.list_rules()["Rules"] if "BucketsFunctionChange" in each["Name"])
    events.disable_rule(Name=rule)
    try:
        assert heartbeat()["broken_rules"] == [rule]
    finally:
        events.enable_rule(Name=rule)
    targets = events.list_targets_by_rule(Rule=rule)["Targets"]
    events.remove_targets(Rule=rule, Ids=[each["Id"] for each in targets])
    try:
        assert heartbeat() == {
            "well": False, "trail_logging": True, "dead_letters": 0, "due": 0, "broken_rules": [rule]}
    finally:
        events.put_targets(Rule=rule, Targets=targets)
    assert heartbeat()["well"]


def test_a_rule_that_is_gone_is_named(admin: Principal) -> None:
    events = admin.client("events")
    rule = events.describe_rule(Name=_rules_of_the_stack().pop())
    targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    events.remove_targets(Rule=rule["Name"], Ids=[each["Id"] for each in targets])
    events.delete_rule(Name=rule["Name"])
    try:
        assert heartbeat()["broken_rules"] == [rule["Name"]]
    finally:
        given = ("Name", "EventPattern", "ScheduleExpression", "State", "Description")
        events.put_rule(**{name: rule[name] for name in given if name in rule})
        events.put_targets(Rule=rule["Name"], Targets=targets)
    assert heartbeat()["well"]


def test_every_rule_of_the_stack_is_looked_at(admin: Principal) -> None:
    events = admin.client("events")
    states = {rule: events.describe_rule(Name=rule)["State"] for rule in _rules_of_the_stack()}
    for rule in states:
        events.disable_rule(Name=rule)
    try:
        assert set(heartbeat()["broken_rules"]) == set(states)
    finally:
        for rule, state in states.items():
            enable(rule, state)


def _rules_of_the_stack() -> "set[str]":
    pages = surroundings().admin.client("cloudformation").get_paginator("list_stack_resources").paginate(
        StackName="phiward")
    return {each["PhysicalResourceId"] for page in pages for each in page["StackResourceSummaries"]
            if each["ResourceType"] == "AWS::Events::Rule"}


@pytest.fixture
def fast() -> "Iterator[None]":
    with a_minute_a_second():
        yield


def test_a_trail_that_is_stopped_rings(admin: Principal, fast: None) -> None:
    trails = admin.client("cloudtrail")
    # Else the trail would log again at once.
    with silenced("audit-trail"), others_stopped():
        trails.stop_logging(Name=TRAIL)
        try:
            assert not heartbeat()["trail_logging"]
            assert alarm("TrailAlarm", "ALARM")
        finally:
            trails.start_logging(Name=TRAIL)
    assert heartbeat()["well"]


def test_a_missing_heartbeat_rings_and_a_well_one_ends_it(fast: None) -> None:
    assert alarm("HeartbeatAlarm", "ALARM", 60)
    until = time.monotonic() + 30
    while not alarm("HeartbeatAlarm", "OK", 1) and time.monotonic() < until:
        heartbeat()
    assert alarm("HeartbeatAlarm", "OK", 1)


def test_what_is_due_is_looked_at_again(buckets: BucketFactory, drifter: Principal) -> None:
    bucket, since = buckets.logs(), now()
    with silenced("buckets"):
        drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
        wait_quiet()
    ledger.put("wake#buckets", bucket, {"at": int(time.time() * 1000) + 3_600_000})
    assert heartbeat()["due"] == 0
    ledger.put("wake#buckets", bucket, {"at": 1})
    assert heartbeat()["due"] == 1
    await_outcome("buckets.kms-encryption", bucket, since)
    assert ledger.item("wake#buckets", bucket) is None


def test_a_dead_letter_is_counted(admin: Principal) -> None:
    url = surroundings().outputs["DeadLetterQueueUrl"]
    admin.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({}))
    assert heartbeat()["dead_letters"] == 1
    dead_letters()
