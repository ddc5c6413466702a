"""Crash tests: a function's process is killed right before or after one of its calls takes effect."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Mapping, Optional

from . import function_processes
from .operations import Operation
from .principals import Caller


@dataclass
class Kill:
    """One order; the function is named by its duty or its name."""

    function: str
    service: str
    operation: str
    phase: str
    remaining: int
    skip: int

    @classmethod
    def of_json(cls, given: "Mapping[str, Any]") -> "Kill":
        phase = given.get("phase", "before")
        if phase not in ("before", "after"):
            raise ValueError("phase must be before or after")
        return cls(str(given["function"]), str(given.get("service", "*")), str(given.get("operation", "*")), phase,
                   int(given.get("count", 1)), int(given.get("skip", 0)))

    def as_json(self) -> "dict[str, Any]":
        return {"function": self.function, "service": self.service, "operation": self.operation, "phase": self.phase,
                "count": self.remaining, "skip": self.skip}


class Kills:
    """The orders in force."""

    def __init__(self) -> None:
        self._kills: "list[Kill]" = []
        self._lock = threading.Lock()

    def add(self, kill: Kill) -> None:
        with self._lock:
            self._kills.append(kill)

    def clear(self) -> None:
        with self._lock:
            self._kills.clear()

    def as_json(self) -> "list[dict[str, Any]]":
        with self._lock:
            return [kill.as_json() for kill in self._kills if kill.remaining > 0]

    def take(self, operation: Operation, caller: Caller) -> Optional[Kill]:
        """The order that this call uses up, if any."""
        name = caller.session_name
        if not name:
            return None
        with self._lock:
            for kill in self._kills:
                if kill.remaining <= 0 or kill.function not in (name, function_processes.duty_of_name(name)):
                    continue
                if kill.service not in ("*", operation.service) or kill.operation not in ("*", operation.name):
                    continue
                if kill.skip > 0:
                    kill.skip -= 1
                    continue
                kill.remaining -= 1
                return kill
        return None
