"""GetMetricStatistics: exactly the metric asked for, one datapoint for each period and unit."""

from __future__ import annotations

import math
from typing import Any

from . import datapoints
from .requests import Refused, moment, replace


def install() -> None:
    """Take the operation over."""
    replace("GetMetricStatistics", "_get_metric_statistics", _get_metric_statistics)


def _get_metric_statistics(asked: dict) -> dict:
    statistics, extended = asked.get("Statistics") or [], asked.get("ExtendedStatistics") or []
    if bool(statistics) == bool(extended):
        raise Refused("Must specify either Statistics or ExtendedStatistics, but not both.",
                      "InvalidParameterCombination")
    for each in extended:
        if not datapoints.is_percentile(each):
            raise Refused(f"The local AWS does not serve the statistic {each}.")
    points = datapoints.of_metric(asked["Namespace"], asked["MetricName"],
                                  datapoints.dimensions_of(asked.get("Dimensions")), asked.get("Unit"))
    period = int(asked["Period"])
    start, end = moment(asked, "StartTime"), moment(asked, "EndTime")
    if start >= end:
        raise Refused("The parameter StartTime must be less than the parameter EndTime.", "InvalidParameterCombination")
    grouped: "dict[tuple[int, str], list[dict[str, Any]]]" = {}
    for point in points:
        if math.floor(start / 60) * 60 <= point["Timestamp"] < end:
            begin = math.floor(point["Timestamp"] / period) * period
            grouped.setdefault((begin, point["Unit"]), []).append(point)
    return {"Label": asked["MetricName"], "Datapoints": [
        _datapoint(begin, unit, grouped[begin, unit], statistics, extended) for begin, unit in sorted(grouped)]}


def _datapoint(begin: int, unit: str, points: "list[dict[str, Any]]", statistics: "list[str]",
               extended: "list[str]") -> dict:
    made: "dict[str, Any]" = {"Timestamp": begin, "Unit": unit}
    made.update({each: datapoints.statistic_of(points, each) for each in statistics})
    percentiles = {each: datapoints.statistic_of(points, each) for each in extended}
    known = {each: value for each, value in percentiles.items() if value is not None}
    return {**made, "ExtendedStatistics": known} if known else made
