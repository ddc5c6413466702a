"""CloudWatch's embedded metric format: log lines of functions that are metrics too."""

from __future__ import annotations

import json
from typing import Any, Mapping


def publish(log_text: str) -> None:
    """Publish the metrics in an invocation's lines, then let alarms look at them."""
    from ministack.services import cloudwatch

    found = [each for line in log_text.splitlines() for each in _metrics(line)]
    for namespace, name, value, unit, dimensions in found:
        cloudwatch.record_metric(namespace, name, value, unit, dimensions)
    if found:
        cloudwatch._evaluate_all_alarms()


def _metrics(line: str) -> "list[tuple[str, str, float, str, dict[str, str]]]":
    if '"CloudWatchMetrics"' not in line:
        return []
    try:
        members = json.loads(line)
        directives = members["_aws"]["CloudWatchMetrics"]
        return [each for directive in directives for each in _of_directive(members, directive)]
    except (ValueError, KeyError, TypeError):
        return []


def _of_directive(members: "Mapping[str, Any]", directive: "Mapping[str, Any]") -> "list[tuple]":
    made = []
    for metric in directive["Metrics"]:
        values = members.get(metric["Name"], [])
        if isinstance(values, dict):
            values = [value for value, count in zip(values["Values"], values["Counts"]) for _ in range(int(count))]
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(members[name]) for name in names}
            made += [(directive["Namespace"], metric["Name"], float(value), metric.get("Unit", "None"), dimensions)
                     for value in (values if isinstance(values, list) else [values])]
    return made
