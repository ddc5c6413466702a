"""What `guardrails` must be able to do."""

from __future__ import annotations

from typing import Any, Callable

from harness import guardrails as rails

from . import memory
from .runs import Scenario, api_call, expect, of_every_function, run, sweep
from .second_stack import GUARDRAIL, GUARDRAIL_ENFORCED, client, deployed

_DUTY = "guardrails"
_DRAFT, _FILTER, _ENFORCEMENT = "guardrails.draft", "guardrails.sensitive-information", "guardrails.enforcement"
_PROFILE = "us.guardrail.v1:0"


def scenarios() -> "list[Scenario]":
    return [
        Scenario("mends a draft", lambda: _mended(GUARDRAIL_ENFORCED)),
        *of_every_function(_DUTY),
        Scenario("publishes a version, and makes room for it", _published),
        Scenario("mends a guardrail that works across Regions",
                 lambda: _mended(GUARDRAIL, crossRegionConfig={"guardrailProfileIdentifier": _PROFILE})),
        Scenario("mends a guardrail that is encrypted", lambda: _mended(GUARDRAIL, kmsKeyId=deployed().key_arn)),
        Scenario("enforces one", _enforced),
        Scenario("makes one again", _made_again),
        Scenario("finds what changed unheard", _swept),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had repaired", _finished),
        Scenario("stops where somebody keeps reverting, and looks again later", _fought),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


def _event(guardrail: str) -> "dict[str, Any]":
    return api_call("bedrock", "UpdateGuardrail", guardrailIdentifier=guardrail)


def _weakened(guardrail: str, **more: Any) -> "dict[str, Any]":
    """A draft, and the event that tells of it."""
    def change(given: "dict[str, Any]") -> None:
        rails.weaken(given)
        given.update(more)

    rails.update(guardrail, change=change)
    return _event(guardrail)


def _mended(guardrail: str, **more: Any) -> None:
    expect(run(_DUTY, _weakened(guardrail, **more)), {(_DRAFT, rails.resource(guardrail)): "remediated"})
    assert rails.is_strong(guardrail)


def _published() -> None:
    """Those of ours that nothing needs, the oldest first."""
    drift = _weakened(GUARDRAIL)
    while len(rails.versions(GUARDRAIL)) < 20:
        client("bedrock").create_guardrail_version(guardrailIdentifier=GUARDRAIL, description="Phiward baseline 0")
    expect(run(_DUTY, drift), {(_FILTER, rails.resource(GUARDRAIL)): "remediated"})
    assert rails.is_strong(GUARDRAIL, rails.versions(GUARDRAIL)[-1])


def _without_enforcement(play: "Callable[[], None]") -> None:
    """The first stack's is put back."""
    kept = rails.enforced()
    assert kept
    client("bedrock").delete_enforced_guardrail_configuration(configId=kept["configId"])
    try:
        play()
    finally:
        found = rails.enforced()
        if found:
            client("bedrock").delete_enforced_guardrail_configuration(configId=found["configId"])
        rest = {name: kept[name] for name in ("selectiveContentGuarding", "modelEnforcement")}
        client("bedrock").put_enforced_guardrail_configuration(guardrailInferenceConfig={
            "guardrailIdentifier": kept["guardrailId"], "guardrailVersion": kept["guardrailVersion"], **rest})


def _enforced() -> None:
    def play() -> None:
        expect(run(_DUTY, _event(GUARDRAIL_ENFORCED)), {(_ENFORCEMENT, rails.resource(GUARDRAIL_ENFORCED)): "remediated"})

    _without_enforcement(play)


def _made_again() -> None:
    given, bedrock = rails.as_update(GUARDRAIL), client("bedrock")
    bedrock.delete_guardrail(guardrailIdentifier=GUARDRAIL)
    try:
        expect(run(_DUTY, _event(GUARDRAIL)), {("guardrails.present", rails.resource(GUARDRAIL)): "reported"})
    finally:
        for each in bedrock.list_guardrails()["guardrails"]:
            if each["name"] == f"phiward-{GUARDRAIL}":
                bedrock.delete_guardrail(guardrailIdentifier=each["id"])
        rails.made(GUARDRAIL, given)
    assert run(_DUTY, _event(GUARDRAIL)) == {}


def _swept() -> None:
    _weakened(GUARDRAIL)
    expect(run(_DUTY, sweep()), {(_DRAFT, rails.resource(GUARDRAIL)): "remediated"})


def _taken_over() -> None:
    drift = _weakened(GUARDRAIL)
    memory.announced(_DUTY, _DRAFT, rails.resource(GUARDRAIL))
    expect(run(_DUTY, drift), {(_DRAFT, rails.resource(GUARDRAIL)): "remediated"})


def _finished() -> None:
    memory.killed_after(_DUTY, _weakened(GUARDRAIL), "bedrock", "UpdateGuardrail")
    outcomes = run(_DUTY, memory.wake(_DUTY, rails.resource(GUARDRAIL)))
    expect(outcomes, {(_DRAFT, rails.resource(GUARDRAIL)): "remediated"})


def _fought() -> None:
    drift = _weakened(GUARDRAIL)
    memory.fought_over(_DRAFT, rails.resource(GUARDRAIL))
    expect(run(_DUTY, drift), {(_DRAFT, rails.resource(GUARDRAIL)): "escalated"})
    assert memory.ledger().item(f"wake#{_DUTY}", rails.resource(GUARDRAIL)), "nobody will look again"


def _claimed() -> None:
    """Nobody may order anything of this duty, and an event is not believed."""
    _weakened(GUARDRAIL)
    outcomes = run(_DUTY, memory.wake(_DUTY, rails.resource(GUARDRAIL), ordered=True))
    expect(outcomes, {(_DRAFT, rails.resource(GUARDRAIL)): "remediated"})
