"""How fast functions start and how much memory they take, measured from outside their processes."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from . import clock
from .function_processes import duty_of

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


@dataclass
class Figures:
    """One process: `init_ms` is from its spawning to its first request for work."""

    function: str
    pid: int
    spawned: float
    init_ms: float
    peak_kb: Optional[int] = None

    def as_json(self) -> "dict[str, Any]":
        return {"function": self.function, "pid": self.pid, "spawned": clock.rfc3339(self.spawned),
                "init_ms": round(self.init_ms, 1), "peak_kb": self.peak_kb}


_FIGURES: "list[Figures]" = []
_LOCK = threading.Lock()


def install() -> None:
    """Measure each start, and read the peak memory after each invocation; only Linux tells the latter."""
    from ministack.core.lambda_runtime import ProvidedWorker

    await_init, mark_first_poll, invoke = (
        ProvidedWorker._await_init, ProvidedWorker._mark_first_poll, ProvidedWorker.invoke)

    def measured_init(worker: Any, init_timeout: Optional[float] = None) -> None:
        worker._spawned, worker._polled = time.perf_counter(), None
        await_init(worker, init_timeout)
        took = (worker._polled or time.perf_counter()) - worker._spawned
        found = Figures(duty_of(worker.config), worker._proc.pid, clock.now() - took, took * 1000)
        worker._figures = found
        with _LOCK:
            _FIGURES.append(found)

    def measured_poll(worker: Any, generation: int) -> bool:
        if getattr(worker, "_polled", None) is None:
            worker._polled = time.perf_counter()
        return bool(mark_first_poll(worker, generation))

    def measured_invoke(worker: Any, *given: Any, **named: Any) -> dict:
        result = invoke(worker, *given, **named)
        figures = getattr(worker, "_figures", None)
        if figures is not None:
            figures.peak_kb = _peak_kb(figures.pid) or figures.peak_kb
        return result

    ProvidedWorker._await_init = measured_init
    ProvidedWorker._mark_first_poll = measured_poll
    ProvidedWorker.invoke = measured_invoke


def since(moment: float) -> "list[dict[str, Any]]":
    """The processes that were started since then."""
    with _LOCK:
        return [figures.as_json() for figures in _FIGURES if figures.spawned >= moment]


def _peak_kb(pid: int) -> Optional[int]:
    try:
        found = _PEAK.search(Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return None
    return int(found.group(1)) if found else None
