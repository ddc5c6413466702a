"""`GET /_local/speed`: how quickly each function starts and answers, and the memory it took at its peak.

A cold start runs from the start of the process to its first `/next`. Events are timed from when the process may take
them to its answer, so the first one excludes the cold start.
"""

from __future__ import annotations

import statistics
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from .local_controls import control


@dataclass
class Samples:
    """What was measured of one function; times in milliseconds."""

    cold_starts: "list[float]" = field(default_factory=list)
    first_events: "list[float]" = field(default_factory=list)
    warm_events: "list[float]" = field(default_factory=list)
    peak_memory_kib: int = 0
    zip_bytes: int = 0


_samples: "dict[str, Samples]" = {}
_starting = threading.local()


def install() -> None:
    """Time the processes by wrapping the moments of their life."""
    from ministack.core.lambda_runtime import ProvidedWorker
    from ministack.services import lambda_svc

    environment_of, spawn, first_poll = lambda_svc._provided_worker_env, ProvidedWorker._spawn, ProvidedWorker._mark_first_poll
    record_result, invoke = ProvidedWorker._record_result, ProvidedWorker.invoke

    def worker_environment(*args: Any, **options: Any) -> Any:
        made = environment_of(*args, **options)
        worker = getattr(_starting, "worker", None)
        if worker is not None:
            worker._speed_spawned = time.perf_counter()
        return made

    def timed_spawn(self: Any, *args: Any, **options: Any) -> Any:
        _starting.worker = self
        self._speed_cold = True
        try:
            return spawn(self, *args, **options)
        finally:
            _starting.worker = None
            self._speed_begun = time.perf_counter()

    def timed_first_poll(self: Any, generation: int) -> bool:
        spawned, self._speed_spawned = getattr(self, "_speed_spawned", None), None
        if spawned is not None:
            _of(self).cold_starts.append(_milliseconds_since(spawned))
        return first_poll(self, generation)

    def timed_result(self: Any, *args: Any) -> bool:
        accepted = record_result(self, *args)
        if accepted:
            _finish(self)
        return accepted

    def timed_invoke(self: Any, *args: Any, **options: Any) -> Any:
        self._speed_begun = time.perf_counter()
        return invoke(self, *args, **options)

    lambda_svc._provided_worker_env = worker_environment
    ProvidedWorker._spawn, ProvidedWorker._mark_first_poll = timed_spawn, timed_first_poll
    ProvidedWorker._record_result, ProvidedWorker.invoke = timed_result, timed_invoke


def _finish(worker: Any) -> None:
    begun, samples = getattr(worker, "_speed_begun", None), _of(worker)
    if begun is not None:
        events = samples.first_events if getattr(worker, "_speed_cold", False) else samples.warm_events
        events.append(_milliseconds_since(begun))
    worker._speed_begun, worker._speed_cold = None, False
    process = worker._proc
    if process is not None:
        samples.peak_memory_kib = max(samples.peak_memory_kib, _peak_memory_kib(process.pid))


def _of(worker: Any) -> Samples:
    variables = (worker.config.get("Environment") or {}).get("Variables") or {}
    samples = _samples.setdefault(variables.get("PHIWARD_DUTY") or worker.func_name, Samples())
    samples.zip_bytes = len(worker.code_zip or b"")
    return samples


def _milliseconds_since(moment: float) -> float:
    return (time.perf_counter() - moment) * 1000


def _peak_memory_kib(pid: int) -> int:
    """The process's high-water mark; 0 where there is no /proc."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def _median(values: "list[float]") -> Optional[float]:
    return round(statistics.median(values), 2) if values else None


@control("GET", "/_local/speed")
def speed(query: dict, body: Any) -> "tuple[int, Any]":
    """The medians for each function that has run."""
    return 200, {"functions": [
        {
            "function": name,
            "cold_start_ms": _median(each.cold_starts),
            "first_event_ms": _median(each.first_events),
            "warm_event_ms": _median(each.warm_events),
            "events": len(each.first_events) + len(each.warm_events),
            "peak_memory_kib": each.peak_memory_kib or None,
            "zip_bytes": each.zip_bytes,
        }
        for name, each in sorted(_samples.items())
    ]}
