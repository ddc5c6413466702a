"""Test controls of alarms.

`GET /_local/alarms` answers `{"speed": n, "alarms": [{"name", "region", "state", "reason", "updated", "evaluated"}]}`:
the two times are of the last change of state and of the last evaluation (null before the first).
`POST /_local/alarms` with `{"speed": n}`, 1 to 300, makes each Period of each alarm last Period/n seconds of real time, and
with it the minute at whose end alarms are evaluated and the time after which SQS calls a queue idle. The default is 1.
It answers as GET does. What metric queries answer stays in real time.
"""

from __future__ import annotations

from typing import Any, Optional

from ... import clock
from ..local_controls import control
from .alarms import EVALUATIONS
from .periods import PACE


def install() -> None:
    """Register the controls."""

    @control("GET", "/_local/alarms")
    def alarms(query: dict, body: Any) -> "tuple[int, Any]":
        return 200, _all()

    @control("POST", "/_local/alarms")
    def set_speed(query: dict, body: Any) -> "tuple[int, Any]":
        PACE.speed = float(body["speed"])
        return 200, _all()


def _all() -> "dict[str, Any]":
    from ministack.services import cloudwatch

    return {"speed": PACE.speed, "alarms": [{
        "name": key[2], "region": key[1], "state": alarm["StateValue"], "reason": alarm["StateReason"],
        "updated": clock.rfc3339(alarm["StateUpdatedTimestamp"]), "evaluated": _evaluated(key),
    } for key, alarm in sorted(cloudwatch._alarms.all_items(), key=lambda each: each[0])]}


def _evaluated(key: "tuple[str, str, str]") -> Optional[str]:
    found = EVALUATIONS.get(key)
    return clock.rfc3339(found.at) if found else None
