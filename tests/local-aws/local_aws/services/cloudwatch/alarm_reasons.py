"""Why an alarm changed its state, in CloudWatch's words and as its JSON."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, Mapping, Optional, Sequence

from . import alarm_judgement
from .alarm_judgement import ALARM, INSUFFICIENT, Judgement

_COMPARED = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to", "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than", "LessThanOrEqualToThreshold": "less than or equal to",
}


def text(alarm: "Mapping[str, Any]", judged: Judgement, values: "Sequence[Optional[float]]",
         begins: "Sequence[float]") -> str:
    """The sentence of a state change."""
    if judged.state == INSUFFICIENT:
        return f"Insufficient Data: {_count(judged.filled, 'datapoint')} {_were(judged.filled)} unknown."
    missing = (f"{_count(judged.filled, 'missing datapoint')} {_were(judged.filled)} treated as "
               f"[{'Breaching' if alarm['TreatMissingData'] == 'breaching' else 'NonBreaching'}]")
    if not judged.evaluated:
        return f"Threshold Crossed: no datapoints were received for {_count(judged.filled, 'period')} and {missing}."
    breaches = alarm_judgement.BREACHES[alarm["ComparisonOperator"]]
    alarming = judged.state == ALARM
    said = [at for at in judged.evaluated if breaches(values[at] or 0.0, alarm["Threshold"]) is alarming]
    shown = ", ".join(f"{values[at]} ({_day(begins[at])})" for at in reversed(said))
    count, periods = len(said), alarm["EvaluationPeriods"]
    needed = alarm.get("DatapointsToAlarm") or periods
    change, enough = ("OK -> ALARM", needed) if alarming else ("ALARM -> OK", periods - needed + 1)
    return (f"Threshold Crossed: {count} out of the last {_count(len(judged.evaluated), 'datapoint')} [{shown}] "
            f"{'was' if count == 1 else 'were'} {'' if alarming else 'not '}{_COMPARED[alarm['ComparisonOperator']]} "
            f"the threshold ({alarm['Threshold']})"
            + (f" and {missing}" if judged.filled else "")
            + f" (minimum {_count(enough, 'datapoint')} for {change} transition).")


def data(alarm: "Mapping[str, Any]", judged: Judgement, values: "Sequence[Optional[float]]",
         begins: "Sequence[float]", period: int, now: float) -> "dict[str, Any]":
    """The StateReasonData."""
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic")
    return {
        "version": "1.0", "queryDate": _iso(now), "startDate": _iso(begins[judged.evaluated[0]] if judged.evaluated
                                                                    else begins[0]),
        **({"statistic": statistic} if statistic else {}), "period": period,
        "recentDatapoints": [values[at] for at in judged.evaluated], "threshold": alarm["Threshold"],
        "evaluatedDatapoints": [{"timestamp": _iso(begins[at]), "value": values[at]}
                                for at in reversed(judged.evaluated)],
    }


def as_json(value: "Mapping[str, Any]") -> str:
    return json.dumps(value, separators=(",", ":"))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%d/%m/%y %H:%M:%S")


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:23] + "+0000"
