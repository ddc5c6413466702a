"""The log of API calls, and whose they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from demo.quiet import is_harmless

from .account import surroundings
from .local import control


def role_of(duty: str) -> str:
    """The ARN of a function's role: the principal of its calls."""
    return surroundings().functions[duty]["role"]


def calls(since: datetime) -> "list[dict[str, Any]]":
    """Every call since then: time, service, operation, principal, error, parameters."""
    return control("GET", "calls", since=since.isoformat())["calls"]


def calls_of(duty: str, since: datetime) -> "list[dict[str, Any]]":
    """A function's own calls."""
    return [call for call in calls(since) if call["principal"] == role_of(duty)]


def writes_of(duty: str, since: datetime) -> "list[tuple[str, str]]":
    """What a function changed outside its evidence: (operation, bucket or other name), in order."""
    return [
        (call["operation"], _where(call)) for call in calls_of(duty, since)
        if not is_harmless(call, surroundings()) and not _is_dead_letter(call)]


def _is_dead_letter(call: "dict[str, Any]") -> bool:
    """Lambda sends it, with the function's role."""
    return (call["service"], call["operation"]) == ("sqs", "SendMessage")


def _where(call: "dict[str, Any]") -> str:
    given = call.get("parameters") or {}
    named = ("Bucket", "project_id", "logGroupName", "logGroupIdentifier")
    return str(next((given[each] for each in named if given.get(each)), ""))
