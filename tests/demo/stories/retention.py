"""Somebody lets Amazon Bedrock keep prompts and answers."""

from __future__ import annotations

from datetime import datetime

from ..story import Story, now
from ..surroundings import Surroundings

_PROJECTS = "/v1/organization/projects"


def account(around: Surroundings) -> Story:
    """The account's setting on the control plane."""
    who = around.people["contractor"]

    def look() -> "dict[str, str]":
        return {"mode": around.admin.client("bedrock").get_account_data_retention()["mode"]}

    def act() -> datetime:
        called = now()
        who.client("bedrock").put_account_data_retention(mode="provider_data_share")
        return called

    return Story(
        title="Prompts and answers shared with model providers",
        who=who,
        did="bedrock:PutAccountDataRetention, mode provider_data_share",
        controls=("retention.control-plane",),
        resource=lambda: "",
        look=look,
        act=act,
        is_right=lambda seen: seen["mode"] == "none",
    )


def mantle_project(around: Surroundings) -> Story:
    """One project's own setting on bedrock-mantle."""
    who = around.people["contractor"]
    project = around.admin.mantle(
        "POST", _PROJECTS, {"name": "triage-assistant", "data_retention": {"mode": "none"}})["id"]

    def look() -> "dict[str, str]":
        seen = around.admin.mantle("GET", f"{_PROJECTS}/{project}")
        return {"mode": seen["data_retention"]["mode"]}

    def act() -> datetime:
        called = now()
        who.mantle("POST", f"{_PROJECTS}/{project}", {"data_retention": {"mode": "aws_review"}})
        return called

    return Story(
        title="A mantle project made to retain",
        who=who,
        did=f"bedrock-mantle:UpdateProject {project}, data_retention.mode aws_review",
        controls=("retention.mantle-projects",),
        resource=lambda: project,
        look=look,
        act=act,
        is_right=lambda seen: seen["mode"] == "none",
    )
