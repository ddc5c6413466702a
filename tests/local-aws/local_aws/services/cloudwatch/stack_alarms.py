"""AWS::CloudWatch::Alarm: a template's properties are PutMetricAlarm's members, and are judged as those."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from . import alarm_records
from .alarms import LOCK

_INTEGERS = ("Period", "EvaluationPeriods", "DatapointsToAlarm")


def install() -> None:
    """Keep every property; the emulator's handler drops some, and refuses Metrics."""
    from ministack.services import cloudwatch
    from ministack.services.cloudformation import provisioners

    def metric_alarm_record(name: str, props: "Mapping[str, Any]") -> "dict[str, Any]":
        with LOCK:
            return alarm_records.kept(alarm_records.record(name, _typed(props)), cloudwatch._alarms.get(name))

    provisioners._cw_metric_alarm_record = metric_alarm_record


def _typed(props: "Mapping[str, Any]") -> "dict[str, Any]":
    """Templates may write numbers and booleans as strings."""
    typed = {name: value for name, value in props.items() if name != "AlarmName"}
    for name, change in (*((each, int) for each in _INTEGERS), ("Threshold", float), ("ActionsEnabled", _truth)):
        if name in typed:
            typed[name] = change(typed[name])
    if "Metrics" in typed:
        typed["Metrics"] = [_typed_query(each) for each in typed["Metrics"]]
    return typed


def _typed_query(query: "Mapping[str, Any]") -> "dict[str, Any]":
    typed = dict(query)
    changes: "dict[str, Callable[[Any], Any]]" = {
        "ReturnData": _truth, "Period": int, "MetricStat": lambda stat: {**stat, "Period": int(stat["Period"])}}
    for name, change in changes.items():
        if name in typed:
            typed[name] = change(typed[name])
    return typed


def _truth(value: Any) -> bool:
    return value is True or str(value).lower() == "true"
