"""What is still on its way: API calls, AWS's own events that wait for delivery, invocations that have not ended."""

from __future__ import annotations

import asyncio
import threading
import time


#: What one call or event sets off begins before that ends, so one look would do; the second is for the emulator's threads.
_LOOKS, _LOOK_SECONDS = 2, 0.003


class Gauge:
    """How many of a kind there are."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def add(self, number: int) -> None:
        with self._lock:
            self._count += number

    @property
    def count(self) -> int:
        return self._count


REQUESTS = Gauge()
EVENTS = Gauge()
INVOCATIONS = Gauge()


def as_json() -> "dict[str, int]":
    """Nothing moves any more when all are zero."""
    return {"requests": REQUESTS.count, "events": EVENTS.count, "invocations": INVOCATIONS.count}


async def quiet(patience: float) -> bool:
    """Until nothing moves any more; false when it goes on for longer than that."""
    until, still = time.monotonic() + patience, 0
    while still < _LOOKS:
        if time.monotonic() > until:
            return False
        still = still + 1 if not any(as_json().values()) else 0
        await asyncio.sleep(_LOOK_SECONDS)
    return True
