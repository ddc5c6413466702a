"""What a metric widget shows: its lines, asked of CloudWatch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_COLORS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf")


@dataclass(frozen=True)
class Line:
    """One line, or one number."""

    label: str
    color: str
    points: "list[tuple[datetime, float]]"


def lines(cloudwatch: Any, properties: "dict[str, Any]", since: datetime, until: datetime) -> "list[Line]":
    """All of a widget, with periods of a minute so that a short past shows something."""
    found: "list[Line]" = []
    for at, metric in enumerate(properties["metrics"]):
        query, label = _query(at, metric, properties)
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[query], StartTime=since, EndTime=until + timedelta(minutes=1), ScanBy="TimestampAscending")
        for result in answer["MetricDataResults"]:
            color = (metric[-1].get("color") if isinstance(metric[-1], dict) else None) or _COLORS[len(found) % 10]
            points = list(zip(result["Timestamps"], result["Values"]))
            found.append(Line(label or result["Label"], color, points))
    return found


def _query(at: int, metric: "list[Any]", properties: "dict[str, Any]") -> "tuple[dict[str, Any], str]":
    options = metric[-1] if isinstance(metric[-1], dict) else {}
    if "expression" in options:
        minute = re.sub(r"\d+\)$", "60)", options["expression"])
        return {"Id": f"m{at}", "Expression": minute, "Label": options.get("label", "")}, ""
    namespace, name, *rest = [each for each in metric if isinstance(each, str)]
    dimensions = [{"Name": key, "Value": value} for key, value in zip(rest[::2], rest[1::2])]
    stat = options.get("stat") or properties.get("stat", "Average")
    return {"Id": f"m{at}", "MetricStat": {
        "Metric": {"Namespace": namespace, "MetricName": name, "Dimensions": dimensions},
        "Period": 60, "Stat": stat}}, str(options.get("label", name))
