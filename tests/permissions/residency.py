"""What `residency` must be able to do."""

from __future__ import annotations

import secrets
from typing import Any

from harness import surroundings
from harness.inference import GLOBAL, arn, converse, copied_from

from . import memory
from .runs import Scenario, api_call, envelope, expect, of_every_function, run, sweep

_DUTY = "residency"
_INFERENCE, _PROFILES, _MODELS = (
    f"residency.{each}" for each in ("global-inference", "application-profiles", "zero-retention-models"))
#: In use, and unfit.
_MODEL = "anthropic.claude-fable-5"


def scenarios() -> "list[Scenario]":
    return [
        *of_every_function(_DUTY),
        Scenario("tells of inference, and counts", _counted),
        Scenario("tells how often, when the heartbeat wakes it", _closed),
        Scenario("asks where a profile leads", _asked),
        Scenario("deletes a copy of a Global profile", _deleted),
        Scenario("looks at the models in use", _swept),
        Scenario("stops when somebody keeps making it anew", _fought_over),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had recorded", _finished),
        Scenario("heeds an exemption", _exempt),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


def _inference(model: str, principal: str, region: "str | None" = None) -> "dict[str, Any]":
    detail = {"eventSource": "bedrock.amazonaws.com", "eventName": "Converse", "requestParameters": {"modelId": model},
              "userIdentity": {"type": "IAMUser", "arn": principal},
              "additionalEventData": {"inferenceRegion": region} if region else None}
    return envelope("aws.bedrock", "AWS API Call via CloudTrail", detail)


def _principal() -> str:
    return f"arn:aws:iam::000000000000:role/roles-{secrets.token_hex(4)}"


def _counted() -> None:
    principal = _principal()
    named = f"inference/{principal}/{GLOBAL}"
    expect(run(_DUTY, _inference(GLOBAL, principal)), {(_INFERENCE, named): "reported"})
    assert run(_DUTY, _inference(GLOBAL, principal)) == {}
    state = memory.ledger().item(f"state#{_INFERENCE}", named)
    assert state and state["again"] == 1, state


def _closed() -> None:
    principal = _principal()
    named = f"inference/{principal}/{GLOBAL}"
    for _ in range(2):
        run(_DUTY, _inference(GLOBAL, principal))
    state = memory.ledger().item(f"state#{_INFERENCE}", named)
    assert state and state["told"] and memory.ledger().item(f"wake#{_DUTY}", named), "nobody would wake it"
    state["told"]["at"] = 1
    memory.ledger().put(f"state#{_INFERENCE}", named, state)
    expect(run(_DUTY, memory.wake(_DUTY, named)), {(_INFERENCE, named): "reported"})


def _asked() -> None:
    principal, profile = _principal(), _copy()
    event = _inference(arn("application-inference-profile", profile), principal, "eu-west-1")
    named = f"inference/{principal}/{_named(profile)}"
    expect(run(_DUTY, event), {(_INFERENCE, named): "reported", ("residency.geography", named): "reported"})


def _copy() -> str:
    return copied_from(arn("inference-profile", GLOBAL))


def _named(profile: str) -> str:
    return f"application-inference-profile/{profile}"


def _created(profile: str) -> "dict[str, Any]":
    event = api_call("bedrock", "CreateInferenceProfile")
    event["detail"]["responseElements"] = {"inferenceProfileArn": arn("application-inference-profile", profile)}
    return event


def _deleted() -> None:
    profile = _copy()
    expect(run(_DUTY, _created(profile)), {(_PROFILES, _named(profile)): "remediated"})


def _swept() -> None:
    converse(surroundings().admin, f"us.{_MODEL}")
    expect(run(_DUTY, sweep()), {(_MODELS, f"model/{_MODEL}"): "reported"})


def _fought_over() -> None:
    profile = _copy()
    memory.fought_over(_PROFILES, _named(profile))
    expect(run(_DUTY, _created(profile)), {(_PROFILES, _named(profile)): "escalated"})


def _taken_over() -> None:
    profile = _copy()
    memory.announced(_DUTY, _PROFILES, _named(profile))
    expect(run(_DUTY, memory.wake(_DUTY, _named(profile))), {(_PROFILES, _named(profile)): "remediated"})


def _finished() -> None:
    """Its intent is there, and the profile is gone."""
    profile = _copy()
    memory.killed_after(_DUTY, _created(profile), "bedrock", "DeleteInferenceProfile")
    expect(run(_DUTY, memory.wake(_DUTY, _named(profile))), {(_PROFILES, _named(profile)): "remediated"})


def _exempt() -> None:
    profile = _copy()
    memory.exempt(_PROFILES, _named(profile))
    expect(run(_DUTY, memory.wake(_DUTY, _named(profile))), {(_PROFILES, _named(profile)): "exempt"})


def _claimed() -> None:
    """Nothing of it can be undone: the order is refused."""
    profile = _copy()
    expect(run(_DUTY, memory.wake(_DUTY, _named(profile), ordered=True)), {(_PROFILES, _named(profile)): "remediated"})
