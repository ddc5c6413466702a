"""What the tests of metrics and alarms share."""

from __future__ import annotations

import itertools
import time
from typing import Any, Callable, Optional

from conftest import LocalAws

_NUMBER = itertools.count()


def fresh(name: str) -> str:
    """A name that no other test has."""
    return f"{name}-{next(_NUMBER)}"


def dimensions(**values: str) -> "list[dict]":
    """Dimensions as the API takes them."""
    return [{"Name": name, "Value": value} for name, value in values.items()]


def put(aws: LocalAws, namespace: str, value: float, ago: float = 0, name: str = "M", **of: str) -> None:
    """Publish one value."""
    aws.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[
        {"MetricName": name, "Value": value, "Timestamp": time.time() - ago, "Dimensions": dimensions(**of)}])


def total(aws: LocalAws, namespace: str, name: str, statistic: str = "Sum", **of: str) -> Optional[float]:
    """A statistic over all that a metric has of today; None without a datapoint."""
    now = time.time()
    found = aws.client("cloudwatch").get_metric_statistics(
        Namespace=namespace, MetricName=name, Dimensions=dimensions(**of), Period=86400 * 7, StartTime=now - 3600,
        EndTime=now + 60, Statistics=[statistic])["Datapoints"]
    return sum(each[statistic] for each in found) if found else None


def eventually(look: "Callable[[], Any]", seconds: float = 20) -> Any:
    """What `look` sees, as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return seen


def state(aws: LocalAws, name: str) -> str:
    """The state of an alarm."""
    (alarm,) = aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return alarm["StateValue"]


def becomes(aws: LocalAws, name: str, expected: str, seconds: float = 20) -> bool:
    """Whether the alarm gets into the state in time."""
    return bool(eventually(lambda: state(aws, name) == expected, seconds))
