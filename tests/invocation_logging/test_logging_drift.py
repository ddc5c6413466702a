"""Logging that is switched off, sent elsewhere or thinned out is put right; what went elsewhere is told."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from demo.principals import Principal

from harness import BucketFactory, await_outcome, now, outcomes, silenced, sweep, wait_quiet, writes_of
from harness.invocation_logging import (
    DELIVERY, DESTINATIONS, DUTY, ENABLED, ID, LARGE, admit, live, right,
)
from harness.settings import settings

PUT = "PutModelInvocationLoggingConfiguration"


def _put(who: Principal, **change: Any) -> None:
    """The right configuration, changed."""
    whole = {name: value for name, value in {**right(), **change}.items() if value is not None}
    who.client("bedrock").put_model_invocation_logging_configuration(loggingConfig=whole)


def test_logging_that_was_switched_off_is_on_again(drifter: Principal) -> None:
    since = now()
    drifter.client("bedrock").delete_model_invocation_logging_configuration()
    record = await_outcome(ENABLED, ID, since)
    wait_quiet()
    assert live() == right()
    assert [name for name, _ in writes_of(DUTY, since)] == [PUT]
    assert record.body["event"]["name"] == "DeleteModelInvocationLoggingConfiguration"
    assert record.body["event"]["actor"] == drifter.arn
    assert record.body["before"]["configuration"] is None
    assert [step["step"] for step in record.body["plan"]] == ["enable"]
    assert record.body["after"] == {"configuration": record.body["after"]["configuration"], "requisites": None}


def test_what_no_event_told_is_found_by_the_sweep(drifter: Principal) -> None:
    with silenced(DUTY):
        drifter.client("bedrock").delete_model_invocation_logging_configuration()
    since = now()
    sweep(DUTY)
    record = await_outcome(ENABLED, ID, since)
    assert (record.body["event"]["name"], live()) == ("Sweep", right())


def test_logs_that_went_to_another_bucket_come_back_and_the_bucket_is_told(
        drifter: Principal, buckets: BucketFactory) -> None:
    other = buckets.ordinary()
    admit(other)
    wait_quiet()
    before, since = settings(other), now()
    _put(drifter, s3Config={"bucketName": other}, cloudWatchConfig=None)
    record = await_outcome(DESTINATIONS, ID, since, "reported")
    wait_quiet()
    assert live() == right()
    [told] = record.body["person"]
    assert f"the bucket {other}, which the deployment does not name" in told and "hold PHI" in told
    assert [name for name, _ in writes_of(DUTY, since)] == [PUT]
    assert settings(other) == before, "it is never rewritten"
    assert record.body["before"]["configuration"]["destinations"]["s3"]["bucket"] == other


def test_logs_that_went_to_another_log_group_come_back_and_the_group_is_told(
        drifter: Principal, admin: Principal) -> None:
    other = f"theirs-{secrets.token_hex(4)}"
    admin.client("logs").create_log_group(logGroupName=other)
    role = _role(admin.client("iam"), other)
    since = now()
    _put(drifter, cloudWatchConfig={"logGroupName": other, "roleArn": role})
    record = await_outcome(DESTINATIONS, ID, since, "reported")
    assert f"the log group {other}, which" in record.body["person"][0] and live() == right()


def _role(iam: Any, group: str) -> str:
    """One with which Bedrock may write to that group."""
    trust = {"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "sts:AssumeRole"}
    writes = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
              "Resource": f"arn:aws:logs:us-east-1:000000000000:log-group:{group}:log-stream:*"}

    def policy(statement: "dict[str, Any]") -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    arn = iam.create_role(RoleName=group, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=group, PolicyName="p", PolicyDocument=policy(writes))
    return arn


_GROUP_ALONE = {name: value for name, value in right()["cloudWatchConfig"].items() if name != "largeDataDeliveryS3Config"}


@pytest.mark.parametrize("change", [
    {"s3Config": None}, {"cloudWatchConfig": None}, {"s3Config": {"bucketName": LARGE}}, {"cloudWatchConfig": _GROUP_ALONE},
], ids=["no bucket", "no group", "the other bucket", "no place for large data"])
def test_a_destination_of_our_own_is_put_right_without_a_word(change: "dict[str, Any]", drifter: Principal) -> None:
    since = now()
    _put(drifter, **change)
    record = await_outcome(DESTINATIONS, ID, since)
    assert live() == right() and record.body["person"] == []


@pytest.mark.parametrize("kinds", [["text"], ["image", "embedding", "video"], ["audio"]])
def test_a_kind_of_data_that_is_left_out_is_delivered_again(kinds: "list[str]", drifter: Principal) -> None:
    since = now()
    _put(drifter, **{f"{kind}DataDeliveryEnabled": False for kind in kinds})
    record = await_outcome(DELIVERY, ID, since)
    assert live() == right()
    [step] = record.body["plan"]
    assert (step["step"], sorted(step["deliver"])) == ("deliver", sorted(kinds))


def test_a_redirection_that_thins_the_logs_out_is_put_right_whole(
        drifter: Principal, buckets: BucketFactory) -> None:
    other = buckets.ordinary()
    admit(other)
    since = now()
    drifter.client("bedrock").put_model_invocation_logging_configuration(loggingConfig={"s3Config": {"bucketName": other}})
    await_outcome(DESTINATIONS, ID, since, "reported")
    await_outcome(DELIVERY, ID, since)
    wait_quiet()
    assert live() == right()
    assert len(outcomes(DESTINATIONS, ID, since)) == len(outcomes(DELIVERY, ID, since)) == 1
