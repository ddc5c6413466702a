"""Repairs of model-invocation logging, to be made while AWS fails."""

from __future__ import annotations

from demo.account import ORDINARY_BUCKETS

from harness.invocation_logging import DELIVERY, DESTINATIONS, DUTY, ENABLED, ID, admit, client, live, put_right, right
from harness.rules import silenced
from permissions.runs import api_call

from .drift import Drift


def switched_off() -> Drift:
    """Nothing is logged any more."""
    with silenced(DUTY), silenced("buckets"):
        put_right()
        client().delete_model_invocation_logging_configuration()
    goal = {(ENABLED, ID): "remediated"}
    return Drift(api_call("bedrock", "DeleteModelInvocationLoggingConfiguration"), goal, lambda _: live() == right())


def redirected() -> Drift:
    """Text alone, and to somebody else's bucket: what went there is told, so it is never called fixed."""
    [other] = ORDINARY_BUCKETS
    elsewhere = {"s3Config": {"bucketName": other}, "textDataDeliveryEnabled": True}
    with silenced(DUTY), silenced("buckets"):
        put_right()
        admit(other)
        client().put_model_invocation_logging_configuration(loggingConfig=elsewhere)

    def is_right(control: str) -> bool:
        seen = live() or {}
        if control == DELIVERY:
            return all(seen.get(name) is True for name in right() if name.endswith("Enabled"))
        return all(seen.get(name) == right()[name] for name in ("s3Config", "cloudWatchConfig"))

    goal = {(DESTINATIONS, ID): "reported", (DELIVERY, ID): "remediated"}
    return Drift(api_call("bedrock", "PutModelInvocationLoggingConfiguration"), goal, is_right)
