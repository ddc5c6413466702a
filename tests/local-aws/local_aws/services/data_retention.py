"""Bedrock's account-wide data-retention mode on the control plane, one per account and Region.

API reference: `GetAccountDataRetention`, `PutAccountDataRetention`. A Region where nobody set it is at `inherit`
(user guide, "Data retention").
"""

from __future__ import annotations

import json
from datetime import datetime, timezone

from .model_conformance import request_problems

PATH = "/data-retention"


def install() -> None:
    """Answer the two operations in front of ministack's bedrock, and give IAM the mode that a request sets."""
    from ministack.core import iam_actions
    from ministack.core.responses import AccountRegionScopedDict
    from ministack.services import bedrock

    settings = AccountRegionScopedDict()
    bedrock_handler = bedrock.handle_request
    context_of_tags = iam_actions.request_tag_context

    async def handle_request(method, path, headers, body, query_params):
        if path.rstrip("/") != PATH:
            return await bedrock_handler(method, path, headers, body, query_params)
        if method == "GET":
            return _json(200, settings.get("account") or {"mode": "inherit"})
        if method != "PUT":
            return _error(405, "ValidationException", f"{method} is not supported on {PATH}.")
        try:
            wanted = json.loads(body or b"{}")
        except ValueError:
            return _error(400, "ValidationException", "The request body is not valid JSON.")
        problems = request_problems("bedrock", "PutAccountDataRetention", wanted)
        if problems:
            return _error(400, "ValidationException", "; ".join(problems))
        settings["account"] = {"mode": wanted["mode"], "updatedAt": _now()}
        return _json(200, settings["account"])

    def request_context(service, iam_action, body, params):
        context = context_of_tags(service, iam_action, body, params)
        mode = _requested_mode(body) if iam_action == "bedrock:PutAccountDataRetention" else None
        return context if mode is None else {**context, "bedrock:DataRetentionMode": mode}

    bedrock.handle_request = handle_request
    iam_actions.request_tag_context = request_context


def _requested_mode(body: bytes) -> "str | None":
    try:
        mode = json.loads(body).get("mode")
    except (ValueError, AttributeError):
        return None
    return mode if isinstance(mode, str) else None


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(status: int, payload: dict) -> "tuple[int, dict, bytes]":
    return status, {"Content-Type": "application/json"}, json.dumps(payload).encode()


def _error(status: int, code: str, message: str) -> "tuple[int, dict, bytes]":
    _, headers, body = _json(status, {"message": message})
    return status, {**headers, "x-amzn-errortype": code}, body
