"""The operations of the bedrock-mantle REST plane as data, as no SDK model describes them.

Paths: user guide, "Projects API" and "Data retention". Actions: service authorization reference, "Amazon Bedrock
Powered by AWS Mantle". Event names: user guide, "Monitor Amazon Bedrock API calls using CloudTrail"; the two
data-retention operations are on no list of management events, so they have none.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Mapping, Optional, Pattern

SERVICE = "bedrock-mantle"
EVENT_SOURCE = "bedrock-mantle.amazonaws.com"

#: Credential scopes that the plane accepts: SDKs sign as `bedrock-mantle`, a field test needed `bedrock`.
SIGNING_NAMES = (SERVICE, "bedrock")


@dataclass(frozen=True)
class MantleOperation:
    """One operation: how to recognise it, what it asks of IAM, and what CloudTrail calls it (None: not recorded)."""

    method: str
    path: Pattern[str]
    operation: str
    event_name: Optional[str]
    read_only: bool
    on_project: bool = False

    @property
    def action(self) -> str:
        """The IAM action."""
        return f"{SERVICE}:{self.operation}"


_PROJECT = r"/(?P<project_id>[^/]+)"

OPERATIONS: "tuple[MantleOperation, ...]" = tuple(
    MantleOperation(method, re.compile(rf"^/v1{path}/?$"), operation, event_name, read_only, on_project)
    for method, path, operation, event_name, read_only, on_project in (
        ("GET", "/data_retention", "GetAccountDataRetention", None, True, False),
        ("PUT", "/data_retention", "PutAccountDataRetention", None, False, False),
        ("GET", "/organization/projects", "ListProjects", "ListProjects", True, True),
        ("POST", "/organization/projects", "CreateProject", "CreateProject", False, True),
        ("GET", "/organization/projects" + _PROJECT, "GetProject", "GetProject", True, True),
        ("POST", "/organization/projects" + _PROJECT, "UpdateProject", "UpdateProject", False, True),
        ("POST", "/organization/projects" + _PROJECT + "/archive", "ArchiveProject", "ArchiveProject", False, True),
        ("GET", "/models", "ListModels", "ListModels", True, True),
        ("GET", r"/models/(?P<model_id>.+)", "GetModel", "GetModel", True, True),
    )
)

_PLANE = re.compile(r"^/v1/(data_retention|organization/projects|models)(/|$)")


def is_mantle_path(path: str) -> bool:
    """Whether a path belongs to the plane, known operation or not."""
    return _PLANE.match(path) is not None


def find(method: str, path: str) -> "tuple[MantleOperation, dict[str, str]] | None":
    """The operation of a request and the names in its path."""
    for operation in OPERATIONS:
        match = operation.path.match(path)
        if match and operation.method == method:
            return operation, match.groupdict()
    return None


def resource_arn(
    operation: MantleOperation, names: Mapping[str, str], headers: Mapping[str, str], region: str, account: str
) -> str:
    """What IAM checks the action on: the named project, the one of `OpenAI-Project`, all of them, or `*`."""
    if not operation.on_project:
        return "*"
    project = names.get("project_id")
    if project is None and operation.operation in ("ListModels", "GetModel"):
        project = headers.get("openai-project") or "default"
    return f"arn:aws:{SERVICE}:{region}:{account}:project/{project or '*'}"


def parameters(method: str, path: str, body: bytes) -> dict:
    """The request's parameters as CloudTrail and the call log show them: names in the path, then the body."""
    found = find(method, path)
    if found is None:
        return {}
    try:
        members = json.loads(body) if body else {}
    except ValueError:
        members = {}
    return {**found[1], **(members if isinstance(members, dict) else {})}


def requested_mode(operation: MantleOperation, body: bytes) -> Optional[str]:
    """The mode that a request sets: the condition key `bedrock-mantle:DataRetentionMode`, absent when none."""
    try:
        members = json.loads(body) if body else {}
        if operation.operation == "PutAccountDataRetention":
            mode = members.get("mode")
        elif operation.operation in ("CreateProject", "UpdateProject"):
            mode = (members.get("data_retention") or {}).get("mode")
        else:
            return None
    except (ValueError, AttributeError):
        return None
    return mode if isinstance(mode, str) else None
