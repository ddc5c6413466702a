"""The resources of CloudWatch Logs' actions, as IAM knows them.

API reference, `LogGroup`: policies name a group by its ARN with `:*` at the end; what a request is about has a stream
there, an empty one for the group itself (so AWS's own denials say). ministack judges the bare name, and nothing at all for
operations that give a `logGroupIdentifier`.
"""

from __future__ import annotations

import json
from typing import Any

#: Their policies name the ARN without the star.
_TAGGING = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})
#: They list, so they are about no group in particular; the ARN has an empty name.
_LISTS = frozenset({"DescribeLogGroups"})


def install() -> None:
    """Judge each request by the ARN of the group, or of the stream, that it is about."""
    from ministack.core import iam_actions

    resource_of, context_of = iam_actions.extract_resource_arn, iam_actions.logs_service_context

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, query_params: dict,
                             region: str, account_id: str) -> str:
        action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        if service == "logs" and action not in _TAGGING:
            found = _resource(action, _parameters(body), region, account_id)
            if found is not None:
                return found
        return resource_of(service, method, path, headers, body, query_params, region, account_id)

    def logs_service_context(action: str, body: bytes, resource_arn: str, region: str, account_id: str) -> dict:
        # It finds the group's tags by the bare ARN.
        return context_of(action, body, resource_arn.split(":log-stream:", 1)[0], region, account_id)

    iam_actions.extract_resource_arn = extract_resource_arn
    iam_actions.logs_service_context = logs_service_context


def _resource(action: str, given: "dict[str, Any]", region: str, account: str) -> "str | None":
    name = given.get("logGroupName") or given.get("logGroupIdentifier") or given.get("resourceIdentifier")
    if action in _LISTS:
        name = ""
    if not isinstance(name, str):
        return None
    group = group_name(name)
    return f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{given.get('logStreamName') or ''}"


def group_name(identifier: str) -> str:
    """A group's name, which may be given as its ARN."""
    return identifier.split(":log-group:", 1)[-1].removesuffix(":*")


def _parameters(body: bytes) -> "dict[str, Any]":
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}
