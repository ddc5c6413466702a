"""CloudWatch's embedded metric format: log lines of functions that are metrics too.

User guide, "Specification: Embedded metric format". A line that breaks it gives no metric, and stays a log line.
"""

from __future__ import annotations

import json
import math
from typing import Any, Iterator, Mapping, NamedTuple

from . import clock
from .services.model_conformance import service_model

_PAST, _FUTURE = 14 * 24 * 3600, 2 * 3600
_MOST_VALUES, _MOST_DIMENSIONS, _MOST_METRICS = 100, 30, 100


class Datum(NamedTuple):
    """A metric's values in one line, under one set of dimensions."""

    namespace: str
    name: str
    dimensions: "dict[str, str]"
    at: float
    unit: str
    values: "list[float]"
    counts: "list[float]"


def publish(log_text: str) -> None:
    """Publish the metrics in an invocation's lines."""
    from ministack.services import cloudwatch

    for line in log_text.splitlines():
        for each in _metrics(line):
            cloudwatch._store_datum(each.namespace, each.name, each.dimensions, each.at, each.unit, None, each.values,
                                    each.counts, None)


def _metrics(line: str) -> "list[Datum]":
    if '"CloudWatchMetrics"' not in line:
        return []
    try:
        members = json.loads(line)
        about = members["_aws"]
        at = _number(about["Timestamp"]) / 1000
        if not clock.now() - _PAST <= at <= clock.now() + _FUTURE:
            return []
        return [each for directive in about["CloudWatchMetrics"] for each in _of_directive(members, directive, at)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _of_directive(members: "Mapping[str, Any]", directive: "Mapping[str, Any]", at: float) -> "Iterator[Datum]":
    if not directive["Namespace"] or len(directive["Metrics"]) > _MOST_METRICS:
        raise ValueError("namespace or number of metrics")
    sets = [_dimensions(members, names) for names in directive.get("Dimensions") or [[]]]
    for metric in directive["Metrics"]:
        unit = metric.get("Unit", "None")
        if unit not in service_model("cloudwatch").shape_for("StandardUnit").enum:  # type: ignore[attr-defined]
            raise ValueError("unit")
        values, counts = _values(members.get(metric["Name"], []))
        for dimensions in sets if values else []:
            yield Datum(directive["Namespace"], metric["Name"], dimensions, at, unit, values, counts)


def _dimensions(members: "Mapping[str, Any]", names: "list[str]") -> "dict[str, str]":
    found = {name: members[name] for name in names}
    if len(found) > _MOST_DIMENSIONS or not all(isinstance(value, str) and value for value in found.values()):
        raise ValueError("dimensions")
    return found


def _values(target: Any) -> "tuple[list[float], list[float]]":
    """A number, several, or values with how often each occurred."""
    given = target["Values"] if isinstance(target, dict) else target if isinstance(target, list) else [target]
    counts = target.get("Counts") if isinstance(target, dict) else None
    values = [_number(each) for each in given]
    times = [1.0] * len(values) if counts is None else [_number(each) for each in counts]
    if len(values) > _MOST_VALUES or len(times) != len(values):
        raise ValueError("values")
    return values, times


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError("no number")
    return float(value)
