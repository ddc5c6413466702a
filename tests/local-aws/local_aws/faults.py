"""Faults that a test orders: the next calls of an operation fail as AWS would fail them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Mapping, Optional

from .operations import Operation
from .principals import Caller

#: An "error" that cuts the connection instead of answering.
CONNECTION_CUT = "ConnectionCut"


@dataclass
class Fault:
    """One order; `remaining` None is until cleared, phase `after` lets the call take effect first."""

    service: str
    operation: str
    error: str
    remaining: Optional[int]
    principal: str = ""
    phase: str = "before"
    status: Optional[int] = None
    skip: int = 0
    #: What AWS would say with the error; it may quote names.
    message: str = ""

    @classmethod
    def of_json(cls, given: "Mapping[str, Any]") -> "Fault":
        """The order in a control's body; a wrong one is refused with the name of what is wrong."""
        phase = given.get("phase", "before")
        if phase not in ("before", "after"):
            raise ValueError("phase must be before or after")
        count = given.get("count")
        return cls(str(given["service"]), str(given["operation"]), str(given["error"]),
                   None if count is None else int(count), str(given.get("principal", "")), phase,
                   given.get("status"), int(given.get("skip", 0)), str(given.get("message", "")))

    def as_json(self) -> "dict[str, Any]":
        return {"service": self.service, "operation": self.operation, "error": self.error, "count": self.remaining,
                "principal": self.principal or None, "phase": self.phase, "skip": self.skip}

    def concerns(self, operation: Operation, caller: Caller) -> bool:
        """Whether the call is one that shall fail; `*` stands for any."""
        if self.remaining is not None and self.remaining <= 0:
            return False
        if self.service not in ("*", operation.service) or self.operation not in ("*", operation.name):
            return False
        return self.principal in caller.arn or self.principal in caller.session_arn


class Faults:
    """The orders in force."""

    def __init__(self) -> None:
        self._faults: "list[Fault]" = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def as_json(self) -> "list[dict[str, Any]]":
        with self._lock:
            return [fault.as_json() for fault in self._faults if fault.remaining is None or fault.remaining > 0]

    def take(self, operation: Operation, caller: Caller) -> Optional[Fault]:
        """The order that this call uses up, if any."""
        with self._lock:
            for fault in self._faults:
                if not fault.concerns(operation, caller):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.remaining is not None:
                    fault.remaining -= 1
                return fault
        return None
