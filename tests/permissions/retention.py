"""What `retention` must be able to do."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from harness import surroundings

from . import memory
from .runs import Scenario, api_call, expect, of_every_function, run, sweep
from .second_stack import client

DRIFT = {"mode": "provider_data_share"}
PROJECTS = "/v1/organization/projects"
_PLANE, _ID = "retention.control-plane", "control-plane"


def scenarios() -> "list[Scenario]":
    return [
        Scenario("switches both account settings off", _accounts),
        *of_every_function("retention"),
        Scenario("finds and mends a project", _project),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had repaired", _finished),
        Scenario("stops where somebody keeps reverting, and looks again later", _fought),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


def _drift() -> "dict[str, Any]":
    """An account that retains, and the event that tells of it."""
    client("bedrock").put_account_data_retention(**DRIFT)
    return api_call("bedrock", "PutAccountDataRetention")


def _taken_over() -> None:
    memory.announced("retention", _PLANE, _ID)
    expect(run("retention", _drift()), {(_PLANE, _ID): "remediated"})


def _finished() -> None:
    memory.killed_after("retention", _drift(), "bedrock", "PutAccountDataRetention")
    expect(run("retention", memory.wake("retention", _ID)), {(_PLANE, _ID): "remediated"})


def _fought() -> None:
    memory.fought_over(_PLANE, _ID)
    expect(run("retention", _drift()), {(_PLANE, _ID): "escalated"})
    assert memory.ledger().item("wake#retention", _ID), "nobody will look again"
    client("bedrock").put_account_data_retention(mode="none")


def _claimed() -> None:
    """Nobody may order anything of this duty, and an event is not believed."""
    _drift()
    expect(run("retention", memory.wake("retention", _ID, ordered=True)), {(_PLANE, _ID): "remediated"})


def _accounts() -> None:
    client("bedrock").put_account_data_retention(**DRIFT)
    surroundings().admin.mantle("PUT", "/v1/data_retention", DRIFT)
    expect(run("retention", api_call("bedrock", "PutAccountDataRetention")), {
        ("retention.control-plane", "control-plane"): "remediated",
        ("retention.mantle-account", "mantle-account"): "remediated"})


@lru_cache(maxsize=None)
def project() -> str:
    """A project's id."""
    return surroundings().admin.mantle("POST", PROJECTS, {"name": "roles"})["id"]


def _project() -> None:
    surroundings().admin.mantle("POST", f"{PROJECTS}/{project()}", {"data_retention": {"mode": "aws_review"}})
    expect(run("retention", sweep()), {("retention.mantle-projects", f"mantle-project/{project()}"): "remediated"})
