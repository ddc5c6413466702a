"""Times as the test controls take and give them."""

from __future__ import annotations

import time
from datetime import datetime, timezone


def rfc3339(seconds: float) -> str:
    """A moment in UTC with microseconds."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds(text: str) -> float:
    """The epoch seconds of an RFC 3339 time or of a number."""
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def now() -> float:
    """This moment, in epoch seconds."""
    return time.time()
