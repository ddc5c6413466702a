"""The stack's CloudWatch alarms."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Iterator

from .local import control

_SPEED = 60


@contextmanager
def a_minute_a_second() -> "Iterator[None]":
    """For alarms, time passes faster."""
    control("POST", "alarms", {"speed": _SPEED})
    try:
        yield
    finally:
        control("POST", "alarms", {"speed": 1})


def alarm(name: str, state: str, patience: float = 30.0) -> bool:
    """Whether the alarm of that logical name gets into that state."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if any(f"-{name}-" in each["name"] and each["state"] == state for each in control("GET", "alarms")["alarms"]):
            return True
        time.sleep(0.2)
    return False
