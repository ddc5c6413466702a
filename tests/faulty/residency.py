"""A copy of a Global inference profile, told of while AWS fails; its deletion is an opt-in, and tried where it is played."""

from __future__ import annotations

from harness.inference import GLOBAL, arn, copied_from

from permissions.runs import api_call

from .drift import Drift


def told() -> Drift:
    """Nothing is repaired unless the baseline says so: it is right when a person is told."""
    profile = copied_from(arn("inference-profile", GLOBAL))
    event = api_call("bedrock", "CreateInferenceProfile")
    event["detail"]["responseElements"] = {"inferenceProfileArn": arn("application-inference-profile", profile)}
    goal = {("residency.application-profiles", f"application-inference-profile/{profile}"): "reported"}
    return Drift(event, goal, lambda _: True)
