"""The evaluation of alarms: at the end of each minute over the periods that end there, each change of state once.

As on AWS a Period of several minutes slides by minutes, and one of 10, 20 or 30 seconds is evaluated at its own end.
Between two ends the last one is judged again, with the datapoints that came late.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Any, Optional

from . import alarm_judgement, alarm_metrics, alarm_reasons, alarm_records
from .periods import MINUTE, PACE

logger = logging.getLogger("local_aws")

#: Held while an alarm's configuration or state changes.
LOCK = threading.RLock()
_MOST_STEPS = 600


@dataclass
class Evaluation:
    """How far an alarm has been evaluated."""

    step: int
    speed: float
    at: float


#: By account, region and name.
EVALUATIONS: "dict[tuple[str, str, str], Evaluation]" = {}


def evaluate(now: float) -> None:
    """Evaluate every metric alarm up to now."""
    from ministack.core.responses import request_scope
    from ministack.services import cloudwatch

    for key, alarm in cloudwatch._alarms.all_items():
        with request_scope(key[0], key[1]):
            try:
                _catch_up(key, alarm, now)
            except Exception:
                logger.exception("alarm %s", key[2])


def _catch_up(key: "tuple[str, str, str]", alarm: "dict[str, Any]", now: float) -> None:
    """No end of a minute is left out, even if the timer was late."""
    seconds = min(MINUTE, alarm_records.period_of(alarm))
    step, last = PACE.step(now, seconds), EVALUATIONS.get(key)
    first = step
    if last is not None and last.speed == PACE.speed and 0 < step - last.step < _MOST_STEPS:
        first = last.step + 1
    for each in range(first, step + 1):
        _evaluate(key[2], alarm, each, seconds, now)
    EVALUATIONS[key] = Evaluation(step, PACE.speed, now)


def _evaluate(name: str, alarm: "dict[str, Any]", step: int, seconds: int, now: float) -> None:
    from ministack.services import cloudwatch

    period, periods = alarm_records.period_of(alarm), int(alarm["EvaluationPeriods"])
    width, count = period // seconds, periods + alarm_judgement.MORE_PERIODS

    def position(at: float) -> Optional[int]:
        behind = step - 1 - PACE.step(at, seconds)
        found = count - 1 - behind // width
        return found if behind >= 0 and found >= 0 else None

    series = alarm_metrics.watched(alarm, position, range(count))
    values = [series.get(at) for at in range(count)]
    breaches, threshold = alarm_judgement.BREACHES[alarm["ComparisonOperator"]], alarm["Threshold"]
    judged = alarm_judgement.judge(values, lambda value: breaches(value, threshold), periods,
                                   alarm.get("DatapointsToAlarm") or periods, alarm["TreatMissingData"])
    begins = [PACE.begin(step - (count - at) * width, seconds) for at in range(count)]
    with LOCK:
        old, new = alarm["StateValue"], judged.state
        if new in (None, old) or cloudwatch._alarms.get(name) is not alarm:
            return
        reason = alarm_reasons.text(alarm, judged, values, begins)
        data = alarm_reasons.data(alarm, judged, values, begins, period, now)
        alarm.update(StateValue=new, StateReason=reason, StateReasonData=alarm_reasons.as_json(data),
                     StateUpdatedTimestamp=now, StateTransitionedTimestamp=now)
        cloudwatch._record_history(name, old, new, reason, reason_data=data)
    # Outside of the lock: actions may take their time.
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
    cloudwatch._evaluate_parent_alarms(alarm)
