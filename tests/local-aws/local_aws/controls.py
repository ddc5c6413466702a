"""The test controls under `/_local/`: JSON over HTTP, unsigned, never part of the emulated AWS."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Optional

from . import authorizations, clock, emit, eventbridge, function_processes, invocations, pending, process_figures
from .faults import Fault, Faults
from .kills import Kill, Kills
from .requests import Request
from .transport import TRANSPORT
from .wire_errors import Response

if TYPE_CHECKING:
    from .calls import CallLog

_EMIT_SECONDS = 60.0


async def answer(request: Request, calls: "CallLog", faults: Faults, kills: Kills) -> Optional[Response]:
    """The control's answer; None when this path is nobody's here (a service may have controls of its own)."""
    name = request.path.removeprefix("/_local/").rstrip("/")
    try:
        found = await _answer(name, request, calls, faults, kills)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return _json(400, {"error": f"{type(error).__name__}: {error}"})
    return None if found is None else _json(200, found)


async def _answer(name: str, request: Request, calls: "CallLog", faults: Faults, kills: Kills) -> Any:
    since = clock.seconds((request.query.get("since") or ["0"])[0])
    asked = (request.method, name)
    if asked == ("POST", "emit"):
        timeout = float((request.query.get("timeout") or [_EMIT_SECONDS])[0])
        return await asyncio.to_thread(emit.emit, _body(request), timeout)
    if asked == ("GET", "calls"):
        return {"calls": calls.since(since)}
    if name.startswith("authorizations"):
        return await _authorizations(asked, since, request)
    if asked == ("GET", "invocations"):
        return {"invocations": invocations.RECORDS.since(since)}
    if asked == ("GET", "pending"):
        return pending.as_json()
    if asked == ("GET", "quiet"):
        return {"quiet": await pending.quiet(float(request.query["patience"][0])), **pending.as_json()}
    if asked == ("GET", "processes"):
        return {"processes": process_figures.since(since)}
    if asked == ("GET", "logs"):
        return {"logs": function_processes.LINES.since(since)}
    if name == "faults":
        return _ordered(request, faults, Fault)
    if name in ("kill", "kills"):
        return _ordered(request, kills, Kill)
    if asked == ("POST", "schedule"):
        given = _body(request)
        # So long ago that it is due, unless a test says how long ago.
        eventbridge.last_fired(str(given["rule"]), clock.now() - float(given.get("ago", clock.now())))
        return {}
    if name == "transport":
        if request.method == "POST":
            TRANSPORT.secure = bool(_body(request)["secure"])
        return {"secure": TRANSPORT.secure}
    return None


async def _authorizations(asked: "tuple[str, str]", since: float, request: Request) -> Any:
    """List or forget IAM's decisions, or ask which would be denied under other policies."""
    decisions = authorizations.DECISIONS
    if asked == ("POST", "authorizations/evaluate"):
        given = _body(request)
        ids = {int(each) for each in given["ids"]}
        return {"denied": await asyncio.to_thread(decisions.denied_under, ids, given["documents"])}
    if asked == ("DELETE", "authorizations"):
        decisions.clear()
    role = (request.query.get("role") or [""])[0]
    return {"authorizations": [each.as_json() for each in decisions.since(since, role)]}


def _ordered(request: Request, orders: Any, kind: Any) -> Any:
    """Give, list or clear orders for faults or kills."""
    if request.method == "POST":
        orders.add(kind.of_json(_body(request)))
    elif request.method == "DELETE":
        orders.clear()
    return {"faults" if kind is Fault else "kills": orders.as_json()}


def _body(request: Request) -> Any:
    return json.loads(request.body)


def _json(status: int, value: Any) -> Response:
    return status, {"Content-Type": "application/json"}, json.dumps(value, default=str).encode()
