"""What `storage-surfaces` must be able to do."""

from __future__ import annotations

from typing import Any

from harness import surroundings
from harness.surfaces import KINDS, REPAIRED, call_on, control, key_of, made, own_id

from . import memory
from .runs import Scenario, expect, of_every_function, run, sweep
from .second_stack import ACCOUNT, client, deployed

_DUTY = "storage-surfaces"
_AGENTS = "storage-surfaces.agents"
#: The baseline of this deployment asks for guardrails, too.
_GIVEN = (*REPAIRED, "guardrail")
_TOLD = [kind for kind in KINDS if kind not in (*_GIVEN, "imported-model")]
_ACROSS = {"crossRegionConfig": {
    "guardrailProfileIdentifier": f"arn:aws:bedrock:us-east-1:{ACCOUNT}:guardrail-profile/us.guardrail.v1:0"}}


def scenarios() -> "list[Scenario]":
    return [
        *(Scenario(f"gives the key: {kind}", lambda kind=kind: _given(kind)) for kind in _GIVEN),  # type: ignore[misc]
        Scenario("gives the key to a guardrail that works across Regions", _across),
        *(Scenario(f"prepares again: {kind}", lambda kind=kind: _prepared(kind)) for kind in ("agent", "flow")),  # type: ignore[misc]
        *(Scenario(f"tells of it: {kind}", lambda kind=kind: _told(kind)) for kind in _TOLD),  # type: ignore[misc]
        *(Scenario(f"reads what another key encrypts: {kind}", lambda kind=kind: _other(kind))  # type: ignore[misc]
          for kind in ("agent", "flow", "prompt", "guardrail")),
        *of_every_function(_DUTY),
        Scenario("lists everything", _swept),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had repaired", _finished),
        Scenario("stops where somebody keeps reverting, and looks again later", _fought),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


def _made(kind: str, key: "str | None" = None) -> str:
    return made(kind, surroundings().admin, key)


def _given(kind: str) -> None:
    resource = _made(kind)
    expect(run(_DUTY, call_on(resource)), {(control(kind), resource): "remediated"})
    assert key_of(resource) == deployed().outputs["DataKeyArn"]


def _across() -> None:
    guardrail = made("guardrail", surroundings().admin, None, **_ACROSS)
    expect(run(_DUTY, call_on(guardrail)), {(control("guardrail"), guardrail): "remediated"})


def _prepared(kind: str) -> None:
    resource, agents = _made(kind), client("bedrock-agent")
    if kind == "agent":
        agents.prepare_agent(agentId=own_id(resource))
    else:
        agents.prepare_flow(flowIdentifier=own_id(resource))
    expect(run(_DUTY, call_on(resource)), {(control(kind), resource): "remediated"})


def _told(kind: str) -> None:
    resource = _made(kind)
    expect(run(_DUTY, call_on(resource)), {(control(kind), resource): "reported"})


def _other(kind: str) -> None:
    resource = _made(kind, deployed().key_arn)
    assert run(_DUTY, call_on(resource)) == {}


def _swept() -> None:
    """A list that is refused fails the sweep."""
    kinds = {kind: _made(kind) for kind in ("agent", "data-source", "imported-model")}
    expect(run(_DUTY, sweep()), {
        (control(kind), resource): "remediated" if kind in REPAIRED else "reported" for kind, resource in kinds.items()})


def _drift() -> "tuple[str, dict[str, Any]]":
    """An agent without a key, and the event that tells of it."""
    agent = _made("agent")
    return agent, call_on(agent)


def _taken_over() -> None:
    agent, drift = _drift()
    memory.announced(_DUTY, _AGENTS, agent)
    expect(run(_DUTY, drift), {(_AGENTS, agent): "remediated"})


def _finished() -> None:
    agent, drift = _drift()
    memory.killed_after(_DUTY, drift, "bedrock-agent", "UpdateAgent")
    expect(run(_DUTY, memory.wake(_DUTY, agent)), {(_AGENTS, agent): "remediated"})


def _fought() -> None:
    agent, drift = _drift()
    memory.fought_over(_AGENTS, agent)
    expect(run(_DUTY, drift), {(_AGENTS, agent): "escalated"})
    assert memory.ledger().item(f"wake#{_DUTY}", agent), "nobody will look again"


def _claimed() -> None:
    """Nobody may order anything of this duty, and an event is not believed."""
    agent, _ = _drift()
    expect(run(_DUTY, memory.wake(_DUTY, agent, ordered=True)), {(_AGENTS, agent): "remediated"})
