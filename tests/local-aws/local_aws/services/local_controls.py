"""Test controls of single services under `/_local/`: unsigned JSON over HTTP, never part of the emulated AWS."""

from __future__ import annotations

import json
from typing import Any, Callable

Control = Callable[[dict, Any], "tuple[int, Any]"]

#: (method, path) -> handler(query, body), answering (status, JSON). The path is exact.
CONTROLS: dict[tuple[str, str], Control] = {}


def control(method: str, path: str) -> Callable[[Control], Control]:
    """Register a test control. Query values arrive as single strings, the body as parsed JSON or None."""

    def register(handler: Control) -> Control:
        CONTROLS[(method, path)] = handler
        return handler

    return register


def answer(method: str, path: str, query_params: dict, body: bytes) -> "tuple[int, dict, bytes] | None":
    """The response of the control at this path; None when there is none."""
    handler = CONTROLS.get((method, path))
    if handler is None:
        return None
    query = {name: value[0] if isinstance(value, list) else value for name, value in query_params.items()}
    try:
        status, payload = handler(query, json.loads(body) if body else None)
    except (ValueError, KeyError, TypeError) as error:
        status, payload = 400, {"error": f"{type(error).__name__}: {error}"}
    return status, {"Content-Type": "application/json"}, json.dumps(payload, default=str).encode()


def install() -> None:
    """Answer the controls before any AWS routing, which would take `/_local` for a bucket."""
    from ministack import app

    inner = app._handle_post_body_shortcuts

    async def with_controls(method, path, headers, body, query_params, request_id):
        if path.startswith("/_local/"):
            response = answer(method, path, query_params, body)
            if response is not None:
                return response
        return await inner(method, path, headers, body, query_params, request_id)

    app._handle_post_body_shortcuts = with_controls
