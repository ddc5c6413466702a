"""What is still on its way: AWS's own events that wait for delivery, and invocations that have not ended."""

from __future__ import annotations

import threading


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


EVENTS = Gauge()
INVOCATIONS = Gauge()


def as_json() -> "dict[str, int]":
    """Both; nothing moves any more when both are zero."""
    return {"events": EVENTS.count, "invocations": INVOCATIONS.count}
