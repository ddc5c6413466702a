"""The log of every API call, so that a test can say "one read, no write" and who did it."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any, Deque, Optional

from . import clock
from .operations import Operation

_KEPT = 200_000


@dataclass(frozen=True)
class Call:
    """One call with its outcome; `principal` is a role's ARN for a role session."""

    at: float
    operation: Operation
    principal: str
    error: Optional[str]

    def as_json(self) -> "dict[str, Any]":
        return {
            "time": clock.rfc3339(self.at),
            "service": self.operation.service,
            "operation": self.operation.name,
            "principal": self.principal,
            "error": self.error,
            "parameters": self.operation.parameters,
        }


class CallLog:
    """The calls of this local AWS, in the order in which they ended."""

    def __init__(self) -> None:
        self._calls: Deque[Call] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def since(self, moment: float) -> "list[dict[str, Any]]":
        with self._lock:
            kept = [call for call in self._calls if call.at >= moment]
        return [call.as_json() for call in kept]

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
