"""The control `emit`: a saved event on the default bus, answered when every function that it started has ended."""

from __future__ import annotations

import uuid
from typing import Any

from . import clock, environment, eventbridge, invocations
from .cloudtrail import DETAIL_TYPE


def emit(saved: Any, timeout: float) -> "dict[str, Any]":
    """Deliver one saved event and wait for its invocations, retries included."""
    event = as_envelope(saved)
    started = eventbridge.dispatch_and_collect(event)
    end = clock.now() + timeout
    functions = []
    for each in started:
        each.ended.wait(max(0.0, end - clock.now()))
        functions.append(_outcome(each))
    return {"event_id": event["id"], "functions": functions}


def _outcome(invocation: invocations.Invocation) -> "dict[str, Any]":
    error = invocation.error
    if not invocation.ended.is_set():
        error = {"type": "StillRunning", "message": "the function had not ended when the time to wait was over"}
    return {
        "function": invocation.function,
        "rule": invocation.rule,
        "response": invocation.response,
        "error": error,
        "attempts": invocation.attempts,
    }


def as_envelope(saved: Any) -> "dict[str, Any]":
    """A saved event in its envelope: as it is, or a bare CloudTrail record or Macie finding wrapped."""
    if isinstance(saved, list) and len(saved) == 1:
        saved = saved[0]
    if not isinstance(saved, dict):
        raise ValueError("an event must be a JSON object")
    if isinstance(saved.get("findings"), list) and saved["findings"]:
        saved = saved["findings"][0]
    if "detail-type" in saved or "detail" in saved or "source" in saved:
        return {**_blank(), **saved}
    if "eventSource" in saved:
        service = str(saved["eventSource"]).split(".")[0]
        return {**_blank(), "source": f"aws.{service}", "detail-type": DETAIL_TYPE, "detail": saved}
    if "schemaVersion" in saved or "classificationDetails" in saved or "policyDetails" in saved:
        return {**_blank(), "source": "aws.macie", "detail-type": "Macie Finding", "detail": saved}
    raise ValueError("neither an EventBridge envelope nor a CloudTrail record")


def _blank() -> "dict[str, Any]":
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "",
        "source": "",
        "account": environment.ACCOUNT,
        "time": clock.rfc3339(clock.now())[:19] + "Z",
        "region": environment.REGION,
        "resources": [],
        "detail": {},
    }
