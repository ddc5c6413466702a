"""The stored datapoints of one metric, and what a statistic makes of them.

A metric is its namespace, its name and all its dimensions: a value published with one set never counts for another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, Callable, Mapping, Optional

BASIC = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_PERCENTILE = re.compile(r"p(100|\d{1,2}(\.\d{1,10})?)")



def is_percentile(statistic: str) -> bool:
    """Whether it is a percentile, as p95 or p99.9."""
    return bool(_PERCENTILE.fullmatch(statistic))


def is_served(statistic: str) -> bool:
    """Whether the statistic can be computed here: trimmed means and their kin cannot."""
    return statistic in BASIC or is_percentile(statistic)


def dimensions_of(members: "Optional[list[Mapping[str, str]]]") -> "dict[str, str]":
    """An API's list of names and values."""
    return {each["Name"]: each["Value"] for each in members or []}


def of_metric(namespace: str, name: str, dimensions: "Mapping[str, str]",
              unit: Optional[str] = None) -> "list[dict[str, Any]]":
    """Exactly this metric's datapoints, of one unit when it is given."""
    from ministack.services import cloudwatch

    points = list(cloudwatch._metrics.get((namespace, name, cloudwatch._dims_key(dict(dimensions)))) or [])
    return [each for each in points if unit in (None, each["Unit"])]


def statistic_of(points: "list[dict[str, Any]]", statistic: str) -> Optional[float]:
    """The statistic over these datapoints; None when they have none (no point, or no percentile of a statistic set)."""
    from ministack.services import cloudwatch

    if is_percentile(statistic):
        samples = cloudwatch._percentile_samples(points)
        return float(cloudwatch._percentile(samples, float(statistic[1:]))) if samples else None
    if statistic not in BASIC:
        raise ValueError(f"the local AWS does not serve the statistic {statistic}")
    return cloudwatch._calc_stats(points).get(statistic)


def series(points: "list[dict[str, Any]]", statistic: str,
           period_of: "Callable[[float], Optional[int]]") -> "dict[int, float]":
    """The statistic for each period; `period_of` says which one a moment is in, or None when it does not count."""
    periods: "dict[int, list[dict[str, Any]]]" = defaultdict(list)
    for point in points:
        period = period_of(point["Timestamp"])
        if period is not None:
            periods[period].append(point)
    values = {period: statistic_of(periods[period], statistic) for period in sorted(periods)}
    return {period: value for period, value in values.items() if value is not None}
