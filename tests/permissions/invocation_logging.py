"""What `invocation-logging` must be able to do."""

from __future__ import annotations

from typing import Any

from harness.invocation_logging import DESTINATIONS, DUTY, ENABLED, ID, admit

from . import memory
from .runs import Scenario, api_call, expect, of_every_function, run, sweep
from .second_stack import INVOCATION_BUCKET, INVOCATION_PREFIX, LARGE_BUCKET, LOG_GROUP, PLAIN, client, deployed

_DELETE = "DeleteModelInvocationLoggingConfiguration"


def scenarios() -> "list[Scenario]":
    return [
        Scenario("switches logging on", _switched_on),
        Scenario("sends logs back that went elsewhere", _sent_back),
        *of_every_function(DUTY),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had repaired", _finished),
        Scenario("stops where somebody keeps reverting, and looks again later", _fought),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


def _prepare() -> None:
    """Buckets that take the logs, and encrypt with the data key, and the log group."""
    if not client("logs").describe_log_groups(logGroupNamePrefix=LOG_GROUP)["logGroups"]:
        client("logs").create_log_group(logGroupName=LOG_GROUP)
    admit(INVOCATION_BUCKET, INVOCATION_PREFIX)
    admit(LARGE_BUCKET)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": deployed().outputs["DataKeyArn"]}
    for name in (INVOCATION_BUCKET, LARGE_BUCKET):
        client("s3").put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]})


def _drift() -> "dict[str, Any]":
    """Logging that is off, and the event that tells of it."""
    _prepare()
    client("bedrock").delete_model_invocation_logging_configuration()
    return api_call("bedrock", _DELETE)


def _switched_on() -> None:
    expect(run(DUTY, _drift()), {(ENABLED, ID): "remediated"})
    live = client("bedrock").get_model_invocation_logging_configuration()["loggingConfig"]
    assert live["s3Config"] == {"bucketName": INVOCATION_BUCKET, "keyPrefix": INVOCATION_PREFIX}
    assert run(DUTY, sweep()) == {}


def _sent_back() -> None:
    _prepare()
    admit(PLAIN)
    client("bedrock").put_model_invocation_logging_configuration(loggingConfig={
        "s3Config": {"bucketName": PLAIN}, "textDataDeliveryEnabled": True})
    expect(run(DUTY, sweep()), {(DESTINATIONS, ID): "reported"})
    assert run(DUTY, sweep()) == {}


def _taken_over() -> None:
    drift = _drift()
    memory.announced(DUTY, ENABLED, ID)
    expect(run(DUTY, drift), {(ENABLED, ID): "remediated"})


def _finished() -> None:
    memory.killed_after(DUTY, _drift(), "bedrock", "PutModelInvocationLoggingConfiguration")
    expect(run(DUTY, memory.wake(DUTY, ID)), {(ENABLED, ID): "remediated"})


def _fought() -> None:
    drift = _drift()
    memory.fought_over(ENABLED, ID)
    expect(run(DUTY, drift), {(ENABLED, ID): "escalated"})
    assert memory.ledger().item(f"wake#{DUTY}", ID), "nobody will look again"


def _claimed() -> None:
    """Nobody may order anything of this duty, and an event is not believed."""
    _drift()
    expect(run(DUTY, memory.wake(DUTY, ID, ordered=True)), {(ENABLED, ID): "remediated"})
