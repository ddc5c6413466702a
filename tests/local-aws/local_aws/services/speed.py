"""`GET /_local/speed`: how quickly each function starts and answers, the memory it took at its peak, its zip's size.

Events are timed from when the process may take them to its answer, so the first one excludes the start.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import Any, Optional

from .. import process_figures
from ..function_processes import duty_of
from .local_controls import control


@dataclass
class Events:
    """How long a function took for each event, in milliseconds."""

    first: "list[float]" = field(default_factory=list)
    warm: "list[float]" = field(default_factory=list)
    zip_bytes: int = 0


_EVENTS: "dict[str, Events]" = {}


def install() -> None:
    """Time the events by wrapping their beginning and their end."""
    from ministack.core.lambda_runtime import ProvidedWorker

    spawn, invoke, record_result = ProvidedWorker._spawn, ProvidedWorker.invoke, ProvidedWorker._record_result

    def timed_spawn(worker: Any, *given: Any, **named: Any) -> Any:
        try:
            return spawn(worker, *given, **named)
        finally:
            worker._event_begun, worker._event_is_first = time.perf_counter(), True

    def timed_invoke(worker: Any, *given: Any, **named: Any) -> Any:
        worker._event_begun, worker._event_is_first = time.perf_counter(), False
        return invoke(worker, *given, **named)

    def timed_result(worker: Any, *given: Any) -> bool:
        accepted = bool(record_result(worker, *given))
        if accepted:
            events = _EVENTS.setdefault(duty_of(worker.config), Events())
            events.zip_bytes = len(worker.code_zip or b"")
            took = (time.perf_counter() - worker._event_begun) * 1000
            (events.first if worker._event_is_first else events.warm).append(took)
        return accepted

    ProvidedWorker._spawn, ProvidedWorker.invoke, ProvidedWorker._record_result = timed_spawn, timed_invoke, timed_result


@control("GET", "/_local/speed")
def speed(query: dict, body: Any) -> "tuple[int, Any]":
    """The medians for each function that has run."""
    return 200, {"functions": [_figures(function, events) for function, events in sorted(_EVENTS.items())]}


def _figures(function: str, events: Events) -> "dict[str, Any]":
    processes = [each for each in process_figures.since(0) if each["function"] == function]
    return {
        "function": function,
        "cold_start_ms": _median([each["init_ms"] for each in processes]),
        "first_event_ms": _median(events.first),
        "warm_event_ms": _median(events.warm),
        "events": len(events.first) + len(events.warm),
        "peak_memory_kib": max((each["peak_kb"] or 0 for each in processes), default=0) or None,
        "zip_bytes": events.zip_bytes,
    }


def _median(values: "list[float]") -> Optional[float]:
    return round(statistics.median(values), 2) if values else None
