"""What `retention` must be able to do."""

from __future__ import annotations

from functools import lru_cache

from harness import surroundings

from .runs import Scenario, api_call, expect, of_every_function, run, sweep
from .second_stack import client

DRIFT = {"mode": "provider_data_share"}
PROJECTS = "/v1/organization/projects"


def scenarios() -> "list[Scenario]":
    return [
        Scenario("switches both account settings off", _accounts),
        Scenario("finds and mends a project", _project),
        *of_every_function("retention"),
    ]


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
