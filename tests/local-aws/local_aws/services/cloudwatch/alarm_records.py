"""An alarm as it is kept, made of the members of PutMetricAlarm or of the properties of a template."""

from __future__ import annotations

import time
from typing import Any, Mapping, Optional

from . import alarm_judgement, alarm_metrics, datapoints
from .requests import Refused, check

_LISTS = ("AlarmActions", "OKActions", "InsufficientDataActions")
_OF_ONE_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period", "Unit")
_SERVED = frozenset({
    "AlarmName", "AlarmDescription", "ActionsEnabled", "EvaluationPeriods", "DatapointsToAlarm", "Threshold",
    "ComparisonOperator", "TreatMissingData", "EvaluateLowSampleCountPercentile", "Metrics", "Tags", *_LISTS,
    *_OF_ONE_METRIC})
_TREATMENTS = ("missing", "notBreaching", "breaching", "ignore")


def period_of(alarm: "Mapping[str, Any]") -> int:
    """An alarm's Period, which its metrics must share."""
    stats = [each["MetricStat"]["Period"] for each in alarm.get("Metrics") or [] if "MetricStat" in each]
    return int(stats[0] if stats else alarm.get("Period") or 60)


def record(name: str, asked: "Mapping[str, Any]") -> "dict[str, Any]":
    """The alarm, without its state; Refused when CloudWatch, or the local AWS, does not take it."""
    given = {member: value for member, value in asked.items() if value is not None}
    unserved = sorted(set(given) - _SERVED)
    if unserved:
        raise Refused(f"The local AWS does not serve {', '.join(unserved)} of alarms.")
    check("PutMetricAlarm", {**given, "AlarmName": name})
    _check(given)
    kept = {member: given[member] for member in (*_OF_ONE_METRIC, "Metrics", "DatapointsToAlarm", "AlarmDescription",
                                                 "EvaluateLowSampleCountPercentile") if member in given}
    return {
        "AlarmName": name, "ActionsEnabled": True, "TreatMissingData": "missing", **kept,
        **{member: list(given.get(member) or []) for member in _LISTS},
        **({} if "Metrics" in given else {"Dimensions": list(given.get("Dimensions") or [])}),
        **{member: given[member] for member in ("ActionsEnabled", "TreatMissingData") if member in given},
        "EvaluationPeriods": given["EvaluationPeriods"], "Threshold": float(given["Threshold"]),
        "ComparisonOperator": given["ComparisonOperator"],
    }


def kept(made: "Mapping[str, Any]", before: "Optional[Mapping[str, Any]]") -> "dict[str, Any]":
    """The alarm with its ARN and with its state, which a change of its configuration leaves alone."""
    from ministack.core.responses import get_account_id, get_region

    now = time.time()
    state = {"StateValue": alarm_judgement.INSUFFICIENT, "StateReason": "Unchecked: Initial alarm creation",
             "StateUpdatedTimestamp": now, "StateTransitionedTimestamp": now}
    state.update({member: value for member, value in (before or {}).items() if member.startswith("State")})
    return {**made, **state, "AlarmConfigurationUpdatedTimestamp": now,
            "AlarmArn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{made['AlarmName']}"}


def _check(given: "Mapping[str, Any]") -> None:
    missing = [each for each in ("EvaluationPeriods", "ComparisonOperator", "Threshold") if each not in given]
    if "Metrics" not in given:
        missing += [each for each in ("MetricName", "Namespace", "Period") if each not in given]
    if missing:
        raise Refused(f"The parameter {missing[0]} is required.", "MissingRequiredParameter")
    if given["ComparisonOperator"] not in alarm_judgement.BREACHES:
        raise Refused("The local AWS does not serve anomaly detection.")
    if given.get("TreatMissingData", "missing") not in _TREATMENTS:
        raise Refused(f"TreatMissingData must be one of {', '.join(_TREATMENTS)}.")
    if given.get("EvaluateLowSampleCountPercentile", "evaluate") != "evaluate":
        raise Refused("The local AWS serves only evaluate as EvaluateLowSampleCountPercentile.")
    if "Metrics" in given:
        _check_metrics(given)
    else:
        _check_statistic(given.get("Statistic"), given.get("ExtendedStatistic"))
    periods, period = given["EvaluationPeriods"], period_of(given)
    if not 1 <= given.get("DatapointsToAlarm", 1) <= periods:
        raise Refused("DatapointsToAlarm must be between 1 and EvaluationPeriods.")
    if period not in (10, 20, 30) and (period < 60 or period % 60):
        raise Refused("Period must be 10, 20, 30 or a multiple of 60.")
    if periods * period > (86_400 if period < 3600 else 7 * 86_400):
        raise Refused("Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).")


def _check_statistic(statistic: Optional[str], extended: Optional[str]) -> None:
    if bool(statistic) == bool(extended):
        raise Refused("Exactly one of Statistic and ExtendedStatistic is required.", "InvalidParameterCombination")
    if extended and not datapoints.is_percentile(extended):
        raise Refused(f"The local AWS does not serve the statistic {extended}.")


def _check_metrics(given: "Mapping[str, Any]") -> None:
    both = [each for each in _OF_ONE_METRIC if given.get(each)]
    if both:
        raise Refused(f"Metrics and {both[0]} exclude each other.", "InvalidParameterCombination")
    queries = given["Metrics"]
    if sum(each.get("ReturnData", True) for each in queries) != 1:
        raise Refused("Exactly one element of Metrics must return data.")
    if len({each["MetricStat"]["Period"] for each in queries if "MetricStat" in each}) != 1:
        raise Refused("The local AWS serves only alarms whose metrics have one Period.")
    if len({each["Id"] for each in queries}) < len(queries):
        raise Refused("The ids in Metrics must differ.")
    for each in queries:
        if ("MetricStat" in each) == ("Expression" in each) or "AccountId" in each:
            raise Refused(f"{each['Id']} needs either MetricStat or Expression, of this account.")
        if "MetricStat" in each and not datapoints.is_served(each["MetricStat"]["Stat"]):
            raise Refused(f"The local AWS does not serve the statistic {each['MetricStat']['Stat']}.")
    try:
        alarm_metrics.check(queries)
    except ValueError as error:
        raise Refused(f"Error in expression: {error}") from None
