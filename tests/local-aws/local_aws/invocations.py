"""Asynchronous invocations by Lambda's contract: two retries, then the on-failure destination; and a record of all.

The pauses between attempts are a fraction of a second instead of one and two minutes.
"""

from __future__ import annotations

import contextvars
import logging
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

from . import clock, failure_destinations, payloads, pending
from .function_processes import duty_of
from .invocation_records import RECORDS

logger = logging.getLogger("local_aws")

_PAUSES = (0.05, 0.1)
_THROTTLE_PAUSE = 0.2
_STOPPING = threading.Event()


@dataclass
class Invocation:
    """One event for one function, over all its attempts: they have one request id, as on AWS."""

    function: str
    rule: str = ""
    event_id: Optional[str] = None
    attempts: int = 0
    response: Any = None
    error: "Optional[dict[str, str]]" = None
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    ended: threading.Event = field(default_factory=threading.Event)


_CURRENT: "contextvars.ContextVar[Optional[Invocation]]" = contextvars.ContextVar("invocation", default=None)


def install() -> None:
    """Take over asynchronous invocation, and record every execution."""
    from ministack.services import lambda_svc

    dispatch = lambda_svc._execute_function_dispatch

    def execute(func: dict, config: dict, event: Any, request_id: str, started: float) -> dict:
        if _STOPPING.is_set():
            return {"body": {"errorMessage": "the local AWS is stopping", "errorType": "Stopping"}, "error": True}
        current = _CURRENT.get()
        request_id = current.request_id if current else request_id
        result = payloads.limited(dispatch(func, config, event, request_id, started))
        _record(config, event, started, result, request_id)
        return result

    lambda_svc._execute_function_dispatch = execute
    lambda_svc.invoke_async_with_retry = lambda func, event: _again(func, event)


def name_request(config: "Mapping[str, Any]", request_id: str) -> None:
    """The synchronous invocation that this request goes on to make has this id."""
    _CURRENT.set(Invocation(duty_of(config), attempts=1, request_id=request_id))


def _again(func: "Mapping[str, Any]", event: Any) -> None:
    """`Invoke` with type Event, and what S3 and SNS start: the function's own record says which alias was asked."""
    start((func.get("config") or func)["FunctionArn"], event)


def stop() -> None:
    """No further attempt starts."""
    _STOPPING.set()


def start(function_arn: str, event: Any, rule: str = "", event_id: Optional[str] = None) -> Invocation:
    """Invoke a function (or an alias, or a version) in the background; it must exist."""
    from ministack.services import lambda_svc

    func, config, name = lambda_svc._get_func_record_for_ref(function_arn)
    base, _, _ = lambda_svc._get_base_func_record_for_ref(function_arn)
    if func is None or config is None or base is None:
        raise LookupError(f"no function {name}")
    qualifier = function_arn.split(":")[7] if function_arn.count(":") > 6 else ""
    qualified = {**config, "FunctionArn": lambda_svc._func_arn(name) + (f":{qualifier}" if qualifier else "")}
    record = lambda_svc._execution_record_for_config(func, qualified)
    invocation = Invocation(duty_of(config), rule, event_id)
    settings = lambda_svc._event_invoke_config(base, qualifier or None) or {}
    context = contextvars.copy_context()
    pending.INVOCATIONS.add(1)
    threading.Thread(target=context.run, args=(_run, invocation, record, event, settings), daemon=True).start()
    return invocation


def _run(invocation: Invocation, record: dict, event: Any, settings: "Mapping[str, Any]") -> None:
    from ministack.services import lambda_svc

    _CURRENT.set(invocation)
    retries = settings.get("MaximumRetryAttempts")
    allowed = 1 + (2 if retries is None else int(retries))
    result: "dict[str, Any]" = {}
    try:
        while invocation.attempts < allowed and not _STOPPING.is_set():
            invocation.attempts += 1
            result = lambda_svc._execute_function_with_config_scope(record, event)
            if result.get("throttle"):
                invocation.attempts -= 1  # throttled events wait in the queue, for hours if they must
                _STOPPING.wait(_THROTTLE_PAUSE)
                continue
            invocation.response, invocation.error = _outcome(result)
            if invocation.error is None:
                return
            if invocation.attempts < allowed:
                _STOPPING.wait(_PAUSES[min(invocation.attempts, len(_PAUSES)) - 1])
        if not _STOPPING.is_set():
            ended = {**result, "request_id": invocation.request_id}
            failure_destinations.send(record["config"], settings, event, ended, invocation.attempts)
    except Exception:
        logger.exception("invocation of %s", invocation.function)
    finally:
        pending.INVOCATIONS.add(-1)
        invocation.ended.set()


def _outcome(result: "Mapping[str, Any]") -> "tuple[Any, Optional[dict[str, str]]]":
    body = result.get("body")
    if not result.get("error"):
        return body, None
    members = body if isinstance(body, dict) else {}
    return None, {"type": str(members.get("errorType", "Unknown")), "message": str(members.get("errorMessage", body))}


def _record(config: dict, event: Any, started: float, result: "Mapping[str, Any]", request_id: str) -> None:
    current = _CURRENT.get()
    response, error = _outcome(result)
    named = event.get("id") if isinstance(event, dict) else None
    RECORDS.add(started, {
        "function": duty_of(config),
        "event_id": (current.event_id if current else None) or (named if isinstance(named, str) else None),
        "started": clock.rfc3339(started),
        "ended": clock.rfc3339(clock.now()),
        "response": response,
        "error": error,
        "attempt": current.attempts if current else 1,
        "request_id": request_id,
    })
