"""Resources without a key, to be given one while AWS fails."""

from __future__ import annotations

import json

from harness import surroundings
from harness.surfaces import call_on, control, data_key, key_of, made, own_id, rest, shown

from permissions.runs import api_call

from .drift import Drift


def _started() -> None:
    """A process that has just started asks the ledger once more; the path is that of one that has been running."""
    alias = surroundings().outputs["StorageSurfacesAliasArn"]
    elsewhere = json.dumps(api_call("bedrock", "CreateAgentAlias"))
    surroundings().admin.client("lambda").invoke(FunctionName=alias, Payload=elsewhere)


def agent() -> Drift:
    """One that is prepared, and must be so again."""
    _started()
    resource, agents = made("agent", surroundings().admin), surroundings().admin.client("bedrock-agent")
    agents.prepare_agent(agentId=own_id(resource))
    before = rest(resource)

    def is_right(_: str) -> bool:
        return (key_of(resource), rest(resource), shown(resource)["agentStatus"]) == (data_key(), before, "PREPARED")

    return Drift(call_on(resource), {(control("agent"), resource): "remediated"}, is_right)


def _plain(kind: str) -> Drift:
    _started()
    resource = made(kind, surroundings().admin)
    before = rest(resource)
    return Drift(call_on(resource), {(control(kind), resource): "remediated"},
                 lambda _: (key_of(resource), rest(resource)) == (data_key(), before))


def data_source() -> Drift:
    return _plain("data-source")


def flow() -> Drift:
    return _plain("flow")


def prompt() -> Drift:
    return _plain("prompt")


def model() -> Drift:
    """Nothing can be repaired: it is right when a person is told."""
    _started()
    resource = made("custom-model", surroundings().admin)
    return Drift(call_on(resource), {(control("custom-model"), resource): "reported"}, lambda _: True)
