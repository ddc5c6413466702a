"""Requests that change alarms: all members of PutMetricAlarm are kept, and only the timer evaluates."""

from __future__ import annotations

from typing import Any, Callable

from . import alarm_records
from .alarms import LOCK
from .requests import Refused


def install() -> None:
    """Take over PutMetricAlarm, and end the emulator's own evaluation."""
    from ministack.services import cloudwatch

    put = cloudwatch._put_metric_alarm

    def put_metric_alarm(params: dict, data: dict, is_cbor: bool, is_json: bool = False) -> Any:
        try:
            if is_cbor or is_json:
                made = alarm_records.record(data.get("AlarmName", ""), data)
            elif any(name.startswith("Metrics.member.") for name in params):
                raise Refused("The local AWS does not serve Metrics in the Query protocol.")
        except Refused as refused:
            return cloudwatch._error(refused.code, str(refused), 400, use_json=is_json, use_cbor=is_cbor)
        with LOCK:
            before = cloudwatch._alarms.get(data.get("AlarmName", ""))
            answer = put(params, data, is_cbor, is_json)  # which keeps the tags, and the history
            if answer[0] == 200 and (is_cbor or is_json):
                cloudwatch._alarms[made["AlarmName"]] = alarm_records.kept(made, before)
        return answer

    cloudwatch._put_metric_alarm = put_metric_alarm
    cloudwatch._set_alarm_state = _locked(cloudwatch._set_alarm_state)
    cloudwatch._delete_alarms = _locked(cloudwatch._delete_alarms)
    # They ignored dimensions and missing data, and looked only when a datapoint was put.
    cloudwatch._evaluate_alarm = lambda alarm: None
    cloudwatch._evaluate_all_alarms = lambda: None


def _locked(handler: "Callable[..., Any]") -> "Callable[..., Any]":
    def handle(*given: Any) -> Any:
        with LOCK:
            return handler(*given)

    return handle
