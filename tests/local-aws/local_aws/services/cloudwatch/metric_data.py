"""GetMetricData: metrics, metric math and SEARCH, as a dashboard asks."""

from __future__ import annotations

import base64
import math
import re
from typing import Any, Optional

from . import datapoints, labels, math_expressions, search
from .math_values import Series, Value
from .requests import Refused, moment, replace

_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
_START_MINUTE = 60
_MOST_QUERIES = 500
_MOST_DATAPOINTS = 100_800


def install() -> None:
    """Take the operation over."""
    replace("GetMetricData", "_get_metric_data", _get_metric_data)


def _get_metric_data(asked: dict) -> dict:
    queries = _Queries(asked)
    descending = asked.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    try:
        found = [(query, label, series) for query in asked["MetricDataQueries"] if query.get("ReturnData", True)
                 for label, series in queries.lines(query)]
    except ValueError as error:
        raise Refused(f"Error in expression: {error}") from None
    return {"Messages": [], **_page(asked, [_result(query["Id"], label, series, descending) for query, label, series in found])}


def _page(asked: dict, results: "list[dict]") -> dict:
    """As many datapoints as were asked for, of one result after the other: one that goes on is `PartialData`."""
    left = asked.get("MaxDatapoints", _MOST_DATAPOINTS)
    try:
        skipped = int(base64.b64decode(asked["NextToken"], validate=True)) if asked.get("NextToken") else 0
    except ValueError:
        raise Refused("The value of NextToken is not valid.", "InvalidNextToken") from None
    if not 1 <= left <= _MOST_DATAPOINTS:
        raise Refused(f"The parameter MaxDatapoints must be between 1 and {_MOST_DATAPOINTS}.")
    shown, end = [], skipped + left
    for result in results:
        have = len(result["Values"])
        part = slice(min(skipped, have), max(0, min(skipped + left, have)))
        took = part.stop - part.start
        if took or not have and not asked.get("NextToken"):
            status = "Complete" if part.stop == have else "PartialData"
            shown.append({**result, "Timestamps": result["Timestamps"][part], "Values": result["Values"][part],
                          "StatusCode": status})
        skipped, left = max(0, skipped - have), left - took
    total = sum(len(each["Values"]) for each in results)
    more = {"NextToken": base64.b64encode(str(end).encode()).decode()} if end < total else {}
    return {"MetricDataResults": shown, **more}


def _result(name: str, label: str, series: Series, descending: bool) -> dict:
    times = sorted(series, reverse=descending)
    return {"Id": name, "Label": label, "StatusCode": "Complete", "Timestamps": times,
            "Values": [series[each] for each in times]}


class _Queries:
    """The queries of one request; each is computed once."""

    def __init__(self, asked: dict) -> None:
        # AWS rounds the start down to the minute; the end itself does not count.
        self._start = math.floor(moment(asked, "StartTime") / _START_MINUTE) * _START_MINUTE
        self._end = moment(asked, "EndTime")
        if self._start >= self._end:
            raise Refused("The parameter StartTime must be less than the parameter EndTime.")
        if len(asked["MetricDataQueries"]) > _MOST_QUERIES:
            raise Refused(f"The collection MetricDataQueries must not have a size greater than {_MOST_QUERIES}.")
        self._queries: "dict[str, dict]" = {}
        for query in asked["MetricDataQueries"]:
            _check(query, self._queries)
            self._queries[query["Id"]] = query
        self._metric_queries = [each for each in self._queries.values() if "MetricStat" in each]
        self._values: "dict[str, Value]" = {}
        self._found: "dict[int, labels.Properties]" = {}  # by the identity of the series

    def lines(self, query: dict) -> "list[tuple[str, Series]]":
        """What a query shows: a label and a series each."""
        value = self._value(query["Id"])
        if isinstance(value, float):
            raise ValueError(f"the result of {query['Id']} must be a metric, it is a number")
        if isinstance(value, list):
            return [(labels.of_found(query, self._found.get(id(each))), each) for each in value]
        return [(labels.of_query(query), value)]

    def _value(self, name: str) -> Value:
        if name not in self._values:
            if name not in self._queries:
                raise ValueError(f"unknown id {name}")
            query = self._queries.pop(name)  # an expression that needs itself finds itself unknown
            self._values[name] = self._compute(query)
        return self._values[name]

    def _compute(self, query: dict) -> Value:
        if "MetricStat" not in query:
            period = int(query.get("Period") or self._longest_period())
            first = math.floor(self._start / period) * period
            scope = math_expressions.Scope(
                self._value, self._metrics, self._search, range(first, math.ceil(self._end), period))
            return math_expressions.evaluate(query["Expression"], scope)
        stat, metric = query["MetricStat"], query["MetricStat"]["Metric"]
        points = datapoints.of_metric(metric.get("Namespace", ""), metric.get("MetricName", ""),
                                      datapoints.dimensions_of(metric.get("Dimensions")), stat.get("Unit"))
        return self._series(points, stat["Stat"], int(stat["Period"]))

    def _longest_period(self) -> int:
        return max((int(each["MetricStat"]["Period"]) for each in self._metric_queries), default=300)

    def _metrics(self, part: str) -> "list[Series]":
        names = [each["Id"] for each in self._metric_queries if part in each["Id"]]
        return [value for value in map(self._value, names) if isinstance(value, dict)]

    def _series(self, points: "list[dict[str, Any]]", statistic: str, period: int) -> Series:
        def begin(at: float) -> Optional[int]:
            return math.floor(at / period) * period if self._start <= at < self._end else None

        return datapoints.series(points, statistic, begin)

    def _search(self, expression: str, statistic: str, period: int) -> "list[Series]":
        from ministack.services import cloudwatch

        match, found = search.parse(expression), []
        for (namespace, name, key), points in sorted(cloudwatch._metrics.items(), key=lambda each: each[0]):
            dimensions = points[0]["Dimensions"] if points else {}
            if match(namespace, name, dimensions):
                series = self._series(list(points), statistic, period)
                self._found[id(series)] = labels.Properties(namespace, name, dimensions, statistic, period)
                found.append(series)
        return found


def _check(query: dict, earlier: dict) -> None:
    name, stat = query["Id"], (query.get("MetricStat") or {}).get("Stat", "Sum")
    if not _ID.fullmatch(name):
        raise Refused(f"The id {name} does not match the expected pattern ^[a-z][a-zA-Z0-9_]*$.")
    if name in earlier:
        raise Refused(f"The id {name} is used twice.")
    if ("MetricStat" in query) == ("Expression" in query):
        raise Refused(f"The query {name} needs either MetricStat or Expression.")
    if not datapoints.is_served(stat):
        raise Refused(f"The local AWS does not serve the statistic {stat}.")
