"""The series that an alarm watches: one metric, or the one element of its Metrics that returns data."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Optional, Sequence

from . import datapoints, math_expressions
from .math_values import Series, Value

PeriodOf = Callable[[float], Optional[int]]


def watched(alarm: "Mapping[str, Any]", period_of: PeriodOf, keys: "Sequence[int]") -> Series:
    """The alarm's values by period."""
    if alarm.get("Metrics"):
        return _result(alarm["Metrics"], lambda stat: _of_stat(stat, period_of), keys)
    metric = {member: alarm.get(member) for member in ("Namespace", "MetricName", "Dimensions")}
    statistic = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    return _of_stat({"Metric": metric, "Stat": statistic, "Unit": alarm.get("Unit")}, period_of)


def check(queries: "Sequence[Mapping[str, Any]]") -> None:
    """Compute once with made-up values: what fails now would fail each time. A ValueError says what is wrong."""
    for each in queries:
        others = [{**other, "ReturnData": other is each} for other in queries]
        result = _result(others, lambda stat: {0: 1.0, 1: 2.0}, range(2))
        if each.get("ReturnData", True) and not isinstance(result, dict):
            raise ValueError(f"{each['Id']} must be one time series")


def _of_stat(stat: "Mapping[str, Any]", period_of: PeriodOf) -> Series:
    metric = stat["Metric"]
    points = datapoints.of_metric(metric["Namespace"], metric["MetricName"],
                                  datapoints.dimensions_of(metric.get("Dimensions")), stat.get("Unit"))
    return datapoints.series(points, stat["Stat"], period_of)


def _result(queries: "Sequence[Mapping[str, Any]]", series_of: "Callable[[Mapping[str, Any]], Series]",
            keys: "Sequence[int]") -> Any:
    waiting = {each["Id"]: each for each in queries}
    values: "dict[str, Value]" = {}

    def value_of(name: str) -> Value:
        if name not in values:
            query = waiting.pop(name, None)  # an expression that needs itself finds itself unknown
            if query is None:
                raise ValueError(f"unknown id {name}")
            stat = query.get("MetricStat")
            values[name] = series_of(stat) if stat else math_expressions.evaluate(query["Expression"], scope)
        return values[name]

    def metrics(part: str) -> "list[Series]":
        named = [each["Id"] for each in queries if "MetricStat" in each and part in each["Id"]]
        return [value for value in map(value_of, named) if isinstance(value, dict)]

    def search(*given: Any) -> "list[Series]":
        raise ValueError("SEARCH is not allowed in alarms")

    scope = math_expressions.Scope(value_of, metrics, search, keys)
    return value_of(next(each["Id"] for each in queries if each.get("ReturnData", True)))
