"""Timestamps as Macie writes them."""

from __future__ import annotations

from datetime import datetime, timezone


def now() -> str:
    """The current time, ISO 8601 in milliseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_milliseconds(timestamp: str) -> int:
    """A timestamp as findings criteria compare it: Unix time in milliseconds."""
    return round(datetime.fromisoformat(timestamp.replace("Z", "+00:00")).timestamp() * 1000)
