"""Time as alarms and the timer see it: their minute may be made shorter, so that a test need not wait for it."""

from __future__ import annotations

import math

MINUTE = 60
_MOST = 300.0
_LONGEST_TICK = 1.0


class Pace:
    """How many seconds of an alarm go by in one second."""

    def __init__(self) -> None:
        self._speed = 1.0

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        if not 1 <= value <= _MOST:
            raise ValueError(f"speed must be between 1 and {_MOST:g}")
        self._speed = float(value)

    @property
    def tick(self) -> float:
        """Seconds between two looks at queues and alarms: several a minute, at the most one second."""
        return min(_LONGEST_TICK, MINUTE / self._speed / 4)

    def step(self, moment: float, seconds: int) -> int:
        """The number, since 1970, of the alarms' step of so many seconds that a moment is in."""
        return math.floor(moment * self._speed / seconds)

    def begin(self, step: int, seconds: int) -> float:
        """When a step begins."""
        return step * seconds / self._speed


PACE = Pace()
