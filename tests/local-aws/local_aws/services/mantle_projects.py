"""Projects of the mantle plane: each has a retention mode of its own, but `default`, which follows the account.

User guide, "Projects API": the default project can be neither tagged nor deleted, and its data-retention setting is
always inherited from the account. At most 1000 projects per account and Region.
"""

from __future__ import annotations

import secrets
import string
import time
from typing import Any, Iterable, MutableMapping

from .mantle_errors import MantleError
from .model_conformance import service_model

MAX_PROJECTS = 1000
_ID_LETTERS = string.ascii_lowercase + string.digits


def checked_mode(mode: Any) -> str:
    """A known retention mode; the plane's modes are those of the control plane."""
    modes = service_model("bedrock").shape_for("DataRetentionMode").enum
    if mode not in modes:
        raise MantleError(400, f"data retention mode must be one of {', '.join(modes)}")
    return mode


def new_project(project_id: str, name: str, region: str, account: str) -> dict:
    """A project as the API shows it."""
    return {
        "id": project_id,
        "object": "organization.project",
        "name": name,
        "status": "active",
        "arn": f"arn:aws:bedrock-mantle:{region}:{account}:project/{project_id}",
        "tags": {},
        "created_at": int(time.time()),
        "archived_at": None,
        "data_retention": {"mode": "inherit"},
    }


def create(projects: MutableMapping[str, dict], request: dict, region: str, account: str) -> dict:
    """CreateProject."""
    name = request.get("name")
    if not isinstance(name, str) or not name:
        raise MantleError(400, "name is required")
    if len(projects) >= MAX_PROJECTS:
        raise MantleError(400, f"an account may have at most {MAX_PROJECTS} projects in a Region")
    project = new_project("proj_" + "".join(secrets.choice(_ID_LETTERS) for _ in range(20)), name, region, account)
    change(project, {key: value for key, value in request.items() if key != "name"})
    projects[project["id"]] = project
    return project


def change(project: dict, request: dict) -> dict:
    """UpdateProject: what the request names changes, all of it or nothing."""
    retention = request.get("data_retention")
    changed = {**project, "tags": dict(project["tags"])}
    if project["id"] == "default" and request:
        raise MantleError(400, "the default project cannot be modified")
    if project["status"] == "archived":
        raise MantleError(400, "an archived project cannot be modified")
    if retention is not None:
        if not isinstance(retention, dict):
            raise MantleError(400, "data_retention must be an object")
        changed["data_retention"] = {"mode": checked_mode(retention.get("mode"))}
    if "name" in request:
        if not isinstance(request["name"], str) or not request["name"]:
            raise MantleError(400, "name must be a string that is not empty")
        changed["name"] = request["name"]
    changed["tags"].update(request.get("tags") or {})
    changed["tags"].update(request.get("add_tags") or {})
    for key in request.get("remove_tag_keys") or []:
        changed["tags"].pop(key, None)
    project.update(changed)
    return project


def archive(project: dict) -> dict:
    """ArchiveProject."""
    if project["id"] == "default":
        raise MantleError(400, "the default project cannot be archived")
    project.update(status="archived", archived_at=project["archived_at"] or int(time.time()))
    return project


def page(projects: Iterable[dict], query: dict) -> dict:
    """ListProjects: an OpenAI-like page, archived projects only when asked for."""
    listed = [
        project for project in projects if project["status"] == "active" or query.get("include_archived") == "true"
    ]
    try:
        limit = int(query.get("limit", "20"))
    except ValueError:
        raise MantleError(400, "limit must be a number") from None
    if not 1 <= limit <= 100:
        raise MantleError(400, "limit must be from 1 to 100")
    if query.get("after"):
        ids = [project["id"] for project in listed]
        if query["after"] not in ids:
            raise MantleError(400, "after names no project of this list")
        listed = listed[ids.index(query["after"]) + 1 :]
    data = listed[:limit]
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": len(listed) > limit,
    }
