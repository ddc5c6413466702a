"""The record of what ran when, for the controls."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Deque


class Records:
    """What ran when, one entry for each attempt."""

    def __init__(self) -> None:
        self._records: "Deque[tuple[float, dict[str, Any]]]" = deque(maxlen=100_000)
        self._lock = threading.Lock()

    def add(self, started: float, record: "dict[str, Any]") -> None:
        with self._lock:
            self._records.append((started, record))

    def since(self, moment: float) -> "list[dict[str, Any]]":
        with self._lock:
            return [record for started, record in self._records if started >= moment]


RECORDS = Records()
