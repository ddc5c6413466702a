"""What others have set on a log group, and what is stricter than the baseline, is there afterwards, byte for byte."""

from __future__ import annotations

import copy
import json
import secrets
from typing import Any

import pytest
from demo.principals import Principal

from harness import (
    await_outcome, call_on_bucket, calls_of, emit, make_due, now, outcomes, rule_of, silenced, sweep, wait_quiet, writes_of,
)
from harness.log_groups import (
    DUTY, call_on_group, data_key, described, new_group, policy_of_others, protection, resource, settings,
)


def _less(policy: "dict[str, Any]") -> "dict[str, Any]":
    """Without what Phiward adds to lists."""
    less = copy.deepcopy(policy)
    for statement in less["Statement"]:
        statement["DataIdentifier"] = statement["DataIdentifier"][:2]
    less["Configuration"]["CustomDataIdentifier"] = less["Configuration"]["CustomDataIdentifier"][:1]
    return less


@pytest.mark.parametrize("destination", [{}, {"S3": {"Bucket": "findings-of-others"}}], ids=["nowhere", "S3"])
def test_a_policy_of_others_keeps_all_that_is_theirs(destination: Any, drifter: Principal) -> None:
    group, theirs = new_group(), policy_of_others(destination=destination)
    since = now()
    drifter.client("logs").put_data_protection_policy(logGroupIdentifier=group, policyDocument=json.dumps(theirs))
    await_outcome("log-groups.data-protection", resource(group), since)
    merged = json.loads(protection(group) or "")
    assert merged != theirs
    assert json.dumps(_less(merged), ensure_ascii=False) == json.dumps(theirs, ensure_ascii=False)


@pytest.mark.parametrize("days", [2192, 3653, None])
def test_a_retention_that_is_long_enough_stays(days: "int | None", drifter: Principal) -> None:
    group, logs = new_group(), drifter.client("logs")
    since = now()
    logs.put_retention_policy(logGroupName=group, retentionInDays=days or 3653)
    if days is None:
        logs.delete_retention_policy(logGroupName=group)
    wait_quiet()
    assert settings(group)["retentionInDays"] == days
    assert writes_of(DUTY, since) == [] and outcomes("log-groups.minimum-retention", resource(group), since) == []


def test_other_settings_are_never_touched(drifter: Principal, admin: Principal) -> None:
    group, logs = new_group(tags={"Owner": "them"}, logGroupClass="INFREQUENT_ACCESS"), admin.client("logs")
    logs.put_metric_filter(logGroupName=group, filterName="theirs", filterPattern="x", metricTransformations=[
        {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}])
    since = now()
    drifter.client("logs").disassociate_kms_key(logGroupName=group)
    await_outcome("log-groups.kms-key", resource(group), since)
    assert logs.list_tags_log_group(logGroupName=group)["tags"] == {"Owner": "them"}
    assert (described(group) or {})["logGroupClass"] == "INFREQUENT_ACCESS"
    assert logs.describe_metric_filters(logGroupName=group)["metricFilters"]


@pytest.mark.parametrize("name", ["/aws/bedrock/of-test-x", "/aws/lambda/x", "x/aws/bedrock/of-tests-x", "AWS/bedrock"])
def test_a_group_that_is_not_named_is_not_even_read(name: str) -> None:
    since = now()
    answers = [each["response"] for each in emit(call_on_group("DeleteDataProtectionPolicy", name, "logGroupIdentifier"))]
    assert answers == [{"checked": 0, "outcomes": [], "ignored": "the deployment does not name the log group"}]
    assert calls_of(DUTY, since) == []


def test_a_sweep_leaves_all_other_groups_alone(admin: Principal) -> None:
    name, logs = f"/somebody/else-{secrets.token_hex(4)}", admin.client("logs")
    logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName=name, retentionInDays=1)
    before, since = settings(name), now()
    sweep(DUTY)
    assert settings(name) == before
    assert name not in str([call["parameters"] for call in calls_of(DUTY, since)])


def test_a_call_of_another_service_starts_nothing() -> None:
    since = now()
    assert DUTY not in {each["function"] for each in emit(call_on_bucket("PutBucketPolicy", "logs-phiward-demo"))}
    assert calls_of(DUTY, since) == []


def test_a_change_that_no_event_told_is_found_when_the_schedule_is_due(drifter: Principal) -> None:
    group = new_group()
    with silenced(DUTY):
        drifter.client("logs").disassociate_kms_key(logGroupName=group)
    since = now()
    make_due(rule_of(DUTY, scheduled=True).name)
    record = await_outcome("log-groups.kms-key", resource(group), since)
    assert record.body["event"]["name"] == "Sweep"
    assert settings(group)["kmsKeyId"] == data_key()
