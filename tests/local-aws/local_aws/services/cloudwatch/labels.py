"""What lines of a graph are called, with the dynamic parts of labels that name a property."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping, Optional

from . import datapoints

_PROPERTY = re.compile(r"\$\{PROP\('([^']+)'\)\}")


@dataclass(frozen=True)
class Properties:
    """What a label may say of a metric."""

    namespace: str
    name: str
    dimensions: "Mapping[str, str]"
    statistic: str
    period: int

    def put_into(self, label: str) -> str:
        """The label with its `${PROP('...')}` replaced."""
        known = {"Namespace": self.namespace, "MetricName": self.name, "Stat": self.statistic,
                 "Period": str(self.period), **{f"Dim.{name}": value for name, value in self.dimensions.items()}}
        return _PROPERTY.sub(lambda found: known.get(found[1], found[0]), label)


def of_query(query: dict) -> str:
    """A metric is called by its name, an expression by its id, unless they have a label."""
    label = query.get("Label")
    if "MetricStat" not in query:
        return label or query["Id"]
    stat, metric = query["MetricStat"], query["MetricStat"]["Metric"]
    properties = Properties(metric.get("Namespace", ""), metric.get("MetricName", ""),
                            datapoints.dimensions_of(metric.get("Dimensions")), stat["Stat"], int(stat["Period"]))
    return properties.put_into(label) if label else properties.name


def of_found(query: dict, found: Optional[Properties]) -> str:
    """What SEARCH found is told apart by the values of its dimensions, after the label when there is one."""
    label = query.get("Label") or ""
    if found is None:
        return label or query["Id"]
    if _PROPERTY.search(label):
        return found.put_into(label)
    return " ".join(filter(None, (label, *found.dimensions.values()))) or found.name
