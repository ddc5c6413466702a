"""The local AWS's own controls: events put on the bus, faults, kills, logs, and when everything is still."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Union

from demo.principals import endpoint

from .account import surroundings

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 90.0


def now() -> datetime:
    """This moment; what is asked "since" then comes after it."""
    return datetime.now(timezone.utc)


def control(method: str, name: str, body: Any = None, **query: Any) -> Any:
    """One of the controls under `/_local/`."""
    url = f"{endpoint()}/_local/{name}?{urllib.parse.urlencode(query)}"
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, method=method), timeout=120) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} /_local/{name}: HTTP {error.code}: {error.read().decode()[:500]}") from None


def saved_event(path: "Union[str, Path]") -> Any:
    """An event of `events/`, by its path there (`buckets/schedule.json`), or any other file."""
    file = Path(path)
    return json.loads((file if file.is_absolute() else ROOT / "events" / file).read_text())


def emit(event: "Union[dict[str, Any], str, Path]", timeout: float = 60.0) -> "list[dict[str, Any]]":
    """Put an event (or a saved one) on the bus; the answer is one entry for each function that it started, ended."""
    body = event if isinstance(event, dict) else saved_event(event)
    return control("POST", "emit", body, timeout=timeout)["functions"]


def invoke(duty: str, payload: bytes) -> "tuple[Any, str | None]":
    """Invoke a function directly with any bytes: what it answered, and the kind of its error if it failed."""
    client = surroundings().admin.client("lambda")
    answer = client.invoke(FunctionName=surroundings().functions[duty]["name"], Payload=payload)
    return json.loads(answer["Payload"].read() or b"null"), answer.get("FunctionError")


def invocations(since: datetime) -> "list[dict[str, Any]]":
    """The invocations that began since then and have ended, one entry for each attempt."""
    return control("GET", "invocations", since=since.isoformat())["invocations"]


def started(since: datetime) -> "list[dict[str, Any]]":
    """Those of them that something has caused: the heart beats by its schedule, whatever happens."""
    return [each for each in invocations(since) if each["function"] != "operate"]


def logs(since: datetime) -> "list[dict[str, Any]]":
    """The log lines of all functions since then: time, function, line."""
    return control("GET", "logs", since=since.isoformat())["logs"]


def kill(**order: Any) -> None:
    """Kill a function at a call: function, service, operation, phase before|after, count, skip."""
    control("POST", "kill", order)


def spare() -> None:
    """No function is killed any more: orders that were not used up are taken back."""
    control("DELETE", "kill")


def make_due(rule: str) -> None:
    """Let a schedule's rule fire within a second."""
    control("POST", "schedule", {"rule": rule})


def fired(rule: str, ago: float) -> None:
    """Let that many seconds have passed since a schedule's rule has fired."""
    control("POST", "schedule", {"rule": rule, "ago": ago})


def wait_quiet(patience: float = _PATIENCE_SECONDS) -> None:
    """Until no call is being answered, no event waits for delivery and no function runs."""
    seen = control("GET", "quiet", patience=patience)
    assert seen["quiet"], f"it never gets quiet: {seen}"


class Faults:
    """Orders for calls to fail; the fixture `faults` takes them back."""

    def add(self, service: str, operation: str, error: str, count: "int | None" = None, **more: Any) -> None:
        """`principal` narrows it to callers with that in their ARN; `phase` after: the call takes effect first."""
        order = {"service": service, "operation": operation, "error": error, "count": count, **more}
        control("POST", "faults", order)

    def left(self) -> "list[dict[str, Any]]":
        """Orders that were not used up."""
        return control("GET", "faults")["faults"]

    def clear(self) -> None:
        control("DELETE", "faults")
