"""Where logs could not arrive nothing is set: a person is told, and it is done as soon as it can be."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Callable, Iterator

import pytest
from demo.account import LOG_GROUP, LOG_ROLE
from demo.principals import Principal

from harness import await_outcome, now, outcomes, silenced, sweep, wait_quiet, writes_of
from harness.invocation_logging import (
    BUCKET, DUTY, ENABLED, ID, LARGE, allow, client, live, put_policy, right, trust,
)
from harness.settings import data_key, statements

LET_IN = "buckets.log-delivery"


@pytest.fixture
def unheard() -> "Iterator[None]":
    """Nobody puts right what a test spoils, but for the duty itself when it sweeps."""
    with silenced(DUTY), silenced("buckets"), silenced("log-groups"), silenced("encryption-keys"):
        yield


def _off() -> datetime:
    client().delete_model_invocation_logging_configuration()
    wait_quiet()
    return now()


def _told(since: datetime) -> "list[str]":
    """What a person is told; nothing was written."""
    sweep(DUTY)
    record = await_outcome(ENABLED, ID, since, "reported")
    assert live() is None and writes_of(DUTY, since) == [] and record.body["plan"] == []
    return record.body["person"]


def _shut_out(bucket: str) -> "Callable[[Principal], Any]":
    return lambda _: put_policy(bucket)


def _acls(admin: Principal) -> None:
    admin.client("s3").put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})


@pytest.mark.parametrize(("spoil", "words"), [
    (_shut_out(BUCKET), f"the policy of the bucket {BUCKET} does not let bedrock.amazonaws.com"),
    (_shut_out(LARGE), f"the policy of the bucket {LARGE} does not let bedrock.amazonaws.com"),
    (_acls, f"the bucket {BUCKET} has access control lists enabled"),
    (lambda _: trust({"Service": "lambda.amazonaws.com"}), f"{LOG_ROLE} does not let bedrock.amazonaws.com take it"),
    (lambda admin: admin.client("logs").delete_log_group(logGroupName=LOG_GROUP), f"{LOG_GROUP} is not there"),
], ids=["the bucket", "the other bucket", "lists", "the role", "the group"])
def test_what_keeps_logs_from_arriving_is_told(
        spoil: "Callable[[Principal], Any]", words: str, admin: Principal, unheard: None) -> None:
    spoil(admin)
    try:
        [told] = _told(_off())
        assert words in told
    finally:
        wait_quiet()
        sweep("buckets")
        sweep("log-groups")


def test_a_key_that_shuts_bedrock_out_is_told_and_left(admin: Principal, unheard: None) -> None:
    kms = admin.client("kms")
    before = kms.get_key_policy(KeyId=data_key(), PolicyName="default")["Policy"]
    policy = json.loads(before)
    policy["Statement"] = [each for each in policy["Statement"] if "bedrock" not in json.dumps(each["Principal"])]
    kms.put_key_policy(KeyId=data_key(), PolicyName="default", Policy=json.dumps(policy))
    try:
        [told] = _told(_off())
        assert f"the key policy of {data_key()} does not let bedrock.amazonaws.com" in told
        assert json.loads(kms.get_key_policy(KeyId=data_key(), PolicyName="default")["Policy"]) == policy
    finally:
        kms.put_key_policy(KeyId=data_key(), PolicyName="default", Policy=before)
    since = now()
    sweep(DUTY)
    await_outcome(ENABLED, ID, since)
    assert live() == right()


def test_what_only_bedrock_can_see_is_told(unheard: None) -> None:
    """The role is Bedrock's, and may not write."""
    allow("logs:PutLogEvents")
    since = _off()
    sweep(DUTY)
    record = await_outcome(ENABLED, ID, since, "reported")
    assert "Bedrock does not take the destinations" in record.body["person"][0] and live() is None


def test_logging_waits_for_its_bucket_and_goes_on_when_that_is_right(admin: Principal) -> None:
    with silenced(DUTY), silenced("buckets"):
        put_policy(BUCKET)
        client().delete_model_invocation_logging_configuration()
    since = now()
    # Both hear of this: Bedrock is still shut out, which the one tells and the other mends; its repair's event goes on.
    put_policy(BUCKET)
    await_outcome(LET_IN, BUCKET, since)
    await_outcome(ENABLED, ID, since)
    wait_quiet()
    assert live() == right()
    let_in = {
        "Sid": "PhiwardInvocationLogs", "Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/bedrock/AWSLogs/000000000000/BedrockModelInvocationLogs/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"},
                      "ArnLike": {"aws:SourceArn": "arn:aws:bedrock:us-east-1:000000000000:*"}}}
    assert statements(BUCKET)[-1] == let_in and len(statements(BUCKET)) == 2


def test_bedrock_is_let_in_beside_what_others_have_put_there() -> None:
    theirs = {"Sid": "PhiwardInvocationLogs", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
              "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{LARGE}/*"}
    since = now()
    put_policy(LARGE, theirs)
    await_outcome(LET_IN, LARGE, since)
    wait_quiet()
    found = statements(LARGE)
    assert theirs in found and found[-1]["Sid"] == "PhiwardInvocationLogs2"
    assert found[-1]["Resource"] == f"arn:aws:s3:::{LARGE}/AWSLogs/000000000000/BedrockModelInvocationLogs/*"
    assert len(outcomes(LET_IN, LARGE, since)) == 1
